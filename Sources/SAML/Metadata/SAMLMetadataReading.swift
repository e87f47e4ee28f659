package import Cryptography
package import FoundationEssentials
internal import XML

extension SAMLMetadata {
    /// Reads one entity out of an EntityDescriptor, or out of an EntitiesDescriptor that holds it.
    ///
    /// - Parameters:
    ///   - entityID: Whose metadata it must be. Nil: whoever it is; then there must be exactly one.
    ///   - signers: Pinned keys. Given, the document's own signature must be by one of them, and only what it covers is
    ///     read. Nil: nobody is pinned, and a signature is not looked at.
    ///   - now: Against `validUntil`.
    /// - Throws: `too_large` and the parser's others; `wrong_root`; `issuer_mismatch` if the entity is another or not
    ///   there; `metadata_signature`; `metadata_expired`.
    package static func read(
        _ bytes: [UInt8], entityID: String? = nil, signers: [VerificationKey]? = nil, now: Date
    ) throws(SAMLRejection) -> SAMLMetadata {
        let document: XMLDocument
        do throws(XMLError) {
            document = try XMLDocument(parsing: bytes, limits: .metadata, allowsComments: true)
        } catch {
            throw SAMLRejection(error)
        }
        let (root, evidence) = try trusted(document.root, signers: signers)
        var metadata = try find(entityID, in: root, now: now)
        metadata.signature = evidence
        return metadata
    }

    /// The root as its signer vouches for it.
    static func trusted(
        _ root: XMLElement, signers: [VerificationKey]?
    ) throws(SAMLRejection) -> (XMLElement, SAMLSignatureEvidence?) {
        guard let signers else { return (root, nil) }
        do throws(XMLSignatureError) {
            let verified = try XMLSignature.verify(root, keys: signers)
            return (verified.element, SAMLSignatureEvidence(verified))
        } catch {
            throw SAMLRejection(
                .metadataSignature, "\(error.reasonCode): \(error.description)", at: root.position)
        }
    }

    /// - Throws: `wrong_root`, `issuer_mismatch`, `metadata_expired`.
    static func find(_ entityID: String?, in root: XMLElement, now: Date) throws(SAMLRejection) -> SAMLMetadata {
        var path: [XMLElement] = []
        guard root.isNamed(.metadata("EntityDescriptor")) || root.isNamed(.metadata("EntitiesDescriptor")) else {
            throw SAMLRejection(.wrongRoot, "The root is \(root.name), which is no metadata.", at: root.position)
        }
        let found = entities(in: root, named: entityID, limit: 2)
        guard let entity = found.first else {
            let shown = root.attribute("entityID")
            throw .mismatch(
                .issuerMismatch, "The entity", expected: entityID ?? "one entity", actual: shown, at: root.position)
        }
        guard found.count == 1 else {
            throw SAMLRejection(
                .issuerMismatch,
                "There are several entities\(entityID.map { " called \($0.shown)" } ?? ", and none was asked for").",
                at: root.position)
        }
        var next: XMLElement? = entity
        while let element = next {
            path.append(element)
            next = element.parent
        }
        var metadata = try SAMLMetadata(entity)
        for element in path {
            if let until = try element.instant("validUntil") {
                metadata.validUntil = metadata.validUntil.map { min($0, until) } ?? until
            }
            if let text = element.attribute("cacheDuration") {
                guard let duration = SAMLDuration.read(text) else {
                    throw SAMLRejection(
                        .badXML, "cacheDuration is \(text.shown), which is no duration.", at: element.position)
                }
                metadata.cacheDuration = metadata.cacheDuration.map { min($0, duration) } ?? duration
            }
        }
        if let until = metadata.validUntil, until <= now {
            throw SAMLRejection(
                .metadataExpired, "validUntil is \(until.shownInstant), now is \(now.shownInstant).",
                at: entity.position)
        }
        return metadata
    }

    private static func entities(in element: XMLElement, named entityID: String?, limit: Int) -> [XMLElement] {
        if element.isNamed(.metadata("EntityDescriptor")) {
            guard let entityID else { return [element] }
            return element.attribute("entityID")?.isExactly(entityID) == true ? [element] : []
        }
        guard element.isNamed(.metadata("EntitiesDescriptor")) else { return [] }
        var found: [XMLElement] = []
        for child in element.children {
            found += entities(in: child, named: entityID, limit: limit - found.count)
            if found.count >= limit { break }
        }
        return found
    }
}
