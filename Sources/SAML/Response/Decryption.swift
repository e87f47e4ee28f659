internal import Cryptography
internal import XML

/// Opens EncryptedAssertion and EncryptedID. Whatever goes wrong behind the choice of algorithms is one and the same
/// refusal, so that nobody learns from us what is in a ciphertext.
struct Decryption {
    let keys: [SigningKey]
    let policy: XMLEncryptionPolicy

    init(keys: [SigningKey], policy: XMLEncryptionPolicy) { (self.keys, self.policy) = (keys, policy) }

    /// - Parameter isWithinSignature: The ciphertext was covered by a signature that has been verified. AES-CBC, which does
    ///   not authenticate, is never opened without.
    init(_ expected: ExpectedResponse, isWithinSignature: Bool) {
        keys = expected.decryptionKeys
        var policy = XMLEncryptionPolicy.saml
        policy.allowsCBC = expected.allowsCBC && (isWithinSignature || expected.leniencies.contains(.cbc))
        policy.allowsRSA15 = expected.leniencies.contains(.rsa15)
        policy.allowsTripleDES = expected.leniencies.contains(.tripleDES)
        self.policy = policy
    }

    /// - Parameter element: Holds one EncryptedData.
    /// - Throws: `decrypt_failed`; `unsupported_algorithm`, which tells only what everybody can read.
    func decrypt(_ element: XMLElement, as name: XMLName) throws(SAMLRejection) -> XMLElement {
        guard let data = try element.single(.encryption("EncryptedData")) else {
            throw failure(at: element)
        }
        let plaintext: [UInt8]
        do throws(XMLDecryptionError) {
            plaintext = try XMLEncryption.decrypt(data, keys: keys, policy: policy)
        } catch .failed {
            throw failure(at: element)
        } catch {
            throw SAMLRejection(.unsupportedAlgorithm, error.description, at: element.position)
        }
        guard let document = try? XMLDocument(parsing: plaintext, limits: .message), document.root.isNamed(name) else {
            throw failure(at: element)
        }
        return document.root
    }

    private func failure(at element: XMLElement) -> SAMLRejection {
        SAMLRejection(.decryptFailed, "It can't be decrypted with our keys.", at: element.position)
    }
}
