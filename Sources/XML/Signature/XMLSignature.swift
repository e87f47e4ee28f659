package import Cryptography

/// XML Signature 1.1, as far as SAML and WS-Federation use it. Keys come from the caller alone: what `KeyInfo` says is
/// never used to verify.
package enum XMLSignature {
    /// Whether the element carries a signature of its own, valid or not.
    package static func isSigned(_ element: XMLElement) -> Bool { element.child(.signatureElement) != nil }

    /// The first element that carries a signature, for tools: a protocol knows which it reads.
    package static func firstSigned(in document: XMLDocument) -> XMLElement? {
        document.root.firstDescendant(.signatureElement)?.parent
    }

    /// Verifies the enveloped signature that is a direct child of `element`.
    ///
    /// - Parameters:
    ///   - keys: Those that may have signed; tried in order.
    ///   - idAttribute: `ID` in SAML 2.0, `AssertionID` in SAML 1.1. It must be one of those the document was parsed with.
    /// - Returns: What was signed, parsed anew from its canonical octets. Read from that alone.
    package static func verify(
        _ element: XMLElement, keys: [VerificationKey], idAttribute: String = "ID",
        policy: XMLSignaturePolicy = .saml
    ) throws(XMLSignatureError) -> VerifiedElement {
        let verified = try verifyOctets(element, keys: keys, idAttribute: idAttribute, policy: policy)
        return try verified.parsed(under: element.document.rules)
    }

    /// The same without parsing anew, for what is too large to be in memory as a tree twice.
    package static func verifyOctets(
        _ element: XMLElement, keys: [VerificationKey], idAttribute: String = "ID",
        policy: XMLSignaturePolicy = .saml
    ) throws(XMLSignatureError) -> VerifiedOctets {
        let signatures = element.children(.signatureElement)
        guard let first = signatures.first else { throw .noSignature }
        guard signatures.count == 1 else { throw .placement("the element carries \(signatures.count) signatures") }
        var policy = policy
        policy.shape = .saml
        let signature = try SignatureReading(first, policy)
        let reference = signature.references[0]
        let id = element.attribute(idAttribute) ?? ""
        switch reference.target {
        case .document:
            guard element.parent == nil else { throw .reference("an empty URI means the whole document") }
        case .id(let target):
            guard target == id, element.document.rules.idAttributes.contains(idAttribute),
                element.document.element(id: id)?.isSame(as: element) == true
            else { throw .reference("it names \(target.shown)") }
        }
        let octets = try digestedOctets(reference, of: element, in: signature)
        let key = try signature.verify(keys, policy)
        return VerifiedOctets(
            octets: octets, name: element.name, id: id, idAttribute: idAttribute, reference: reference,
            signature: signature, key: key)
    }

    /// Verifies the first signature of a document, wherever it stands and however many elements it covers. For tools: a
    /// protocol has to know what is signed.
    package static func verifyReferences(
        _ document: XMLDocument, keys: [VerificationKey], policy: XMLSignaturePolicy = .generic
    ) throws(XMLSignatureError) -> [VerifiedElement] {
        guard let element = document.root.firstDescendant(.signatureElement) else { throw .noSignature }
        var policy = policy
        policy.shape = .generic
        let signature = try SignatureReading(element, policy)
        var covered: [VerifiedOctets] = []
        var digested: [(ReferenceReading, XMLElement, [UInt8])] = []
        for reference in signature.references {
            let target: XMLElement
            switch reference.target {
            case .document: target = document.root
            case .id(let id):
                guard let found = document.element(id: id) else { throw .reference("nothing has the ID \(id.shown)") }
                target = found
            }
            digested.append((reference, target, try digestedOctets(reference, of: target, in: signature)))
        }
        let key = try signature.verify(keys, policy)
        for (reference, target, octets) in digested {
            var id = ""
            if case .id(let named) = reference.target { id = named }
            covered.append(
                VerifiedOctets(
                    octets: octets, name: target.name, id: id, idAttribute: nil, reference: reference,
                    signature: signature, key: key))
        }
        var elements: [VerifiedElement] = []
        for each in covered { elements.append(try each.parsed(under: document.rules)) }
        return elements
    }

    private static func digestedOctets(
        _ reference: ReferenceReading, of element: XMLElement, in signature: SignatureReading
    ) throws(XMLSignatureError) -> [UInt8] {
        let excluded = reference.isEnveloped ? signature.element : nil
        let form = reference.canonicalization
        let method = reference.dropsComments ? form.method.withoutComments : form.method
        let octets: [UInt8]
        do throws(XMLError) {
            if reference.target == .document {
                octets = try element.document.canonical(method, inclusivePrefixes: form.prefixes, excluding: excluded)
            } else {
                octets = try element.canonical(method, inclusivePrefixes: form.prefixes, excluding: excluded)
            }
        } catch {
            throw .content(error)
        }
        guard constantTimeEqual(Digest.hash(reference.digest, octets), reference.digestValue) else {
            throw .digestMismatch(element.position)
        }
        return octets
    }
}

/// The octets that a valid signature covers, before they are parsed.
package struct VerifiedOctets: Sendable {
    package let octets: [UInt8]
    private let name: XMLName
    private let id: String
    private let idAttribute: String?
    private let algorithm: String
    private let digest: String
    private let key: TrustedKey

    init(
        octets: [UInt8], name: XMLName, id: String, idAttribute: String?, reference: ReferenceReading,
        signature: SignatureReading, key: TrustedKey
    ) {
        (self.octets, self.name, self.id, self.idAttribute, self.key) = (octets, name, id, idAttribute, key)
        (algorithm, digest) = (signature.algorithm.name, XMLDigest.name(reference.digest))
    }

    /// Parses them anew, where the document they came from was too large to be in memory as a tree at the same time.
    package func parsed(limits: XMLLimits) throws(XMLSignatureError) -> VerifiedElement {
        try parsed(
            under: XMLParsingRules(limits: limits, allowsComments: true, idAttributes: idAttribute.map { [$0] } ?? []))
    }

    func parsed(under rules: XMLParsingRules) throws(XMLSignatureError) -> VerifiedElement {
        let document: XMLDocument
        do throws(XMLError) { document = try XMLDocument(parsing: octets, rules: rules) } catch {
            throw .content(error)
        }
        let root = document.root
        guard root.isNamed(name), idAttribute.map({ (root.attribute($0) ?? "") == id }) ?? true else {
            throw .reference("its canonical form is another element")
        }
        return VerifiedElement(
            element: root, signedName: name, id: id, algorithm: algorithm, digest: digest, key: key.name,
            bits: key.bits, keyIndex: key.index)
    }
}
