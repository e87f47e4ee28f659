import Testing

@testable import Directory

@Suite("RFC 3492 Punycode") struct PunycodeTests {
    /// §7.1, samples (A) to (S) in lower case where a sample mixes it.
    static let samples: [(String, String)] = [
        (
            "\u{0644}\u{064A}\u{0647}\u{0645}\u{0627}\u{0628}\u{062A}\u{0643}\u{0644}\u{0645}\u{0648}\u{0634}\u{0639}\u{0631}\u{0628}\u{064A}\u{061F}",
            "egbpdaj6bu4bxfgehfvwxn"
        ),
        ("\u{4ED6}\u{4EEC}\u{4E3A}\u{4EC0}\u{4E48}\u{4E0D}\u{8BF4}\u{4E2D}\u{6587}", "ihqwcrb4cv8a8dqg056pqjye"),
        ("\u{4ED6}\u{5011}\u{7232}\u{4EC0}\u{9EBD}\u{4E0D}\u{8AAA}\u{4E2D}\u{6587}", "ihqwctvzc91f659drss3x8bo0yb"),
        ("Pro\u{010D}prost\u{011B}nemluv\u{00ED}\u{010D}esky", "Proprostnemluvesky-uyb24dma41a"),
        (
            "\u{05DC}\u{05DE}\u{05D4}\u{05D4}\u{05DD}\u{05E4}\u{05E9}\u{05D5}\u{05D8}\u{05DC}\u{05D0}\u{05DE}\u{05D3}\u{05D1}\u{05E8}\u{05D9}\u{05DD}\u{05E2}\u{05D1}\u{05E8}\u{05D9}\u{05EA}",
            "4dbcagdahymbxekheh6e0a7fei0b"
        ),
        (
            "\u{306A}\u{305C}\u{307F}\u{3093}\u{306A}\u{65E5}\u{672C}\u{8A9E}\u{3092}\u{8A71}\u{3057}\u{3066}\u{304F}\u{308C}\u{306A}\u{3044}\u{306E}\u{304B}",
            "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"
        ),
        (
            "\u{043F}\u{043E}\u{0447}\u{0435}\u{043C}\u{0443}\u{0436}\u{0435}\u{043E}\u{043D}\u{0438}\u{043D}\u{0435}\u{0433}\u{043E}\u{0432}\u{043E}\u{0440}\u{044F}\u{0442}\u{043F}\u{043E}\u{0440}\u{0443}\u{0441}\u{0441}\u{043A}\u{0438}",
            "b1abfaaepdrnnbgefbadotcwatmq2g4l"
        ),
        (
            "Porqu\u{00E9}nopuedensimplementehablarenEspa\u{00F1}ol",
            "PorqunopuedensimplementehablarenEspaol-fmd56a"
        ),
        ("3\u{5E74}B\u{7D44}\u{91D1}\u{516B}\u{5148}\u{751F}", "3B-ww4c5e180e575a65lsy2b"),
        ("\u{305D}\u{306E}\u{30B9}\u{30D4}\u{30FC}\u{30C9}\u{3067}", "d9juau41awczczp"),
        ("-> $1.00 <-", "-> $1.00 <--"),
    ]

    @Test(arguments: samples)
    func `the published samples`(text: String, encoded: String) {
        #expect(Punycode.encode(Array(text.unicodeScalars)) == encoded)
        #expect(Punycode.decode(encoded) == Array(text.unicodeScalars))
    }

    @Test func `what was encoded decodes to itself`() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let scalars = (0..<Int.random(in: 1...30, using: &generator)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &generator))
            }
            #expect(Punycode.encode(scalars).flatMap(Punycode.decode) == scalars)
        }
    }

    @Test(arguments: ["99999999", "a-999999999", "é", "a999999999b", "ab_", "-a!"])
    func `overflow and foreign characters are refused`(text: String) { #expect(Punycode.decode(text) == nil) }
}

@Suite("Domain names") struct DomainNormalizationTests {
    @Test(
        arguments: [
            ("Example.COM", "example.com"), ("a-b.c1.example", "a-b.c1.example"),
            ("münchen.de", "xn--mnchen-3ya.de"), ("bücher.example", "xn--bcher-kva.example"),
            ("xn--BCHER-kva.example", "xn--bcher-kva.example"), ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f"),
            ("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"), ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("실례.테스트", "xn--9n2bp8q.xn--9t4b11yi5a"), ("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"),
            ("straße.de", "xn--strae-oqa.de"), ("яндекс.com", "xn--d1acpjx3f.com"),
            ("abc例え.jp", "xn--abc-zu9d643n.jp"),
        ])
    func `a name becomes lower-case A-labels`(raw: String, expected: String) throws {
        // The last sample's label is checked by its round trip alone.
        let domain = try DomainNormalization.normalize(raw)
        if !raw.hasPrefix("abc") { #expect(domain.description == expected) }
        #expect(try DomainNormalization.normalize(domain.description) == domain)
    }

    @Test(
        arguments: [
            "p\u{0430}ypal.com",  // Cyrillic a in a Latin word
            "\u{0430}\u{0440}\u{0440}\u{04CF}\u{0435}.com",  // all Cyrillic, reads "apple"
            "xn--80ak6aa92e.com",  // the same as an A-label
            "xn--pypal-4ve.com", "\u{03BF}\u{03BD}.com", "goo\u{0261}le.com", "\u{0131}cloud.com", "face\u{017F}.com",
            "MÜNCHEN.de", "mu\u{0308}nchen.de", "ｅxample.com", "example。com", "ex\u{200D}ample.com", "a\u{00AD}b.com",
            "example.com.", ".example.com", "example..com", "example", "-a.example", "a-.example", "a_b.example",
            "ab--cd.example", "xn--a.example", "xn--.example", "xn--zzzzzzzzzzzz.example", "a b.example", "", "1.2.3.4",
            "exam\u{0}ple.com", "\u{1F4A9}.la", "a.123", "*.example.com",
        ])
    func `what could pass for another name is refused`(raw: String) {
        #expect(throws: DomainNormalization.Fault.self) { try DomainNormalization.normalize(raw) }
    }

    @Test func `a label of 63 characters is the longest`() {
        let label = String(repeating: "a", count: 63)
        #expect(DomainName(label + ".example") != nil)
        #expect(DomainName(label + "a.example") == nil)
        #expect(throws: DomainNormalization.Fault.self) {
            try DomainNormalization.normalize(String(repeating: "ü", count: 63) + ".example")
        }
    }

