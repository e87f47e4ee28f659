internal import Directory
internal import FoundationEssentials

/// Reads a `$filter` by recursive descent: `or` binds weakest, then `and`, then `not` (OData 4.01 URL conventions §5.1.1.16).
struct FilterParser {
    private let tokens: [FilterToken]
    private let type: GraphType
    private var at = 0
    private var depth = 0
    private var clauses = 0
    /// The variable of the lambda that we are in, with what it ranges over.
    private var lambda: (name: String, element: GraphValueKind)?

    private static let depthLimit = 20
    private static let clauseLimit = 60

    static func parse(_ raw: String, for type: GraphType) throws(GraphError) -> FilterExpression {
        var parser = FilterParser(tokens: try FilterToken.read(raw), type: type)
        let expression = try parser.disjunction()
        guard parser.at == parser.tokens.count else { throw parser.malformed("something follows after its end") }
        return expression
    }

    private init(tokens: [FilterToken], type: GraphType) {
        self.tokens = tokens
        self.type = type
    }

    private func malformed(_ why: String) -> GraphError { .badRequest("Invalid filter clause: \(why).") }

    private var next: FilterToken? { at < tokens.count ? tokens[at] : nil }

    private mutating func accept(word: String) -> Bool {
        guard case .word(let found) = next, found.lowercased() == word else { return false }
        at += 1
        return true
    }

    private mutating func accept(_ token: FilterToken) -> Bool {
        guard next == token else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ token: FilterToken, _ what: String) throws(GraphError) {
        guard accept(token) else { throw malformed("\(what) is missing") }
    }

    private mutating func disjunction() throws(GraphError) -> FilterExpression {
        depth += 1
        guard depth <= Self.depthLimit else { throw malformed("it is nested too deeply") }
        var left = try conjunction()
        while accept(word: "or") { left = .or(left, try conjunction()) }
        depth -= 1
        return left
    }

    private mutating func conjunction() throws(GraphError) -> FilterExpression {
        var left = try negation()
        while accept(word: "and") { left = .and(left, try negation()) }
        return left
    }

    private mutating func negation() throws(GraphError) -> FilterExpression {
        clauses += 1
        guard clauses <= Self.clauseLimit else { throw malformed("it has too many clauses") }
        if accept(word: "not") { return .not(try negation()) }
        if accept(.open) {
            let inner = try disjunction()
            try expect(.close, "a closing parenthesis")
            return inner
        }
        return try clause()
    }

    private mutating func clause() throws(GraphError) -> FilterExpression {
        guard case .word(let word) = next else { throw malformed("a property is missing") }
        at += 1
        if next == .open { return try call(word) }
        let (path, kind) = try property(word)
        if accept(word: "in") { return .isIn(path, try list(of: kind)) }
        guard case .word(let name) = next, let comparison = FilterExpression.Comparison(rawValue: name.lowercased())
        else {
            // A boolean alone.
            if case .boolean = kind { return .compare(path, .eq, .flag(true)) }
            throw malformed("an operator is missing after '\(word)'")
        }
        at += 1
        if path.last == "$count" { return try emptiness(path, comparison) }
        let literal = try literal(of: kind)
        switch (literal, comparison) {
        case (_, .eq), (_, .ne): break
        case (.null, _), (.flag, _): throw malformed("'\(name)' has no meaning for that value")
        default: break
        }
        return .compare(path, comparison, literal)
    }

    /// `assignedLicenses/$count eq 0` is how OData asks whether a list is empty.
    private mutating func emptiness(
        _ path: [String], _ comparison: FilterExpression.Comparison
    ) throws(GraphError) -> FilterExpression {
        guard accept(word: "0"), comparison == .eq || comparison == .ne else {
            throw malformed("$count can be compared with 0 only")
        }
        let any = FilterExpression.any(path.dropLast(), nil)
        return comparison == .eq ? .not(any) : any
    }

    // MARK: Functions and lambdas

