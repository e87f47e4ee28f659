import Cryptography
import XML

/// Documents, their canonical forms, and signatures and ciphertexts within them. What is accepted without comments is
/// accepted with them; a canonical form is a document whose canonical form it is; and nothing verifies or decrypts with the
/// example's keys that is not the example's content.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    let strict = try? XMLDocument(parsing: bytes)
    guard let document = try? XMLDocument(parsing: bytes, allowsComments: true) else {
        expect(strict == nil, "comments were missed")
        return 0
    }
    walk(document.root, 0)
    for method in Canonicalization.allCases { canonicalize(document, method) }
    if let strict {
        let root = strict.root
        if let verified = try? XMLSignature.verify(root, keys: Example.keys) {
            expect(
                (try? verified.element.canonical(.exclusive, inclusivePrefixes: ["q"])) == Example.signed, "a forgery")
        }
        if let data = XMLEncryption.firstEncryptedData(in: strict) {
            let opened = try? XMLEncryption.decrypt(data, secret: Example.secret)
            expect(opened == nil || opened == Array("plain".utf8), "a ciphertext of nobody")
            _ = try? XMLEncryption.decrypt(data, keys: [Example.otherKey])
        }
    }
    if let covered = try? XMLSignature.verifyReferences(document, keys: Example.keys) {
        expect(covered.allSatisfy { $0.id == "_1" }, "another element")
    }
    return 0
}

private func walk(_ element: XMLElement, _ depth: Int) {
    expect(depth < 64, "deeper than allowed")
    if let id = element.attribute("ID") {
        expect(element.document.element(id: id)?.isSame(as: element) == true, "an ID that finds another element")
    }
    _ = (element.text, element.attributes.count, element.namespace(forPrefix: element.prefix), element.position)
    for child in element.children {
        expect(child.parent?.isSame(as: element) == true, "a child of another")
        walk(child, depth + 1)
    }
}

private func canonicalize(_ document: XMLDocument, _ method: Canonicalization) {
    guard let once = try? document.root.canonical(method) else { return }
    expect(!once.isEmpty, "an empty canonical form")
    // It can be larger than the limits: what was declared once is declared wherever it is used.
    guard let again = try? XMLDocument(parsing: once, limits: .aggregate, allowsComments: true) else {
        fatalError("a canonical form that cannot be parsed: \(String(decoding: once, as: UTF8.self))")
    }
    expect((try? again.root.canonical(method)) == once, "a canonical form of another document")
}

/// The first seed's key, and what it signed; the second seed's.
private enum Example {
    static let keys: [VerificationKey] = {
        let spki = Hex.decode(
            "3059301306072a8648ce3d020106082a8648ce3d030107034200048d03225ed0c305339e1e4fe32df26d5b1ce7b6947e9fd7ec0709"
                + "c2199ad97d16261cef5301c912530a7e50f5b5c966d066448132d5b87659fac95dc30df160ab")
        guard let spki, let key = try? VerificationKey(spkiDER: spki) else { fatalError("the example's key") }
        return [key]
    }()
    static let signed = Array(
        """
        <p:a xmlns:p="urn:p" xmlns:q="urn:q" ID="_1"><q:b x="1" xml:lang="de">text &amp; more</q:b></p:a>
        """.utf8)
    static let secret = Secret([UInt8](repeating: UInt8(ascii: "Z"), count: 16))
    static let otherKey: SigningKey = {
        guard let key = try? SigningKey.generate(.ec(.p256)) else { fatalError("no key") }
        return key
    }()
}