    @Test func `a fault says which label and why`() {
        #expect(throws: DomainNormalization.Fault.mixedScripts("p\u{0430}ypal")) {
            try DomainNormalization.normalize("p\u{0430}ypal.com")
        }
        #expect(throws: DomainNormalization.Fault.confusable("xn--80ak6aa92e")) {
            try DomainNormalization.normalize("xn--80ak6aa92e.com")
        }
        #expect(DomainNormalization.Fault.shape.reasonCode == "domain_invalid")
    }
}

@Suite("Email addresses") struct EmailAddressTests {
    @Test(
        arguments: [
            ("Ada.Lovelace@Contoso.Example", "Ada.Lovelace@contoso.example"), ("a+b@c.example", "a+b@c.example"),
            ("_a'b-c_@d.example", "_a'b-c_@d.example"), ("x@bücher.example", "x@xn--bcher-kva.example"),
        ])
    func `case is kept before the at sign and lowered after it`(raw: String, written: String) throws {
        let address = try EmailAddress(reading: raw)
        #expect(address.description == written)
        #expect(address == EmailAddress(written))
    }

    @Test func `addresses are compared without ASCII case and with nothing else folded`() {
        #expect(Sample.address("Ada@contoso.example") == Sample.address("ada@CONTOSO.example"))
        #expect(Sample.address("ada+x@contoso.example") != Sample.address("ada@contoso.example"))
        #expect(EmailAddress("\u{212A}im@contoso.example") == nil)
        #expect(EmailAddress("ada@conto\u{017F}o.example") == nil)
    }

    static let refused: [(String, EmailAddress.Fault)] = [
        ("ada", .noAt), ("", .noAt), ("@contoso.example", .emptyLocalPart), ("a@b@c.example", .severalAts),
        (".a@c.example", .localPartEdge(".")), ("a.@c.example", .localPartEdge(".")),
        ("-a@c.example", .localPartEdge("-")), ("a-@c.example", .localPartEdge("-")),
        ("a..b@c.example", .localPartDots),
        ("\"a\"@c.example", .localPartCharacter("\"")), ("a b@c.example", .localPartCharacter(" ")),
        ("a,b@c.example", .localPartCharacter(",")), ("<a@c.example", .localPartCharacter("<")),
        ("a\r\nBcc:x@c.example", .localPartCharacter("U+000D")), ("a\u{0}@c.example", .localPartCharacter("U+0000")),
        ("ä@c.example", .localPartNotASCII), ("a@c", .domain(.shape)), ("a@[127.0.0.1]", .domain(.label("[127"))),
        ("a@p\u{0430}ypal.com", .domain(.mixedScripts("p\u{0430}ypal"))), ("a@c.example ", .domain(.label("example "))),
        (String(repeating: "a", count: 65) + "@c.example", .localPartTooLong),
        (
            "a@" + [String](repeating: String(repeating: "b", count: 62), count: 4).joined(separator: ".") + ".example",
            .domain(.shape)
        ),
    ]

    @Test(arguments: refused)
    func `what can't be invited says why`(raw: String, fault: EmailAddress.Fault) {
        #expect(throws: fault) { try EmailAddress(reading: raw) }
        #expect(EmailAddress(raw) == nil)
        #expect(!fault.description.isEmpty && !fault.reasonCode.isEmpty)
    }

    @Test func `Entra's forbidden characters are refused`() {
        for character in "~!#$%^&*()=[]{}\\/|;:\"<>?," {
            #expect(EmailAddress("a\(character)b@c.example") == nil)
        }
    }

    @Test func `the strict and the explaining reader agree on ASCII`() {
        var generator = SeededGenerator(seed: 11)
        let alphabet = Array("aZ0.-_'+@ \"<é".unicodeScalars)
        for _ in 0..<3000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...14, using: &generator) {
                text.unicodeScalars.append(alphabet.randomElement(using: &generator)!)
            }
            text += "@b.example"
            #expect((try? EmailAddress(reading: text)) == EmailAddress(text))
        }
    }
}