    private mutating func call(_ word: String) throws(GraphError) -> FilterExpression {
        try expect(.open, "an opening parenthesis")
        if word.lowercased().hasSuffix("/any") { return try any(String(word.dropLast(4))) }
        guard let function = FilterExpression.TextFunction(rawValue: word.lowercased()) else {
            throw malformed("there is no function '\(word.prefix(40))'")
        }
        guard case .word(let name) = next else { throw malformed("a property is missing") }
        at += 1
        let (path, kind) = try property(name)
        switch kind {
        case .string, .choice: break
        default: throw malformed("'\(name)' is no text")
        }
        try expect(.comma, "a comma")
        guard case .text(let text) = next else { throw malformed("a text in quotation marks is missing") }
        at += 1
        try expect(.close, "a closing parenthesis")
        return .function(function, path, text)
    }

    private mutating func any(_ name: String) throws(GraphError) -> FilterExpression {
        let (path, kind) = try property(name)
        guard case .list(let element, _) = kind, lambda == nil else { throw malformed("'\(name)' is no list") }
        if accept(.close) { return .any(path, nil) }
        guard case .word(let variable) = next, !variable.contains("/") else { throw malformed("a variable is missing") }
        at += 1
        try expect(.colon, "a colon")
        lambda = (variable, element)
        let predicate = try disjunction()
        lambda = nil
        try expect(.close, "a closing parenthesis")
        return .any(path, predicate)
    }

    // MARK: Names and values

    private func property(_ word: String) throws(GraphError) -> ([String], GraphValueKind) {
        var parts = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first else { throw malformed("a property is missing") }
        var kind: GraphValueKind
        var path: [String] = []
        if let lambda {
            guard first == lambda.name else { throw malformed("'\(first.prefix(40))' is not the variable") }
            kind = lambda.element
        } else {
            guard let property = type.property(first) else {
                throw .badRequest(
                    "Could not find a property named '\(first.prefix(40))' on type "
                        + "'microsoft.graph.\(type.name)'.")
            }
            guard property.canFilter else {
                throw .unsupportedQuery(
                    "Unsupported or invalid query filter clause specified for property '\(first)' "
                        + "of resource '\(type.name)'.")
            }
            path = [first]
            kind = property.kind
        }
        parts.removeFirst()
        for part in parts {
            switch kind {
            case .complex(let inner):
                guard let property = inner.property(part) else { throw malformed("there is no '\(part.prefix(40))'") }
                kind = property.kind
            case .list where part == "$count": kind = .integer(0...Int64.max)
            default: throw malformed("there is no '\(part.prefix(40))'")
            }
            path.append(part)
        }
        return (path, kind)
    }

    private mutating func list(of kind: GraphValueKind) throws(GraphError) -> [FilterExpression.Literal] {
        try expect(.open, "an opening parenthesis")
        var literals = [try literal(of: kind)]
        while accept(.comma) { literals.append(try literal(of: kind)) }
        try expect(.close, "a closing parenthesis")
        guard literals.count <= 15 else { throw .unsupportedQuery("'in' takes at most 15 values.") }
        return literals
    }

    private mutating func literal(of kind: GraphValueKind) throws(GraphError) -> FilterExpression.Literal {
        guard let token = next else { throw malformed("a value is missing") }
        at += 1
        if case .word("null") = token { return .null }
        switch (kind, token) {
        case (.string, .text(let text)): return .text(text)
        case (.choice(let accepted), .text(let text)):
            guard let known = accepted.first(where: { $0.lowercased() == text.lowercased() }) else {
                throw malformed("the value is none of \(accepted.joined(separator: ", "))")
            }
            return .text(known)
        case (.guid, .text(let text)), (.guid, .word(let text)):
            guard let id = ID<GraphType>(text) else { throw malformed("the value is no GUID") }
            return .text(id.description)
        case (.boolean, .word("true")): return .flag(true)
        case (.boolean, .word("false")): return .flag(false)
        case (.integer, .word(let text)):
            guard let number = Int64(text) else { throw malformed("the value is no whole number") }
            return .number(number)
        case (.dateTime, .word(let text)):
            guard let time = GraphTime.parse(text) else { throw malformed("the value is no time") }
            return .time(time)
        default: throw malformed("the value is not \(kind.described)")
        }
    }
}
