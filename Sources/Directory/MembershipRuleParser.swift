/// Reads a rule by recursive descent: `or` binds weakest, then `and`, then `not`.
struct MembershipRuleParser {
    private enum Token: Hashable {
        case word(String)
        case text(String)
        case open
        case close
    }

    private typealias Expression = MembershipRule.Expression

    private let source: [UInt8]
    private var tokens: [Token] = []
    private var at = 0
    private var depth = 0

    private static let depthLimit = 20

    init(_ text: String) { source = Array(text.utf8) }

    mutating func rule() throws(MembershipRule.Fault) -> MembershipRule.Expression {
        try readTokens()
        let expression = try disjunction()
        guard at == tokens.count else { throw fault("Something follows after the end of the rule") }
        return expression
    }

    private func fault(_ what: String) -> MembershipRule.Fault { MembershipRule.Fault(description: what + ".") }

    private mutating func readTokens() throws(MembershipRule.Fault) {
        var position = 0
        while position < source.count {
            let byte = source[position]
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case UInt8(ascii: "("):
                tokens.append(.open)
                position += 1
            case UInt8(ascii: ")"):
                tokens.append(.close)
                position += 1
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                guard let end = source[(position + 1)...].firstIndex(of: byte) else {
                    throw fault("A quotation mark is missing")
                }
                tokens.append(.text(String(decoding: source[(position + 1)..<end], as: UTF8.self)))
                position = end + 1
            default:
                let start = position
                while position < source.count, isWord(source[position]) { position += 1 }
                guard position > start else { throw fault("Character \(start + 1) has no meaning here") }
                tokens.append(.word(String(decoding: source[start..<position], as: UTF8.self)))
            }
        }
    }

    private func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private var next: Token? { at < tokens.count ? tokens[at] : nil }

    private mutating func accept(_ word: String) -> Bool {
        guard case .word(let found) = next else { return false }
        let lowered = asciiLowercased(found)
        guard lowered == word || lowered == "-" + word else { return false }
        at += 1
        return true
    }

    private mutating func disjunction() throws(MembershipRule.Fault) -> Expression {
        depth += 1
        guard depth <= Self.depthLimit else { throw fault("The rule is nested too deeply") }
        var left = try conjunction()
        while accept("or") { left = .or(left, try conjunction()) }
        depth -= 1
        return left
    }

    private mutating func conjunction() throws(MembershipRule.Fault) -> Expression {
        var left = try negation()
        while accept("and") { left = .and(left, try negation()) }
        return left
    }

    private mutating func negation() throws(MembershipRule.Fault) -> Expression {
        var isNegated = false
        while accept("not") { isNegated.toggle() }
        let inner: Expression
        if next == .open {
            at += 1
            inner = try disjunction()
            guard next == .close else { throw fault("A closing parenthesis is missing") }
            at += 1
        } else {
            inner = try comparison()
        }
        return isNegated ? .not(inner) : inner
    }

    private mutating func comparison() throws(MembershipRule.Fault) -> Expression {
        guard case .word(let name) = next else { throw fault("A property such as user.userType is missing") }
        at += 1
        let lowered = asciiLowercased(name)
        let property = MembershipRule.Property.allCases.first { "user." + asciiLowercased($0.rawValue) == lowered }
        guard let property else {
            let known = MembershipRule.Property.allCases.map { "user." + $0.rawValue }.joined(separator: ", ")
            throw fault("There is no property \(name.prefix(60)); there are \(known)")
        }
        guard case .word(let word) = next else { throw fault("An operator is missing after \(name)") }
        at += 1
        let operation = asciiLowercased(word)
        let comparison = MembershipRule.Comparison.allCases.first { "-" + asciiLowercased($0.rawValue) == operation }
        guard let comparison else { throw fault("There is no operator \(word.prefix(60))") }
        let value = try value(after: word)
        if value == nil, comparison != .eq, comparison != .ne { throw fault("\(word) can't be asked of null") }
        return .compare(property, comparison, value)
    }

    private mutating func value(after word: String) throws(MembershipRule.Fault) -> String? {
        switch next {
        case .text(let text):
            at += 1
            return text
        case .word(let text):
            let lowered = asciiLowercased(text)
            guard ["true", "false", "null", "$true", "$false", "$null"].contains(lowered) else {
                throw fault("The value after \(word) needs quotation marks")
            }
            at += 1
            return lowered == "null" ? nil : lowered
        default: throw fault("A value is missing after \(word)")
        }
    }
}
