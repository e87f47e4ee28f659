package import Cryptography
package import FoundationEssentials
internal import XML

/// A federation's metadata: thousands of entities in one signed document. Call it in a process of its own, which may have
/// several hundred megabytes and gives them back when it ends.
package enum SAMLAggregate {
    /// The largest document that is looked at, in octets.
    package static let limit = XMLLimits.aggregate.bytes

    /// The metadata of one entity.
    ///
    /// There is one tree at a time: the received one is gone before what was signed is parsed.
    ///
    /// - Parameters:
    ///   - signers: Pinned keys, of which one signed the document as a whole. Nil: nobody is pinned.
    /// - Throws: As `SAMLMetadata.read(_:entityID:signers:now:)`.
    package static func entity(
        _ entityID: String, in bytes: consuming [UInt8], signers: [VerificationKey]?, now: Date
    ) throws(SAMLRejection) -> SAMLMetadata {
        guard let signers else { return try SAMLMetadata.find(entityID, in: parse(bytes).root, now: now) }
        let verified = try trusted(signedOctets(of: bytes, signers))
        var metadata = try SAMLMetadata.find(entityID, in: verified.element, now: now)
        metadata.signature = SAMLSignatureEvidence(verified)
        return metadata
    }

    /// The document is released when this returns.
    private static func signedOctets(
        of bytes: consuming [UInt8], _ signers: [VerificationKey]
    ) throws(SAMLRejection) -> VerifiedOctets {
        let document = try parse(bytes)
        do throws(XMLSignatureError) {
            return try XMLSignature.verifyOctets(document.root, keys: signers)
        } catch {
            throw refusal(error)
        }
    }

    private static func trusted(_ octets: consuming VerifiedOctets) throws(SAMLRejection) -> VerifiedElement {
        do throws(XMLSignatureError) {
            return try octets.parsed(limits: .aggregate)
        } catch {
            throw refusal(error)
        }
    }

    private static func refusal(_ error: XMLSignatureError) -> SAMLRejection {
        SAMLRejection(.metadataSignature, "\(error.reasonCode): \(error.description)")
    }

    private static func parse(_ bytes: consuming [UInt8]) throws(SAMLRejection) -> XMLDocument {
        do throws(XMLError) {
            return try XMLDocument(parsing: bytes, limits: .aggregate, allowsComments: true)
        } catch {
            throw SAMLRejection(error)
        }
    }
}
