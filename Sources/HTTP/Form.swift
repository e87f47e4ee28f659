/// How large a form may be beyond the body limit of the request that carried it.
package struct FormLimits: Sendable, Equatable {
    package var pairs: Int
    /// Octets of a name, unescaped.
    package var name: Int

    package init(pairs: Int = 256, name: Int = 256) {
        self.pairs = pairs
        self.name = name
    }

    package static let `default` = FormLimits()
}

/// Why a form or a query was refused.
package enum FormError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A character that must be escaped, at that octet of the text.
    case unescaped(offset: Int)
    /// A percent sign without two hexadecimal digits after it.
    case brokenEscape(offset: Int)
    /// Unescaped, the text at that octet is not UTF-8.
    case notUTF8(offset: Int)
    case containsNUL(offset: Int)
    case tooManyPairs(limit: Int)
    case nameTooLong(limit: Int)
    /// A parameter that must not be repeated (RFC 6749 §3.1) is.
    case repeated(String)

    package var description: String {
        switch self {
        case .unescaped(let offset): "the character at octet \(offset) must be escaped"
        case .brokenEscape(let offset): "the escape at octet \(offset) is broken"
        case .notUTF8(let offset): "the text at octet \(offset) is not UTF-8"
        case .containsNUL(let offset): "the text at octet \(offset) has a NUL"
        case .tooManyPairs(let limit): "more than \(limit) parameters"
        case .nameTooLong(let limit): "a parameter's name is longer than \(limit) octets"
        case .repeated(let name): "the parameter \(name) occurs more than once"
        }
    }
}

/// `application/x-www-form-urlencoded` (WHATWG URL §5), from a body or a query, read strictly: escapes must be whole, the
/// text UTF-8, and there is no NUL. A plus sign is a space. Pairs without octets (`a=1&&b=2`) are skipped.
package struct Form: Sendable {
    /// In the order they came, repeated names included.
    package let pairs: [(name: String, value: String)]

    package init(pairs: [(name: String, value: String)] = []) { self.pairs = pairs }

    package static func parse(_ bytes: [UInt8], limits: FormLimits = .default) throws(FormError) -> Form {
        var pairs: [(name: String, value: String)] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.count
            if end > start {
                guard pairs.count < limits.pairs else { throw .tooManyPairs(limit: limits.pairs) }
                let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
                let name = try text(bytes, start..<equals)
                guard name.utf8.count <= limits.name else { throw .nameTooLong(limit: limits.name) }
                pairs.append((name, try text(bytes, min(equals + 1, end)..<end)))
            }
            start = end + 1
        }
        return Form(pairs: pairs)
    }

    package static func parse(_ string: String, limits: FormLimits = .default) throws(FormError) -> Form {
        try parse(Array(string.utf8), limits: limits)
    }

    /// The parameter's value, nil where it is missing.
    ///
    /// - Throws: ``FormError/repeated(_:)`` where it occurs more than once: two readers of one request must not be able to
    ///   pick different ones.
    package func value(_ name: String) throws(FormError) -> String? {
        var found: String?
        for pair in pairs where pair.name.hasSameBytes(as: name) {
            if found != nil { throw .repeated(name) }
            found = pair.value
        }
        return found
    }

    /// Every value of a parameter that may be repeated, in order.
    package func values(_ name: String) -> [String] {
        pairs.filter { $0.name.hasSameBytes(as: name) }.map(\.value)
    }

    package func contains(_ name: String) -> Bool { pairs.contains { $0.name.hasSameBytes(as: name) } }

    package static func encode(_ pairs: [(String, String)]) -> String {
        var text = ""
        for (name, value) in pairs {
            if !text.isEmpty { text += "&" }
            text += PercentEncoding.component(name) + "=" + PercentEncoding.component(value)
        }
        return text
    }

    /// One name or value, unescaped. Most have nothing to unescape and are copied whole.
    private static func text(_ bytes: [UInt8], _ range: Range<Int>) throws(FormError) -> String {
        // Without branches, so that the compiler looks at many octets at a time.
        let (isVisible, isPlain) = bytes[range].withUnsafeBufferPointer { octets in
            var hidden: UInt8 = 0
            var escaped: UInt8 = 0
            for octet in octets {
                hidden |= octet &- 0x21 < 0x5E ? 0 : 1
                escaped |= octet == UInt8(ascii: "%") || octet == UInt8(ascii: "+") ? 1 : 0
            }
            return (hidden == 0, escaped == 0)
        }
        if let hidden = isVisible ? nil : bytes[range].firstIndex(where: { $0 <= 0x20 || $0 >= 0x7F }) {
            throw .unescaped(offset: hidden)
        }
        if isPlain { return String(decoding: bytes[range], as: UTF8.self) }
        var fault: FormError?
        let decoded = [UInt8](unsafeUninitializedCapacity: range.count) { output, count in
            bytes.withUnsafeBufferPointer { bytes in
                fault = unescape(bytes, range, into: output, &count)
            }
        }
        if let fault { throw fault }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .notUTF8(offset: range.lowerBound) }
        return text
    }

    /// - Parameter output: With room for the whole range.
    private static func unescape(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, into output: UnsafeMutableBufferPointer<UInt8>,
        _ count: inout Int
    ) -> FormError? {
        var at = range.lowerBound
        while at < range.upperBound {
            var byte = bytes[at]
            if byte == UInt8(ascii: "+") {
                byte = Octets.space
            } else if byte == UInt8(ascii: "%") {
                guard at + 2 < range.upperBound, let high = Octets.hexadecimalDigit(bytes[at + 1]),
                    let low = Octets.hexadecimalDigit(bytes[at + 2])
                else { return .brokenEscape(offset: at) }
                guard high | low != 0 else { return .containsNUL(offset: at) }
                byte = high << 4 | low
                at += 2
            }
            output[count] = byte
            count += 1
            at += 1
        }
        return nil
    }
}
