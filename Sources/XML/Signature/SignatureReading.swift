internal import Cryptography

/// A `Signature` element whose parts were found where the schema has them (XML Signature §4). Nothing of it is believed.
struct SignatureReading {
    let element: XMLElement
    let signedInfo: XMLElement
    let canonicalization: CanonicalizationReading
    let algorithm: XMLSignatureAlgorithm
    let references: [ReferenceReading]
    let value: [UInt8]

    init(_ element: XMLElement, _ policy: XMLSignaturePolicy) throws(XMLSignatureError) {
        self.element = element
        let parts = element.children
        guard parts.count >= 2, parts[0].isNamed(.signedInfo), parts[1].isNamed(.signatureValue) else {
            throw .structure("it begins with one SignedInfo and one SignatureValue, and here it does not")
        }
        for (index, part) in parts.enumerated().dropFirst(2) where !(index == 2 && part.isNamed(.keyInfo)) {
            guard policy.shape == .generic, part.isNamed(.signature("Object")) else {
                throw .structure("\(part.name.local.shown) has no place in it")
            }
        }
        signedInfo = parts[0]
        let inside = signedInfo.children
        guard inside.count >= 3, inside[0].isNamed(.canonicalizationMethod), inside[1].isNamed(.signatureMethod),
            inside.dropFirst(2).allSatisfy({ $0.isNamed(.reference) })
        else { throw .structure("SignedInfo does not hold its three parts") }
        guard inside.count == 3 || policy.shape == .generic else {
            throw .structure("SignedInfo has \(inside.count - 2) references")
        }
        guard inside.count <= 2 + Self.mostReferences else { throw .structure("it has too many references") }
        canonicalization = try CanonicalizationReading(inside[0], policy)
        guard inside[1].children.isEmpty else { throw .structure("SignatureMethod has parameters") }
        algorithm = try .named(inside[1].attribute("Algorithm") ?? "", policy)
        var references: [ReferenceReading] = []
        for reference in inside.dropFirst(2) { references.append(try ReferenceReading(reference, policy)) }
        self.references = references
        value = try parts[1].base64Value()
    }

    private static let mostReferences = 64
}

/// `CanonicalizationMethod`, or a `Transform` that canonicalizes.
struct CanonicalizationReading {
    var method: Canonicalization
    var prefixes: [String] = []

    static let standard = CanonicalizationReading(method: .inclusive)

    private init(method: Canonicalization) { self.method = method }

    init(_ element: XMLElement, _ policy: XMLSignaturePolicy) throws(XMLSignatureError) {
        let uri = element.attribute("Algorithm") ?? ""
        guard let method = Canonicalization(rawValue: uri) else { throw .transform("\(uri.shown) is not accepted") }
        guard policy.shape == .generic || !method.keepsComments else {
            throw .transform("a canonical form with comments")
        }
        self.method = method
        let parameters = element.children
        guard let list = parameters.first else { return }
        guard parameters.count == 1, method.isExclusive, list.isNamed(.inclusiveNamespaces), list.children.isEmpty,
            let text = list.attribute("PrefixList")
        else { throw .transform("its parameters are not a list of inclusive prefixes") }
        prefixes = text.split(whereSeparator: { " \t\r\n".contains($0) }).map(String.init)
        guard prefixes.count <= Self.mostPrefixes else { throw .transform("too many inclusive prefixes") }
    }

    /// Each is looked up at each element.
    private static let mostPrefixes = 32
}

/// A `Reference`.
struct ReferenceReading {
    enum Target: Hashable {
        /// `URI=""` or `#xpointer(/)`.
        case document
        case id(String)
    }

    let target: Target
    /// A same-document URI means its element without comments, unless it is an XPointer (XML Signature §4.4.3.3).
    let dropsComments: Bool
    let isEnveloped: Bool
    let canonicalization: CanonicalizationReading
    let digest: DigestAlgorithm
    let digestValue: [UInt8]

