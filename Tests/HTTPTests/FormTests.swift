import HTTP
import Testing

@Suite("Forms, queries and percent-encoding") struct FormTests {
    @Test(arguments: [
        ("", []), ("a=1", ["a=1"]), ("a=1&b=2", ["a=1", "b=2"]), ("a", ["a="]), ("a=", ["a="]), ("=1", ["=1"]),
        ("a=1&&b=2&", ["a=1", "b=2"]), ("a=b=c", ["a=b=c"]), ("a+b=c+d", ["a b=c d"]), ("a=%2B%26%3D", ["a=+&="]),
        ("a=%C3%A9", ["a=\u{E9}"]), ("%61=%31", ["a=1"]), ("a=1&a=2", ["a=1", "a=2"]), ("a=%0D%0A", ["a=\r\n"]),
        ("SAMLResponse=PHg+Cg==", ["SAMLResponse=PHg Cg=="]), ("a=%25zz", ["a=%zz"]), ("=", ["="]), ("&", []),
    ]) func `pairs are read as browsers write them`(_ text: String, _ pairs: [String]) throws {
        #expect(try Form.parse(text).pairs.map { "\($0.name)=\($0.value)" } == pairs)
    }

    @Test(arguments: [
        ("a=%", FormError.brokenEscape(offset: 2)), ("a=%4", .brokenEscape(offset: 2)),
        ("a=%4&b=1", .brokenEscape(offset: 2)),
        ("a=%zz", .brokenEscape(offset: 2)), ("a=% 41", .unescaped(offset: 3)), ("a=%+41", .brokenEscape(offset: 2)),
        ("a=%00", .containsNUL(offset: 2)), ("%00=1", .containsNUL(offset: 0)), ("a=x%00", .containsNUL(offset: 3)),
        ("a=%FF", .notUTF8(offset: 2)), ("a=%C0%AF", .notUTF8(offset: 2)), ("a=%ED%A0%80", .notUTF8(offset: 2)),
        ("a=%C3", .notUTF8(offset: 2)), ("a=\u{E9}", .unescaped(offset: 2)), ("a=1 2", .unescaped(offset: 3)),
        ("a=1\r\n", .unescaped(offset: 3)), ("a=\u{0}", .unescaped(offset: 2)), ("a=\u{7F}", .unescaped(offset: 2)),
    ]) func `what is not a form is refused`(_ text: String, _ error: FormError) {
        #expect(throws: error) { try Form.parse(text) }
    }

    @Test func `a parameter given twice has no value`() throws {
        let form = try Form.parse("a=1&b=2&a=1&c")
        #expect(throws: FormError.repeated("a")) { try form.value("a") }
        #expect(try form.value("b") == "2")
        #expect(try form.value("c") == "")
        #expect(try form.value("d") == nil)
        #expect(form.values("a") == ["1", "1"])
        #expect(form.contains("c"))
        #expect(!form.contains("A"))
        #expect(FormError.repeated("a").description == "the parameter a occurs more than once")
    }

    @Test func `names are compared by their octets`() throws {
        let form = try Form.parse("%E2%84%AA=kelvin")
        #expect(try form.value("K") == nil)
        #expect(try form.value("\u{212A}") == "kelvin")
    }

    @Test func `limits`() throws {
        let many = Array(repeating: "a=1", count: 257).joined(separator: "&")
        #expect(throws: FormError.tooManyPairs(limit: 256)) { try Form.parse(many) }
        #expect(try Form.parse(many, limits: FormLimits(pairs: 257)).pairs.count == 257)
        #expect(throws: FormError.nameTooLong(limit: 256)) { try Form.parse(String(repeating: "a", count: 257)) }
    }

    @Test func `what is encoded is read back, by Form and as a component`() throws {
        let strings =
            (0..<0x250).compactMap(UnicodeScalar.init).filter { $0 != "\0" }.map { String(Character($0)) } + [
                "\u{1D11E} +&=%~*"
            ]
        let pairs = strings.map { ("n" + $0, $0) }
        let form = try Form.parse(Form.encode(pairs), limits: FormLimits(pairs: 1000))
        #expect(form.pairs.map(\.name) == pairs.map(\.0))
        #expect(form.pairs.map(\.value) == pairs.map(\.1))
        for string in strings { #expect(PercentEncoding.decode(PercentEncoding.component(string)) == string) }
        #expect(Form.encode([("a b", "c&d=e+f"), ("x", "~é")]) == "a%20b=c%26d%3De%2Bf&x=~%C3%A9")
        #expect(PercentEncoding.decode("%") == nil)
        #expect(PercentEncoding.decode("%ff") == nil)
    }
}
