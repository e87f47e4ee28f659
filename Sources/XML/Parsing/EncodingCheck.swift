internal import Glibc

/// UTF-8, said or unsaid, and nothing else. libxml2 would honour UTF-7, UTF-16 and a few hundred others, in which the
/// same octets are another document (§4 of XML 1.0 lets it).
func checkEncoding(_ bytes: UnsafeBufferPointer<UInt8>) throws(XMLError) {
    guard let first = bytes.first else { throw .malformed("it is empty") }
    if first == 0xEF { throw .badCharset("it starts with a byte order mark") }
    if first == 0xFE || first == 0xFF { throw .badCharset("it starts like UTF-16") }
    // libxml2 takes a NUL for the end of the document, and forgets what follows.
    if let base = bytes.baseAddress, memchr(base, 0, bytes.count) != nil { throw .badCharset("it has a NUL byte") }
    do { _ = try UTF8Span(validating: bytes.span) } catch { throw .badCharset("its bytes are not UTF-8") }
    var declaration = XMLDeclaration(bytes: bytes)
    try declaration.check()
}

/// `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`, production 23 of XML 1.0, if the document has one.
private struct XMLDeclaration {
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func check() throws(XMLError) {
        guard take("<?xml"), at < bytes.count, isSpace(bytes[at]) else { return }
        guard let version = value(of: "version") else { throw .malformed("its declaration names no version") }
        guard version == "1.0" else { throw .malformed("it is of version \(version.shown)") }
        if let encoding = value(of: "encoding"), encoding.lowercased() != "utf-8" {
            throw .badCharset("it is declared as \(encoding.shown)")
        }
        if let standalone = value(of: "standalone"), standalone != "yes", standalone != "no" {
            throw .malformed("its declaration says standalone \(standalone.shown)")
        }
        skipSpace()
        guard take("?>") else { throw .badCharset("its declaration is not one of XML 1.0 in UTF-8") }
    }

    /// `nil`, and nothing taken, unless the next pseudo-attribute has this name.
    private mutating func value(of name: StaticString) -> String? {
        let start = at
        guard skipSpace(), take(name) else {
            at = start
            return nil
        }
        skipSpace()
        guard take("=") else { return nil }
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "'") else { return nil }
        let quote = bytes[at]
        guard let end = bytes[(at + 1)...].prefix(64).firstIndex(of: quote) else { return nil }
        defer { at = end + 1 }
        return String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = at
        while at < bytes.count, isSpace(bytes[at]) { at += 1 }
        return at > start
    }

    private mutating func take(_ text: StaticString) -> Bool {
        guard bytes.count - at >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes[at + index] != text.utf8Start[index] { return false }
        at += text.utf8CodeUnitCount
        return true
    }
}
