import Cryptography
import Testing

@testable import XML

@Suite("The xmlsec1 command agrees about signatures") struct XmlsecSignatureTests {
    /// xmlsec1 of Debian 12 has no RSA-PSS.
    static let algorithms = XMLSignatureAlgorithm.all.filter { !$0.name.contains("pss") }

    private func key(for algorithm: XMLSignatureAlgorithm) throws -> SigningKey {
        try #require([Keys.rsa, Keys.p256, Keys.p384, Keys.p521].first { algorithm.scheme.fits($0.kind) })
    }

    /// `--id-attr` wants the name of the element that carries the ID.
    private func root(_ text: String) throws -> String {
        let name = try parse(text).root.name
        return name.namespace.isEmpty ? name.local : "\(name.namespace):\(name.local)"
    }

    @Test(arguments: 0..<66) func `what we sign it verifies, and nothing else`(_ seed: Int) throws {
        let command = try OutsideCommand()
        let algorithm = Self.algorithms[seed % Self.algorithms.count]
        let key = try key(for: algorithm)
        let signed = try XMLSignature.sign(
            GeneratedDocument.written(seed, id: "_\(seed)"), id: "_\(seed)", key: key, algorithm: algorithm)
        try command.write(signed.bytes, to: "signed.xml")
        try command.write(key.publicKey.pem(), to: "public.pem")
        let verify = try ["xmlsec1", "--verify", "--pubkey-pem", "public.pem", "--id-attr:ID", root(signed.string)]
        #expect(try command.run(verify + ["signed.xml"]).contains("OK"))
        let text = signed.string
        let end = try #require(text.range(of: "</", options: .backwards))
        try command.write(Array((text[..<end.lowerBound] + "x" + text[end.lowerBound...]).utf8), to: "changed.xml")
        #expect(throws: OutsideCommand.Failure.self) { try command.run(verify + ["changed.xml"]) }
        #expect(try XMLSignature.verify(parse(text).root, keys: [key.publicKey]).id == "_\(seed)")
    }

    @Test(arguments: 0..<72) func `what it signs we verify, and nothing else`(_ seed: Int) throws {
        let command = try OutsideCommand()
        let algorithm = Self.algorithms[seed % Self.algorithms.count]
        let key = try key(for: algorithm)
        let methods = Canonicalization.allCases.filter { !$0.keepsComments }
        let transform = seed % 4 == 3 ? methods[seed / 4 % 3] : .exclusive
        let template = Template(
            id: "_\(seed)", algorithm: algorithm, method: methods[seed / 2 % 3], transform: transform,
            prefixes: seed % 5 == 0 ? "a zz #default" : "", digest: [.sha256, .sha384, .sha512][seed % 3])
        let text = GeneratedDocument.text(seed, id: "_\(seed)", placeholder: template.text)
        try command.write(Array(text.utf8), to: "template.xml")
        try key.pem().withBytes { try command.write($0, to: "key.pem") }
        try command.run([
            "xmlsec1", "--sign", "--privkey-pem", "key.pem", "--id-attr:ID", try root(text), "--output", "signed.xml",
            "template.xml",
        ])
        let signed = String(decoding: try command.read("signed.xml"), as: UTF8.self)
        let keys = [Keys.otherRSA.publicKey, key.publicKey]
        let document = try parse(signed)
        if transform == .exclusive {
            #expect(try XMLSignature.verify(document.root, keys: keys).keyIndex == 1)
        } else {
            #expect(throws: XMLSignatureError.transform("exclusive canonicalization is missing")) {
                try XMLSignature.verify(document.root, keys: keys)
            }
        }
        #expect(try XMLSignature.verifyReferences(document, keys: keys).map(\.id) == ["_\(seed)"])
        let end = try #require(signed.range(of: "</", options: .backwards))
        let changed = try parse(String(signed[..<end.lowerBound] + "x" + signed[end.lowerBound...]))
        #expect(throws: XMLSignatureError.self) { try XMLSignature.verifyReferences(changed, keys: keys) }
    }

    /// A subtree under inclusive canonicalization takes namespaces and `xml:` attributes of what is around it.
    @Test(arguments: 0..<18) func `it agrees about an element within another, and about several references`(
        _ seed: Int
    ) throws {
        let command = try OutsideCommand()
        let method = Canonicalization.allCases[seed % Canonicalization.allCases.count]
        let template = Template(
            id: "_in", algorithm: .rsaSHA256, method: method, transform: method, prefixes: "", digest: .sha256)
        let inner = GeneratedDocument.text(seed, id: "_in", placeholder: "<!-- c -->" + template.text)
        let text =
            "<o:out xmlns:o='urn:o' xmlns:un='urn:unused' xml:lang='fr'>\(inner)<o:x ID='_2'><!-- d --></o:x></o:out>"
        let second = template.with(reference: "_2")
        let both = text.replacing(template.text, with: second)
        try command.write(Array(both.utf8), to: "template.xml")
        try Keys.rsa.pem().withBytes { try command.write($0, to: "key.pem") }
        let innerName = try parse(inner, allowsComments: true).root.name
        try command.run([
            "xmlsec1", "--sign", "--privkey-pem", "key.pem", "--id-attr:ID",
            "\(innerName.namespace):\(innerName.local)", "--id-attr:ID", "urn:o:x", "--output", "signed.xml",
            "template.xml",
        ])
        let signed = String(decoding: try command.read("signed.xml"), as: UTF8.self)
        let document = try parse(signed, allowsComments: true)
        let covered = try XMLSignature.verifyReferences(document, keys: [Keys.rsa.publicKey])
        #expect(covered.map(\.id) == ["_in", "_2"])
    }
}

/// A signature for xmlsec1 to fill in.
struct Template {
    var id: String
    var algorithm: XMLSignatureAlgorithm
    var method: Canonicalization
    var transform: Canonicalization
    var prefixes: String
    var digest: DigestAlgorithm
    private var more = ""

    init(
        id: String, algorithm: XMLSignatureAlgorithm, method: Canonicalization, transform: Canonicalization,
        prefixes: String, digest: DigestAlgorithm
    ) {
        (self.id, self.algorithm, self.method) = (id, algorithm, method)
        (self.transform, self.prefixes, self.digest) = (transform, prefixes, digest)
    }

    private func reference(_ id: String, enveloped: Bool) -> String {
        let list =
            prefixes.isEmpty || !transform.isExclusive
            ? ""
            : "<ec:InclusiveNamespaces xmlns:ec='http://www.w3.org/2001/10/xml-exc-c14n#' PrefixList='\(prefixes)'/>"
        let first =
            enveloped ? "<ds:Transform Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-signature'/>" : ""
        return """
            <ds:Reference URI='#\(id)'><ds:Transforms>\(first)
            <ds:Transform Algorithm='\(transform.rawValue)'>\(list)</ds:Transform>
            </ds:Transforms><ds:DigestMethod Algorithm='\(XMLDigest.uri(digest))'/><ds:DigestValue/></ds:Reference>
            """
    }

    func with(reference id: String) -> String {
        var copy = self
        copy.more = reference(id, enveloped: false)
        return copy.text
    }

    var text: String {
        """
        <ds:Signature xmlns:ds='http://www.w3.org/2000/09/xmldsig#'><ds:SignedInfo>
        <ds:CanonicalizationMethod Algorithm='\(method.rawValue)'/><ds:SignatureMethod Algorithm='\(algorithm.uri)'/>
        \(reference(id, enveloped: true))\(more)</ds:SignedInfo><ds:SignatureValue/></ds:Signature>
        """
    }
}
