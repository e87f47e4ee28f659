/// The text form of keys and certificates, RFC 7468.
package enum PEM {
    package struct Block: Sendable {
        /// What stands between `BEGIN` and the dashes: `CERTIFICATE`, `PRIVATE KEY`.
        package let label: String
        package let der: [UInt8]
    }

    /// The blocks in their order; text around them is skipped. `nil` if a block does not end, or is not Base64 (an
    /// encrypted key of the old kind has headers, which are not).
    package static func blocks(in text: [UInt8]) -> [Block]? {
        var blocks: [Block] = []
        var open: (label: String, body: [UInt8])?
        for raw in text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let line = String(decoding: raw, as: UTF8.self).trimmed
            if let label = line.label(after: "-----BEGIN ") {
                guard open == nil else { return nil }
                open = (label, [])
            } else if let label = line.label(after: "-----END ") {
                guard let done = open, done.label == label, let der = Base64.decodeLenient(done.body) else {
                    return nil
                }
                blocks.append(Block(label: label, der: der))
                open = nil
            } else {
                open?.body += raw
            }
        }
        return open == nil ? blocks : nil
    }

    /// A block with lines of 64 characters.
    package static func encode(_ label: String, _ der: [UInt8]) -> [UInt8] {
        var text = Array("-----BEGIN \(label)-----\n".utf8)
        let body = Array(Base64.encode(der).utf8)
        for start in stride(from: 0, to: body.count, by: 64) {
            text += body[start..<min(start + 64, body.count)]
            text.append(0x0A)
        }
        text += Array("-----END \(label)-----\n".utf8)
        return text
    }
}

extension String {
    fileprivate var trimmed: String {
        var bytes = utf8[...]
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes = bytes.dropLast() }
        return String(bytes) ?? self
    }

    fileprivate func label(after prefix: String) -> String? {
        guard hasPrefix(prefix), hasSuffix("-----"), utf8.count > prefix.utf8.count + 5 else { return nil }
        return String(dropFirst(prefix.count).dropLast(5))
    }
}
