/// A Content-Type field (RFC 9110 §8.3.1).
package struct ContentType: Sendable, Equatable {
    /// Type and subtype in lower case, without parameters.
    package let mediaType: String
    /// Names in lower case, values as written and unquoted; no name twice.
    package let parameters: [String: String]

    /// In lower case.
    package var charset: String? { parameters["charset"]?.lowercased() }
    package var boundary: String? { parameters["boundary"] }

    package init?(_ value: String) {
        let bytes = Array(value.utf8)
        let end = bytes.firstIndex(of: UInt8(ascii: ";")) ?? bytes.endIndex
        let type = bytes[..<end].trimmed
        let halves = type.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty && OctetSet.token.contains(all: $0) }) else {
            return nil
        }
        guard let parameters = Self.parameters(bytes[end...]) else { return nil }
        mediaType = String(decoding: type.map(Octets.lowercased), as: UTF8.self)
        self.parameters = parameters
    }

    /// `;name=value` repeated, the value a token or a quoted string (RFC 9110 §5.6.6).
    private static func parameters(_ text: ArraySlice<UInt8>) -> [String: String]? {
        var parameters: [String: String] = [:]
        var rest = text.trimmed
        while !rest.isEmpty {
            guard rest.removeFirst() == UInt8(ascii: ";") else { return nil }
            rest = rest.trimmed
            if rest.isEmpty || rest.first == UInt8(ascii: ";") { continue }
            guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = rest[..<equals]
            rest = rest[(equals + 1)...]
            guard !name.isEmpty, OctetSet.token.contains(all: name), let value = takeValue(&rest) else { return nil }
            let key = String(decoding: name.map(Octets.lowercased), as: UTF8.self)
            guard parameters.updateValue(String(decoding: value, as: UTF8.self), forKey: key) == nil else { return nil }
            rest = rest.trimmed
        }
        return parameters
    }

    private static func takeValue(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard rest.first == UInt8(ascii: "\"") else {
            let token = rest.prefix(while: OctetSet.token.contains)
            rest = rest[token.endIndex...]
            return token.isEmpty ? nil : Array(token)
        }
        rest.removeFirst()
        var value: [UInt8] = []
        while let octet = rest.popFirst() {
            switch octet {
            case UInt8(ascii: "\""): return value
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                value.append(escaped)
            default: value.append(octet)
            }
        }
        return nil
    }
}
