extension DeviceRule {
    /// Why a rule can't be read; the offset counts bytes.
    package enum Fault: Error, Sendable, Hashable {
        case tooLong
        case tooDeep
        case unexpected(offset: Int)
        case attributeUnknown(String)
        case operatorUnknown(String)
    }

    /// Characters, as in Entra.
    package static let lengthLimit = 3_072
    private static let depthLimit = 32

    /// Reads a rule: comparisons joined by `and`, `or`, `not` and parentheses; `and` binds closer than `or`. Keywords,
    /// attributes and operators have no case.
    package init(_ text: String) throws(Fault) {
        guard text.utf8.count <= Self.lengthLimit else { throw .tooLong }
        var parser = Parser(bytes: Array(text.utf8))
        self = try parser.disjunction(depth: 0)
        parser.skipSpace()
        guard parser.position == parser.bytes.count else { throw .unexpected(offset: parser.position) }
    }

    private struct Parser {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func skipSpace() {
            while position < bytes.count, [9, 10, 13, 32].contains(bytes[position]) { position += 1 }
        }

        mutating func disjunction(depth: Int) throws(Fault) -> DeviceRule {
            guard depth < DeviceRule.depthLimit else { throw .tooDeep }
            var rule = try conjunction(depth: depth)
            while take(word: "or") { rule = .or(rule, try conjunction(depth: depth)) }
            return rule
        }

        mutating func conjunction(depth: Int) throws(Fault) -> DeviceRule {
            var rule = try term(depth: depth)
            while take(word: "and") { rule = .and(rule, try term(depth: depth)) }
            return rule
        }

        mutating func term(depth: Int) throws(Fault) -> DeviceRule {
            guard depth < DeviceRule.depthLimit else { throw .tooDeep }
            if take(word: "not") { return .not(try term(depth: depth + 1)) }
            if take(UInt8(ascii: "(")) {
                let rule = try disjunction(depth: depth + 1)
                guard take(UInt8(ascii: ")")) else { throw .unexpected(offset: position) }
                return rule
            }
            return try comparison()
        }

        mutating func comparison() throws(Fault) -> DeviceRule {
            let name = asciiLowercased(word { isWordByte($0) || $0 == UInt8(ascii: ".") })
            guard name.hasPrefix("device.") else { throw .unexpected(offset: position) }
            let attribute = String(name.dropFirst("device.".count))
            guard DeviceRule.attributes.contains(attribute) else { throw .attributeUnknown(attribute) }
            let sign = asciiLowercased(word { isWordByte($0) || $0 == UInt8(ascii: "-") })
            guard let comparison = Operator(rawValue: sign) else { throw .operatorUnknown(sign) }
            let operands =
                switch comparison {
                case .isIn, .isNotIn: try list()
                default: [try value()]
                }
            return .compare(attribute: attribute, comparison, operands.map(asciiLowercased))
        }

        mutating func list() throws(Fault) -> [String] {
            guard take(UInt8(ascii: "[")) else { throw .unexpected(offset: position) }
            var values = [try value()]
            while take(UInt8(ascii: ",")) { values.append(try value()) }
            guard take(UInt8(ascii: "]")) else { throw .unexpected(offset: position) }
            return values
        }

        /// Text between double quotes, with `\` before a quote or itself; or a bare word such as `True`.
        mutating func value() throws(Fault) -> String {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                let bare = word(where: isWordByte)
                guard !bare.isEmpty else { throw .unexpected(offset: position) }
                return bare
            }
            position += 1
            var text: [UInt8] = []
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                if bytes[position] == UInt8(ascii: "\\") { position += 1 }
                guard position < bytes.count else { break }
                text.append(bytes[position])
                position += 1
            }
            guard position < bytes.count else { throw .unexpected(offset: position) }
            position += 1
            return String(decoding: text, as: UTF8.self)
        }

        private mutating func word(where isPart: (UInt8) -> Bool) -> String {
            skipSpace()
            let start = position
            while position < bytes.count, isPart(bytes[position]) { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            skipSpace()
            guard position < bytes.count, bytes[position] == byte else { return false }
            position += 1
            return true
        }

        private mutating func take(word expected: String) -> Bool {
            let start = position
            if asciiLowercased(word(where: isWordByte)) == expected { return true }
            position = start
            return false
        }
    }
}

private func isWordByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
}
