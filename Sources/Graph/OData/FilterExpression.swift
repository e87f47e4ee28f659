internal import Directory
internal import FoundationEssentials
internal import JSON

/// A `$filter`, parsed and checked against the type: it names only properties that can be filtered by, with values of
/// their kind (OData 4.01 URL conventions §5.1.1).
indirect enum FilterExpression: Sendable, Hashable {
    enum Comparison: String, Sendable, Hashable, CaseIterable {
        case eq, ne, gt, ge, lt, le
    }

    enum TextFunction: String, Sendable, Hashable, CaseIterable {
        case startsWith = "startswith"
        case endsWith = "endswith"
        case contains
    }

    enum Literal: Sendable, Hashable {
        case null
        case flag(Bool)
        case number(Int64)
        case text(String)
        case time(Date)
    }

    /// A path from the object, or from a lambda's variable: `mail`, `emailAddress/address`; empty: the variable itself.
    typealias Path = [String]

    case compare(Path, Comparison, Literal)
    case function(TextFunction, Path, String)
    case isIn(Path, [Literal])
    /// `identities/any(i:i/issuer eq 'x')`; nil: that there is one at all.
    case any(Path, FilterExpression?)
    case and(FilterExpression, FilterExpression)
    case or(FilterExpression, FilterExpression)
    case not(FilterExpression)

    /// What must all be met, where the expression is a conjunction; otherwise the expression alone.
    var conjuncts: [FilterExpression] {
        if case .and(let left, let right) = self { return left.conjuncts + right.conjuncts }
        return [self]
    }

    /// Whether the object is one that is asked for. Text is compared without ASCII case, as Graph compares it.
    func holds(for value: JSONValue) -> Bool {
        switch self {
        case .compare(let path, let comparison, let literal):
            return Self.compare(Self.value(at: path, in: value), comparison, literal)
        case .function(let function, let path, let text):
            guard let written = Self.value(at: path, in: value).string else { return false }
            let (found, text) = (Self.folded(written), Self.folded(text))
            switch function {
            case .startsWith: return found.utf8.starts(with: text.utf8)
            case .endsWith: return found.utf8.reversed().starts(with: text.utf8.reversed())
            case .contains: return text.isEmpty || found.utf8.firstRange(of: text.utf8) != nil
            }
        case .isIn(let path, let literals):
            let found = Self.value(at: path, in: value)
            return literals.contains { Self.compare(found, .eq, $0) }
        case .any(let path, let predicate):
            guard case .array(let elements) = Self.value(at: path, in: value) else { return false }
            guard let predicate else { return !elements.isEmpty }
            return elements.contains { predicate.holds(for: $0) }
        case .and(let left, let right): return left.holds(for: value) && right.holds(for: value)
        case .or(let left, let right): return left.holds(for: value) || right.holds(for: value)
        case .not(let inner): return !inner.holds(for: value)
        }
    }

    private static func value(at path: Path, in value: JSONValue) -> JSONValue {
        var value = value
        for name in path { value = value[name] ?? .null }
        return value
    }

    private static func compare(_ value: JSONValue, _ comparison: Comparison, _ literal: Literal) -> Bool {
        switch literal {
        case .null: return comparison == .eq ? value.isNull : comparison == .ne && !value.isNull
        case .flag(let flag): return equal(value.bool, flag, comparison)
        case .number(let number): return ordered(value.integer, number, comparison)
        case .text(let text): return ordered(value.string.map { Bytes(folded($0)) }, Bytes(folded(text)), comparison)
        case .time(let time): return ordered(value.string.flatMap(GraphTime.parse), time, comparison)
        }
    }

    private static func equal(_ found: Bool?, _ literal: Bool, _ comparison: Comparison) -> Bool {
        switch comparison {
        case .eq: found == literal
        case .ne: found != literal
        default: false
        }
    }

    /// What is absent differs from every value, and is neither greater nor less.
    private static func ordered<Value: Comparable>(
        _ found: Value?, _ literal: Value, _ comparison: Comparison
    ) -> Bool {
        guard let found else { return comparison == .ne }
        return switch comparison {
        case .eq: found == literal
        case .ne: found != literal
        case .gt: found > literal
        case .ge: found >= literal
        case .lt: found < literal
        case .le: found <= literal
        }
    }

    static func folded(_ text: String) -> String {
        String(decoding: text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
    }
}

/// Text in the order of its bytes, as the database has it.
private struct Bytes: Comparable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: Bytes, right: Bytes) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    static func < (left: Bytes, right: Bytes) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
}

/// `$search`: each word begins a word of the named property (`"displayName:ada"`), all of them joined with AND.
struct SearchExpression: Sendable, Hashable {
    private struct Clause: Hashable {
        var property: String
        var text: String
    }

    private let clauses: [Clause]

    static let properties = ["displayName", "mail", "userPrincipalName", "description"]

    init(_ raw: String) throws(GraphError) {
        var clauses: [Clause] = []
        let parts = raw.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.count % 2 == 1 else { throw Self.malformed }
        for (number, part) in parts.enumerated() {
            if number % 2 == 0 {
                let isEdge = number == 0 || number == parts.count - 1
                let words = part.split(separator: " ")
                guard isEdge ? words.isEmpty : words == ["AND"] else { throw Self.malformed }
                continue
            }
            let sides = part.split(separator: ":", maxSplits: 1)
            guard sides.count == 2, let property = Self.properties.first(where: { $0 == String(sides[0]) }) else {
                throw Self.malformed
            }
            let text = FilterExpression.folded(String(sides[1]))
            guard !text.isEmpty, text.utf8.count <= 256 else { throw Self.malformed }
            clauses.append(Clause(property: property, text: text))
        }
        guard clauses.count <= 8 else { throw Self.malformed }
        self.clauses = clauses
    }

    private static let malformed = GraphError.unsupportedQuery(
        "'$search' takes \"property:words\" in double quotes, joined with AND, for one of "
            + properties.joined(separator: ", ") + ".")

    func holds(for value: JSONValue) -> Bool {
        clauses.allSatisfy { clause in
            guard let found = value[clause.property]?.string else { return false }
            let text = FilterExpression.folded(found)
            if text.utf8.starts(with: clause.text.utf8) { return true }
            let separators: [UInt8] = Array(" .-_@'".utf8)
            var previous: UInt8?
            for index in text.utf8.indices {
                if let before = previous, separators.contains(before),
                    text.utf8[index...].starts(with: clause.text.utf8)
                {
                    return true
                }
                previous = text.utf8[index]
            }
            return false
        }
    }
}
