/// One element as text in exclusive canonical form: what it says is what is signed. Only ``XMLWriter`` makes one.
package struct XMLText: Sendable, Hashable {
    package let bytes: [UInt8]
    /// Where an enveloped signature goes: behind the child Issuer if that is the first, else before the first child.
    let signaturePlace: Int
    /// Where the root's start tag ends.
    let startTagEnd: Int
    /// Every namespace that is declared somewhere in it.
    let bindings: Set<NamespaceBinding>

    package var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The same, with the place of the signature behind the last child: where SAML 1.1's schema has it.
    package var signedLast: XMLText {
        XMLText(
            bytes: bytes, signaturePlace: bytes.lastIndex(of: UInt8(ascii: "<")) ?? signaturePlace,
            startTagEnd: startTagEnd, bindings: bindings)
    }

    /// The same with more in the place of the signature.
    func inserting(_ signature: XMLText) -> XMLText {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(self.bytes.count + signature.bytes.count)
        bytes += self.bytes[..<signaturePlace]
        bytes += signature.bytes
        bytes += self.bytes[signaturePlace...]
        return XMLText(
            bytes: bytes, signaturePlace: signaturePlace, startTagEnd: startTagEnd,
            bindings: bindings.union(signature.bindings))
    }
}

/// A prefix and what it stands for; "" is the default namespace.
struct NamespaceBinding: Sendable, Hashable {
    let prefix: String
    let namespace: String
}
