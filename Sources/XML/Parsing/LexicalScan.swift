internal import Glibc

/// What is refused before libxml2 sees a byte. It only ever refuses: whatever passes is read by libxml2 alone.
///
/// The tokens of well-formed XML can be told apart without a grammar, since `<` stands nowhere but at the start of
/// markup. libxml2 2.9 compares each attribute of a tag with all before it, so a tag of 100,000 attributes would keep
/// it busy for seconds before a handler is called; here it costs its bytes.
struct LexicalScan {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: XMLLimits
    private var at = 0
    private var depth = 0
    private var elements = 0

    static func check(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: XMLLimits) throws(XMLError) {
        guard bytes.count <= limits.bytes else { throw .tooLarge("\(bytes.count) bytes, \(limits.bytes) allowed") }
        try checkEncoding(bytes)
        var scan = LexicalScan(bytes: bytes, limits: limits)
        try scan.run()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, limits: XMLLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    private mutating func run() throws(XMLError) {
        while let found = next(UInt8(ascii: "<")) {
            at = found + 1
            if starts("?") {
                try skip(past: "?>", "processing instruction")
            } else if starts("!--") {
                try skip(past: "-->", "comment")
            } else if starts("![CDATA[") {
                try skip(past: "]]>", "CDATA section")
            } else if starts("!") {
                // Outside of a document type nothing else begins like this.
                throw .dtdForbidden
            } else {
                try tag()
            }
        }
    }

    private mutating func tag() throws(XMLError) {
        let closes = starts("/")
        if closes { depth -= 1 } else { try opens() }
        var attributes = 0
        // The place in a variable of its own, which stays in a register.
        var here = at
        defer { at = here }
        while here < bytes.count {
            let byte = bytes[here]
            here += 1
            // Nothing above stands for anything here, and most of a tag is letters.
            if byte > UInt8(ascii: ">") { continue }
            switch byte {
            case UInt8(ascii: "<"): throw .malformed("a '<' within a tag, at byte \(here - 1)")
            case UInt8(ascii: ">"):
                if !closes, bytes[here - 2] == UInt8(ascii: "/") { depth -= 1 }
                return
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                while here < bytes.count, bytes[here] != byte {
                    if bytes[here] == UInt8(ascii: "<") { throw .malformed("a '<' within a tag, at byte \(here)") }
                    here += 1
                }
                here += 1
            case UInt8(ascii: "="):
                attributes += 1
                guard attributes <= limits.attributesPerElement + limits.namespaceDeclarations else {
                    throw .tooLarge("a tag of more than \(attributes - 1) attributes")
                }
            default: break
            }
        }
        throw .malformed("a tag that does not end")
    }

    /// Counted here already, so that what is far too large never reaches libxml2, which copies it.
    private mutating func opens() throws(XMLError) {
        depth += 1
        elements += 1
        guard depth <= limits.depth else { throw .depthLimit(limits.depth) }
        guard elements <= limits.nodes else { throw .tooLarge("more than \(limits.nodes) elements") }
    }

    private func next(_ byte: UInt8) -> Int? {
        guard at < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + at, Int32(byte), bytes.count - at)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private func starts(_ text: StaticString) -> Bool {
        guard bytes.count - at >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes[at + index] != text.utf8Start[index] { return false }
        return true
    }

    private mutating func skip(past end: StaticString, _ what: String) throws(XMLError) {
        while at < bytes.count {
            if starts(end) {
                at += end.utf8CodeUnitCount
                return
            }
            at += 1
        }
        throw .malformed("a \(what) that does not end")
    }
}