    init(_ element: XMLElement, _ policy: XMLSignaturePolicy) throws(XMLSignatureError) {
        var parts = element.children[...]
        let transforms = parts.first?.isNamed(.transforms) == true ? parts.removeFirst() : nil
        guard parts.count == 2, let method = parts.first, let value = parts.last, method.isNamed(.digestMethod),
            value.isNamed(.digestValue), method.children.isEmpty
        else { throw .structure("Reference does not hold its parts") }
        (target, dropsComments) = try Self.target(element.attribute("URI"), policy)
        (isEnveloped, canonicalization) = try Self.transforms(transforms, policy)
        digest = try XMLDigest.named(method.attribute("Algorithm") ?? "", policy)
        digestValue = try value.base64Value()
        guard digestValue.count == digest.byteCount else { throw .structure("DigestValue has the wrong length") }
    }

    private static func target(
        _ uri: String?, _ policy: XMLSignaturePolicy
    ) throws(XMLSignatureError) -> (Target, dropsComments: Bool) {
        guard let uri else { throw .reference("it has no URI") }
        if uri.isEmpty {
            guard policy.shape == .generic || policy.allowsEmptyURI else { throw .reference("its URI is empty") }
            return (.document, true)
        }
        guard uri.utf8.first == UInt8(ascii: "#") else { throw .reference("\(uri.shown) is not in this document") }
        let fragment = String(uri.dropFirst())
        if policy.shape == .generic, fragment == "xpointer(/)" { return (.document, false) }
        if policy.shape == .generic, let id = idOfXPointer(fragment) { return (.id(id), false) }
        guard !fragment.isEmpty, !fragment.contains("(") else { throw .reference("\(uri.shown) is not accepted") }
        return (.id(fragment), true)
    }

    /// `xpointer(id('a'))`
    private static func idOfXPointer(_ fragment: String) -> String? {
        for quote in ["'", "\""] {
            let (before, after) = ("xpointer(id(" + quote, quote + "))")
            guard fragment.hasPrefix(before), fragment.hasSuffix(after) else { continue }
            let id = fragment.dropFirst(before.count).dropLast(after.count)
            return id.isEmpty || id.contains(quote) ? nil : String(id)
        }
        return nil
    }

    /// In SAML: enveloped-signature, then exclusive canonicalization, and nothing else (SAML 2.0 Core §5.4.4). In
    /// general each at most once, in that order.
    private static func transforms(
        _ element: XMLElement?, _ policy: XMLSignaturePolicy
    ) throws(XMLSignatureError) -> (Bool, CanonicalizationReading) {
        var list = (element?.children ?? [])[...]
        guard list.allSatisfy({ $0.isNamed(.transform) }) else { throw .structure("Transforms holds something else") }
        let isEnveloped = list.first?.attribute("Algorithm") == envelopedSignature
        if isEnveloped {
            guard list.removeFirst().children.isEmpty else { throw .transform("enveloped-signature has parameters") }
        }
        let last = try list.popFirst().map { (transform) throws(XMLSignatureError) in
            try CanonicalizationReading(transform, policy)
        }
        guard list.isEmpty else {
            throw .transform("there are more than an enveloped signature and one canonical form")
        }
        if policy.shape == .saml {
            guard isEnveloped else { throw .transform("enveloped-signature is missing or not the first") }
            guard last?.method.isExclusive == true else { throw .transform("exclusive canonicalization is missing") }
        }
        return (isEnveloped, last ?? .standard)
    }

    static let envelopedSignature = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
}

extension XMLElement {
    /// The octets of an element that holds one text node of Base64, in which white space may stand.
    func base64Value() throws(XMLSignatureError) -> [UInt8] {
        guard let text = onlyTextNode, let octets = Base64.decodeLenient(text.utf8), !octets.isEmpty else {
            throw .structure("\(name.local) is not one text of Base64")
        }
        return octets
    }
}
