internal import HTTP

/// The query options of a request, checked against what the operation and its type take.
struct QueryOptions: Sendable {
    struct Order: Sendable, Hashable {
        var property: String
        var isDescending: Bool
    }

    /// Nil: the type's defaults.
    var select: [String]?
    var filter: FilterExpression?
    var expand: [String] = []
    var top: Int?
    var orderBy: Order?
    var counts = false
    var search: SearchExpression?
    /// As it was sent; opened by the operation, which knows its order.
    var skipToken: String?
    /// Every parameter but the skip token, as the next link repeats them and its token is bound to them.
    var repeated: [(String, String)] = []

    static let defaultTop = 100
    static let maximumTop = 999

    init() {}

    init(
        parsing query: String?, for operation: GraphOperation, isEventual: Bool
    ) throws(GraphError) {
        guard let query, !query.isEmpty else { return }
        let form: Form
        do { form = try Form.parse(query) } catch { throw .badRequest("The query is malformed: \(error).") }
        var seen: Set<String> = []
        for (name, value) in form.pairs {
            // Graph reads its options with and without the dollar sign; a client that left it out must not get everything.
            let bare = name.hasPrefix("$") ? String(name.dropFirst()) : name
            let isOption = name.hasPrefix("$") || Self.known.contains(bare)
            guard isOption else { continue }
            guard seen.insert(bare).inserted else { throw .badRequest("Query option '$\(bare)' was specified twice.") }
            if bare == "skiptoken" {
                skipToken = value
                continue
            }
            repeated.append((name, value))
            try read(bare, value, for: operation, isEventual: isEventual)
        }
    }

    private static let known: Set<String> = [
        "select", "filter", "expand", "top", "orderby", "count", "search", "skip", "skiptoken", "apply", "format",
    ]

    private mutating func read(
        _ name: String, _ value: String, for operation: GraphOperation, isEventual: Bool
    ) throws(GraphError) {
        let option = QuerySupport.names.first { $0.1 == "$" + name }?.0
        guard let option, operation.query.contains(option), let type = operation.answeredType else {
            throw .badRequest("Query option '$\(Self.shortened(name))' is not allowed on this resource.")
        }
        switch name {
        case "select": select = try Self.properties(value, of: type)
        case "expand": expand = try Self.navigations(value, of: type)
        case "filter": filter = try FilterParser.parse(value, for: type)
        case "search":
            guard isEventual else { throw Self.needsEventual("$search") }
            search = try SearchExpression(value)
        case "top":
            guard let number = Int(value), (1...Self.maximumTop).contains(number) else {
                throw .badRequest("Invalid page size specified: '$top' must be from 1 to \(Self.maximumTop).")
            }
            top = number
        case "orderby": orderBy = try Self.order(value)
        case "count":
            guard value == "true" || value == "false" else { throw .badRequest("'$count' must be true or false.") }
            counts = value == "true"
        default: break
        }
    }

    private static func needsEventual(_ option: String) -> GraphError {
        .unsupportedQuery("\(option) needs the header 'ConsistencyLevel: eventual'.")
    }

    private static func properties(_ value: String, of type: GraphType) throws(GraphError) -> [String]? {
        var names: [String] = []
        for part in value.split(separator: ",", omittingEmptySubsequences: false) {
            let name = trimmed(part)
            if name == "*" { return nil }
            guard type.property(name) != nil else {
                throw .badRequest(
                    "Could not find a property named '\(shortened(name))' on type "
                        + "'microsoft.graph.\(type.name)'.")
            }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// `manager`, or `members($select=id)`, whose options we take note of and answer more than.
    private static func navigations(_ value: String, of type: GraphType) throws(GraphError) -> [String] {
        var names: [String] = []
        for part in value.split(separator: ",", omittingEmptySubsequences: false) {
            let name = trimmed(part)
            guard type.navigations.contains(name) else {
                throw .badRequest(
                    "Could not expand '\(shortened(name))' of 'microsoft.graph.\(type.name)'. Possible: "
                        + type.navigations.joined(separator: ", ") + ".")
            }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private static func order(_ value: String) throws(GraphError) -> Order {
        let words = value.split(separator: " ").map(String.init)
        guard let property = words.first, words.count <= 2, !property.contains(","),
            words.count == 1 || words[1] == "asc" || words[1] == "desc"
        else { throw .unsupportedQuery("'$orderby' takes one property, and asc or desc after it.") }
        return Order(property: property, isDescending: words.count == 2 && words[1] == "desc")
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func shortened(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(64)))
    }
}

extension GraphOperation {
    /// The type that an answer is of, whose members the options name.
    var answeredType: GraphType? {
        switch answer {
        case .entity(let type, _), .object(let type, _), .collection(let type), .count(let type): type
        case .nothing: nil
        }
    }
}
