package import Cryptography

extension XMLSignature {
    /// Signs an element, and puts the enveloped signature behind its Issuer (or before its first child).
    ///
    /// - Parameters:
    ///   - id: The value of the element's ID attribute, which the signature refers to.
    ///   - algorithm: That of the key's kind if `nil`. The content is digested with its digest.
    ///   - certificate: DER, to be named in KeyInfo.
    ///   - inclusivePrefixes: Declared prefixes that only values use.
    /// - Throws: `keyFailed` for a key that does not fit; `reference` if the root does not have that ID.
    package static func sign(
        _ element: XMLText, id: String, key: SigningKey, algorithm: XMLSignatureAlgorithm? = nil,
        certificate: [UInt8]? = nil, inclusivePrefixes: [String] = []
    ) throws(XMLSignatureError) -> XMLText {
        guard let algorithm = algorithm ?? .usual(for: key.kind) else {
            throw .keyFailed("there is no algorithm for its kind")
        }
        guard element.rootHasAttribute(id) else { throw .reference("the root has not the ID \(id.shown)") }
        let info = SignedInfoText(
            id: id, algorithm: algorithm, digest: Digest.hash(algorithm.digest, element.bytes),
            inclusivePrefixes: inclusivePrefixes)
        let value: [UInt8]
        do throws(CryptographyError) {
            value = try key.sign(info.canonical, algorithm.scheme)
        } catch {
            throw .keyFailed("\(error)")
        }
        var writer = XMLWriter()
        writer.element("ds", .signatureElement) { writer in
            info.write(to: &writer)
            writer.element("ds", .signatureValue, text: Base64.encode(value))
            if let certificate { writer.keyInfo(certificate: certificate) }
        }
        return element.inserting(writer.text)
    }
}

/// What is signed in the end.
private struct SignedInfoText {
    let id: String
    let algorithm: XMLSignatureAlgorithm
    let digest: [UInt8]
    let inclusivePrefixes: [String]

    /// Its canonical octets: exclusive, so the same wherever it stands.
    var canonical: [UInt8] {
        var writer = XMLWriter()
        write(to: &writer)
        return writer.text.bytes
    }

    func write(to writer: inout XMLWriter) {
        writer.element("ds", .signedInfo) { writer in
            writer.element(
                "ds", .canonicalizationMethod, [("Algorithm", Canonicalization.exclusive.rawValue)])
            writer.element("ds", .signatureMethod, [("Algorithm", algorithm.uri)])
            writer.element("ds", .reference, [("URI", "#" + id)]) { writer in
                writer.element("ds", .transforms) { writer in
                    writer.element("ds", .transform, [("Algorithm", ReferenceReading.envelopedSignature)])
                    writer.element("ds", .transform, [("Algorithm", Canonicalization.exclusive.rawValue)]) { writer in
                        guard !inclusivePrefixes.isEmpty else { return }
                        writer.element(
                            "ec", .inclusiveNamespaces, [("PrefixList", inclusivePrefixes.joined(separator: " "))])
                    }
                }
                writer.element("ds", .digestMethod, [("Algorithm", XMLDigest.uri(algorithm.digest))])
                writer.element("ds", .digestValue, text: Base64.encode(digest))
            }
        }
    }
}

extension XMLText {
    /// Whether the root's start tag has an attribute of this value, which needs no escape.
    fileprivate func rootHasAttribute(_ value: String) -> Bool {
        let wanted = Array("ID=\"\(value)\"".utf8)
        let tag = bytes[..<startTagEnd]
        guard !value.isEmpty, !value.utf8.contains(where: { "\"&<\t\r\n".utf8.contains($0) }), tag.count > wanted.count
        else { return false }
        return tag.indices.contains { tag[$0...].starts(with: wanted) }
    }
}
