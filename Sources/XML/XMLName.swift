/// An expanded name: what a prefix stands for, never the prefix.
package struct XMLName: Hashable, Sendable {
    /// Empty for a name in no namespace.
    package let namespace: String
    package let local: String

    package init(_ namespace: String, _ local: String) {
        self.namespace = namespace
        self.local = local
    }
}

extension XMLName: CustomStringConvertible {
    /// James Clark's notation.
    package var description: String { namespace.isEmpty ? local : "{\(namespace)}\(local)" }
}
