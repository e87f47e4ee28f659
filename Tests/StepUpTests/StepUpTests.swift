import Cryptography
import Foundation
import Testing

@testable import StepUp

@Suite("One-time passwords (RFC 6238)") struct TOTPTests {
    static let secret = Secret(utf8: "12345678901234567890")

    /// RFC 6238 appendix B, the last six of its eight digits.
    static let vectors: [(Double, String)] = [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
        (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ]

    @Test(arguments: vectors) func `the vectors of the RFC`(seconds: Double, code: String) {
        let now = Date(timeIntervalSince1970: seconds)
        let step = Int64(seconds / 30)
        #expect(TOTP(secret: Self.secret).code(step: step) == code)
        #expect(TOTP(secret: Self.secret).acceptedStep(code, at: now, lastStep: nil) == step)
    }

    /// RFC 4226 appendix D.
    @Test func `the vectors of HOTP beneath it`() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        #expect((0..<10).map { TOTP(secret: Self.secret).code(step: $0) } == codes)
    }

    @Test func `a code serves once, and only a step early or late`() {
        let totp = TOTP(secret: Self.secret)
        let now = Date(timeIntervalSince1970: 3_000)
        func accepted(_ step: Int64, last: Int64? = nil) -> Int64? {
            totp.acceptedStep(totp.code(step: step), at: now, lastStep: last)
        }
        #expect([99, 100, 101].map { accepted($0) } == [99, 100, 101])
        #expect(accepted(98) == nil && accepted(102) == nil)
        #expect(accepted(100, last: 100) == nil && accepted(99, last: 100) == nil)
        #expect(accepted(101, last: 100) == 101)
    }

    @Test(arguments: ["", "12345", "1234567", "12345a", "１２３４５６", "-12345"])
    func `what is no code`(typed: String) {
        #expect(
            TOTP(secret: Self.secret).acceptedStep(typed, at: Date(timeIntervalSince1970: 59), lastStep: nil) == nil)
    }

    @Test func `spaces are passed over`() {
        #expect(
            TOTP(secret: Self.secret).acceptedStep("287 082", at: Date(timeIntervalSince1970: 59), lastStep: nil) == 1)
    }

    @Test func `the key URI, and the secret for typing`() {
        let totp = TOTP(secret: Self.secret)
        #expect(
            totp.keyURI(issuer: "Wood & Grove", account: "ada@contoso.example")
                == "otpauth://totp/Wood%20%26%20Grove:ada%40contoso.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                + "&issuer=Wood%20%26%20Grove")
        #expect(totp.typedSecret == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")
    }

    /// RFC 4648 §10.
    @Test func `secrets are spelled in Base32`() {
        let texts = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map { Base32.encode(Array($0.utf8)) }
        #expect(texts == ["", "MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"])
    }
}

@Suite("Recovery codes") struct RecoveryCodeTests {
    @Test func `ten that differ, read however they are typed`() throws {
        let codes = RecoveryCodes.make(.live)
        #expect(Set(codes).count == 10 && codes.allSatisfy { $0.count == 19 })
        let digest = try #require(RecoveryCodes.digest(codes[0]))
        #expect(RecoveryCodes.digest(codes[0].uppercased().replacing("-", with: " ")) == digest)
        #expect(RecoveryCodes.digest(codes[1]) != digest)
        #expect(RecoveryCodes.digest("abcd-efgh-ijkl") == nil && RecoveryCodes.digest("abcd-efgh-ijkl-mno1") == nil)
    }
}

@Suite("QR codes (ISO/IEC 18004)") struct QRCodeTests {
    /// SHA-256 of the modules, as the qrcode package for Python makes them; OpenCV reads all three.
    static let codes: [(String, Int, String)] = [
        (
            "otpauth://totp/Woodgrove:ada%40contoso.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Woodgrove",
            41,
            "47b88c1a4ec985e9ae2edb8e23da56269ba399a4a70ba59ab59c67a598bb9620"
        ),
        ("HELLO? world", 21, "0326779e96dfd5bbf4faaa777143da7af658da1f2531af947946c716fc22ad11"),
        (
            String(repeating: "x", count: 300), 69,
            "a6c4c99a50e77d18b6ddfdcbd85fffbd3b4da81e4eabc96b030a3f559d2b7fbb"
        ),
    ]

    @Test(arguments: codes) func `the modules are those of another encoder`(text: String, size: Int, digest: String)
        throws
    {
        let code = try #require(QRCode(text))
        #expect(code.size == size)
        let rows = (0..<size).map { y in (0..<size).map { code.isDark(x: $0, y: y) ? "1" : "0" }.joined() }
        #expect(Hex.encode(Digest.sha256(Array(rows.joined(separator: "\n").utf8))) == digest)
    }

    @Test func `too much is refused`() {
        #expect(QRCode(String(repeating: "x", count: 666)) != nil)
        #expect(QRCode(String(repeating: "x", count: 667)) == nil)
    }

    @Test func `its picture is inert`() throws {
        let svg = try #require(QRCode("x")).svg(label: "\"><script>")
        #expect(svg.hasPrefix("<svg ") && svg.contains("aria-label=\"&quot;&gt;&lt;script&gt;\""))
        #expect(!svg.contains("<script") && !svg.contains("href"))
        #expect(svg.contains("viewBox=\"0 0 29 29\""))
    }
}
