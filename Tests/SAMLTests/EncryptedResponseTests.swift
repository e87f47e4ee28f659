import Cryptography
import FoundationEssentials
import Testing

@testable import SAML

@Suite("Encrypted assertions and identifiers") struct EncryptedResponseTests {
    private let own = [TestKeys.attacker.key, TestKeys.own.key]

    /// A response around the assertion, encrypted by `encrypt`.
    private func response(
        signed: TestResponse.Signed = .assertion,
        encrypt: @escaping (String) throws -> String = TestEncryption.assertion
    ) throws -> TestResponse {
        var inner = TestResponse()
        inner.signed = signed
        var assertion = inner.assertion.xml
        if signed == .assertion || signed == .both { assertion = try inner.signer.sign(assertion, id: "_assertion1") }
        let encrypted = try encrypt(assertion)
        var response = TestResponse()
        response.signed = signed == .response || signed == .both ? .response : .nothing
        response.wrap = { _ in encrypted }
        return response
    }

    @Test func `a signed assertion is read out of its encryption`() throws {
        let verified = try response().verify { $0.decryptionKeys = own }
        #expect(verified.wasEncrypted)
        #expect(verified.subject.value == "guest-4711")
        #expect(refusal { try response().verify { $0.decryptionKeys = [] } } == .decryptFailed)
        #expect(refusal { try response().verify { $0.decryptionKeys = [TestKeys.attacker.key] } } == .decryptFailed)
    }

    @Test func `the Response's signature covers what is encrypted in it`() throws {
        let inSigned = try response(signed: .response)
        #expect(
            refusal { try inSigned.verify { ($0.decryptionKeys, $0.requiredSignature) = (own, .response) } } == nil)
        #expect(refusal { try inSigned.verify { $0.decryptionKeys = own } } == .noSignature)
        let both = try response(signed: .both)
        #expect(
            try both.verify { ($0.decryptionKeys, $0.requiredSignature) = (own, .both) }.signatures.map(\.element)
                == ["Response", "Assertion"])
    }

    @Test func `encryption can be demanded`() throws {
        #expect(refusal { try TestResponse().verify { $0.requiresEncryption = true } } == .encryptionRequired)
        #expect(refusal { try response().verify { ($0.requiresEncryption, $0.decryptionKeys) = (true, own) } } == nil)
    }

    /// CVE-2026-2092, CVE-2024-4985, CVE-2024-9487: that it decrypts proves nothing.
    @Test(arguments: SAMLRequiredSignature.allCases)
    func `an unsigned assertion is not believed because it was encrypted`(required: SAMLRequiredSignature) throws {
        let forged = try response(signed: .nothing)
        let reason = refusal { try forged.verify { ($0.decryptionKeys, $0.requiredSignature) = (own, required) } }
        #expect(reason == .noSignature)
    }

    @Test func `a forged one beside a signed one is refused, in either order`() throws {
        let forged = try TestEncryption.assertion(TestAssertion(id: "_forged").xml)
        for place in [\TestResponse.before, \TestResponse.after] {
            for signed in [TestResponse.Signed.assertion, .response, .both] {
                var response = TestResponse()
                response.signed = signed
                response[keyPath: place] = forged
                let reason = refusal {
                    try response.verify { ($0.decryptionKeys, $0.requiredSignature) = (own, .either) }
                }
                #expect(reason == .multipleAssertions)
            }
        }
    }

    @Test func `what is encrypted twice, or is something else, is refused`() throws {
        let signed = try EnvelopedSigner().sign(TestAssertion().xml, id: "_assertion1")
        for encrypt: (String) throws -> String in [
            { _ in try TestEncryption.assertion(TestEncryption.assertion(signed)) },
            { _ in try TestEncryption.assertion("<a/>") },
            { _ in try TestEncryption.assertion("no XML") },
            { _ in try TestEncryption.assertion(signed + signed) },
            { _ in try TestEncryption.assertion("<!DOCTYPE a>" + signed) },
            { _ in try TestEncryption.assertion(signed.replacing("guest", with: "<!-- -->guest")) },
            { _ in #"<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>"# },
        ] {
            #expect(refusal { try response(encrypt: encrypt).verify { $0.decryptionKeys = own } } == .decryptFailed)
        }
    }

    @Test func `CBC needs the connection's switch and a signed Response`() throws {
        func verify(_ signed: TestResponse.Signed, allows: Bool) throws -> SAMLReason? {
            let response = try response(signed: signed) { try TestEncryption.cbc($0) }
            return refusal {
                try response.verify {
                    ($0.decryptionKeys, $0.requiredSignature, $0.allowsCBC) = (own, .either, allows)
                }
            }
        }
        #expect(try verify(.response, allows: true) == nil)
        #expect(try verify(.both, allows: true) == nil)
        #expect(try verify(.assertion, allows: true) == .unsupportedAlgorithm)
        #expect(try verify(.both, allows: false) == .unsupportedAlgorithm)
    }

    @Test func `RSA 1 5 and triple DES are refused by name`() throws {
        for (content, transport) in [
            ("http://www.w3.org/2001/04/xmlenc#tripledes-cbc", "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"),
            ("http://www.w3.org/2009/xmlenc11#aes128-gcm", "http://www.w3.org/2001/04/xmlenc#rsa-1_5"),
        ] {
            let response = try response(signed: .both) {
                try TestEncryption.cbc($0, content: content, transport: transport)
            }
            let reason = refusal {
                try response.verify {
                    ($0.decryptionKeys, $0.requiredSignature, $0.allowsCBC) = (own, .both, true)
                }
            }
            #expect(reason == .unsupportedAlgorithm)
        }
    }

    @Test func `a thousand mutated ciphertexts get one answer`() throws {
        let xml = try response().xml
        let start = try #require(xml.ranges(of: "<xenc:CipherValue>").last).upperBound
        let end = try #require(xml[start...].firstRange(of: "</xenc:CipherValue>")).lowerBound
        let sealed = try #require(Base64.decode(String(xml[start..<end])))
        var answers: Set<SAMLRejection> = []
        for round in 0..<1000 {
            var mutated = sealed
            mutated[round * 7919 % sealed.count] ^= UInt8(round % 255 + 1)
            let text = String(xml[..<start]) + Base64.encode(mutated) + xml[end...]
            do {
                _ = try verifyResponse(text) { $0.decryptionKeys = [TestKeys.own.key] }
                Issue.record("accepted")
            } catch {
                answers.insert(try #require(error as? SAMLRejection))
            }
        }
        #expect(answers.count == 1)
        #expect(answers.first?.reason == .decryptFailed)
    }

    @Test func `an encrypted identifier is read from within the signed assertion`() throws {
        var response = TestResponse()
        let nameID = #"<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">hidden</saml:NameID>"#
        response.assertion.nameID = try TestEncryption.encrypted(nameID, element: "EncryptedID")
        #expect(try response.verify { $0.decryptionKeys = own }.subject.value == "hidden")
        #expect(refusal { try response.verify() } == .decryptFailed)
        response.assertion.nameID += nameID
        #expect(refusal { try response.verify { $0.decryptionKeys = own } } == .nameIDInvalid)
    }
}
