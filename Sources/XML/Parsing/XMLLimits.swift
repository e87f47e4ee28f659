/// How much XML one document may be. Enforced before the parser sees a byte, or while it reads.
package struct XMLLimits: Sendable, Hashable {
    /// Of the whole document.
    package var bytes: Int
    /// Elements within each other, the root being the first.
    package var depth: Int
    /// Elements, attributes, namespace declarations, comments, processing instructions and CDATA sections together.
    package var nodes: Int
    package var attributesPerElement: Int
    /// In scope at one place. What all of them cost together is bounded by `nodes`.
    package var namespaceDeclarations: Int

    package init(
        bytes: Int, depth: Int = 64, nodes: Int = 20_000, attributesPerElement: Int = 64,
        namespaceDeclarations: Int = 256
    ) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
        self.attributesPerElement = attributesPerElement
        self.namespaceDeclarations = namespaceDeclarations
    }

    /// A protocol message: whatever a browser carries.
    package static let message = XMLLimits(bytes: 1 << 20)
    /// The metadata of one partner.
    package static let metadata = XMLLimits(bytes: 8 << 20, nodes: 200_000)
    /// A federation's metadata, for a process of its own.
    package static let aggregate = XMLLimits(bytes: 256 << 20, nodes: 20_000_000)
}
