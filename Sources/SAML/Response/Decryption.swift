internal import Cryptography
internal import XML

/// Opens EncryptedAssertion and EncryptedID. Whatever goes wrong behind the choice of algorithms is one and the same
/// refusal, so that nobody learns from us what is in a ciphertext.
struct Decryption: Sendable {
    let keys: [SigningKey]
    let policy: XMLEncryptionPolicy

    init(keys: [SigningKey], policy: XMLEncryptionPolicy) { (self.keys, self.policy) = (keys, policy) }

    /// - Parameter allowsCBC: Only what a verified signature covers, since it does not authenticate.
    init(keys: [SigningKey], leniencies: Set<SAMLLeniency>, allowsCBC: Bool) {
        var policy = XMLEncryptionPolicy.saml
        policy.allowsCBC = allowsCBC
        policy.allowsRSA15 = leniencies.contains(.rsa15)
        policy.allowsTripleDES = leniencies.contains(.tripleDES)
        self.init(keys: keys, policy: policy)
    }

    /// - Parameter isWithinSignature: The ciphertext was covered by a signature that has been verified.
    init(_ expected: ExpectedResponse, isWithinSignature: Bool) {
        self.init(
            keys: expected.decryptionKeys, leniencies: expected.leniencies,
            allowsCBC: expected.allowsCBC && (isWithinSignature || expected.leniencies.contains(.cbc)))
    }

    /// - Parameters:
    ///   - element: An EncryptedData, or what holds one.
    ///   - names: What may have been encrypted.
    /// - Throws: `decrypt_failed`; `unsupported_algorithm`, which tells only what everybody can read.
    func decrypt(
        _ element: XMLElement, as names: [XMLName], idAttributes: Set<String> = ["ID"]
    ) throws(SAMLRejection) -> XMLElement {
        let isData = element.isNamed(.encryption("EncryptedData"))
        guard let data = try isData ? element : element.single(.encryption("EncryptedData")) else {
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
        guard let document = try? XMLDocument(parsing: plaintext, limits: .message, idAttributes: idAttributes),
            names.contains(where: { document.root.isNamed($0) })
        else { throw failure(at: element) }
        return document.root
    }

    private func failure(at element: XMLElement) -> SAMLRejection {
        SAMLRejection(.decryptFailed, "It can't be decrypted with our keys.", at: element.position)
    }
}
