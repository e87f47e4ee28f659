import Foundation
import Testing

@testable import Cryptography

@Suite("Certificates") struct CertificateTests {
    let openssl: OpenSSLCommand

    init() throws { openssl = try OpenSSLCommand() }

    @Test func `a certificate that openssl made is read`() throws {
        try openssl.write(utf8(Fixtures.rsa2048), to: "key.pem")
        try openssl.run(
            "req -x509 -new -key key.pem -sha256 -days 30 -out cert.pem -subj /O=Example/CN=login.example "
                + "-addext subjectAltName=DNS:login.example,DNS:*.login.example,IP:127.0.0.1,IP:::1,email:a@b.example,"
                + "URI:https://login.example/")
        let certificate = try Certificate(pem: openssl.read("cert.pem"))
        #expect(certificate.subject == "CN=login.example,O=Example")
        #expect(certificate.issuer == certificate.subject)
        #expect(
            certificate.names == [
                .dns("login.example"), .dns("*.login.example"), .ip([127, 0, 0, 1]),
                .ip([UInt8](repeating: 0, count: 15) + [1]), .email("a@b.example"), .uri("https://login.example/"),
            ])
        #expect(certificate.notAfter.timeIntervalSince(certificate.notBefore) == 30 * 86_400)
        #expect(try certificate.publicKey() == SigningKey(pem: utf8(Fixtures.rsa2048)).publicKey)
        #expect(try VerificationKey(pem: openssl.read("cert.pem")) == certificate.publicKey())
        #expect(certificate.isSigned(by: try certificate.publicKey()))
        let printed = try openssl.run("x509 -in cert.pem -noout -fingerprint -sha256 -serial")
        let thumbprint = certificate.sha256Thumbprint.map { Hex.encode([$0]).uppercased() }.joined(separator: ":")
        #expect(printed.contains(thumbprint))
        #expect(printed.contains(Hex.encode(certificate.serialNumber).uppercased()))
        #expect(certificate.sha1Thumbprint.count == 20)
        #expect(try Certificate(pem: certificate.pem()) == certificate)
    }

    @Test func `other bytes are no certificate`() throws {
        let authority = try CertificateAuthority.make(name: "Test CA", days: 1, environment: .live)
        let der = authority.certificate.der
        for other in [[], [0x30], Array(der.dropLast()), der + [0], Array(der.dropFirst())] {
            #expect(throws: CryptographyError.malformedCertificate) { try Certificate(der: other) }
        }
        #expect(throws: CryptographyError.malformedCertificate) { try Certificate.chain(pem: utf8("hello")) }
    }

    @Test func `a development authority issues what openssl accepts strictly`() throws {
        let authority = try CertificateAuthority.make(name: "Vestibule development CA", days: 365, environment: .live)
        let (certificate, key) = try authority.issueServerCertificate(
            names: ["localhost", "*.app.localhost", "127.0.0.1", "::1"], days: 90, environment: .live)
        #expect(
            certificate.names == [
                .dns("localhost"), .dns("*.app.localhost"), .ip([127, 0, 0, 1]),
                .ip([UInt8](repeating: 0, count: 15) + [1]),
            ])
        #expect(try certificate.publicKey() == key.publicKey)
        #expect(certificate.issuer == "CN=Vestibule development CA")
        #expect(certificate.isSigned(by: authority.key.publicKey))
        #expect(!certificate.isSigned(by: key.publicKey))
        #expect(authority.certificate.isAuthority)
        #expect(!certificate.isAuthority)
        #expect(certificate.isValid(at: Date()))
        #expect(!certificate.isValid(at: Date(timeIntervalSinceNow: 91 * 86_400)))
        #expect(certificate.serialNumber.count == 16)

        try openssl.write(authority.certificate.pem(), to: "ca.pem")
        try openssl.write(certificate.pem(), to: "server.pem")
        for name in [
            "-verify_hostname localhost", "-verify_hostname x.app.localhost", "-verify_ip 127.0.0.1", "-verify_ip ::1",
        ] {
            let verified = try openssl.run("verify -x509_strict -purpose sslserver -CAfile ca.pem \(name) server.pem")
            #expect(verified.contains("server.pem: OK"))
        }
        #expect(throws: OpenSSLCommand.Failure.self) {
            try openssl.run("verify -x509_strict -CAfile ca.pem -verify_hostname example.com server.pem")
        }
        let chain = try Certificate.chain(pem: certificate.pem() + authority.certificate.pem())
        #expect(chain == [certificate, authority.certificate])
    }

    @Test func `an authority is its certificate and that certificate's key`() throws {
        let authority = try CertificateAuthority.make(name: "CA", days: 1, environment: .live)
        #expect(throws: Never.self) {
            try CertificateAuthority(certificate: authority.certificate, key: authority.key)
        }
        let other = try SigningKey.generate(.ec(.p256))
        #expect(throws: CryptographyError.malformedCertificate) {
            try CertificateAuthority(certificate: authority.certificate, key: other)
        }
        let server = try authority.issueServerCertificate(names: ["a.example"], days: 1, environment: .live)
        #expect(throws: CryptographyError.malformedCertificate) {
            try CertificateAuthority(certificate: server.certificate, key: server.key)
        }
    }

    @Test(arguments: ["", "a..b", "-a.example", "a_b", "a b", "a,DNS:b", "a\0b", "*", "*.*.a", "a.*", "256.1.1.1/8"])
    func `a name that is neither host nor address is refused`(_ name: String) throws {
        let authority = try CertificateAuthority.make(name: "CA", days: 1, environment: .live)
        #expect(throws: CryptographyError.unsupportedName(name)) {
            try authority.issueServerCertificate(names: ["ok.example", name], days: 1, environment: .live)
        }
    }
}
