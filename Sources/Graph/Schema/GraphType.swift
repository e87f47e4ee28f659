/// The members of a resource or of a value in one: what is answered, what can be written, what can be filtered by. The
/// same list reads bodies, projects answers and describes both in the OpenAPI document.
struct GraphType: Sendable {
    /// Without `microsoft.graph.`.
    let name: String
    let properties: [GraphProperty]
    /// What `$expand` can add.
    let navigations: [String]
    /// Whether `@odata.etag` is answered.
    let hasETag: Bool

    init(_ name: String, _ properties: [GraphProperty], navigations: [String] = [], hasETag: Bool = false) {
        self.name = name
        self.properties = properties
        self.navigations = navigations
        self.hasETag = hasETag
    }

    func property(_ name: String) -> GraphProperty? { properties.first { $0.name == name } }
}

indirect enum GraphValueKind: Sendable {
    /// In UTF-8 octets.
    case string(limit: Int = 256)
    case guid
    case boolean
    /// Within the range.
    case integer(ClosedRange<Int64>)
    case dateTime
    case choice([String])
    case complex(GraphType)
    case list(GraphValueKind, limit: Int = 100)
}

struct GraphProperty: Sendable {
    enum Writing: Sendable, Hashable {
        case no
        case optional
        case required
    }

    let name: String
    let kind: GraphValueKind
    /// Answered where `$select` is not given.
    var isDefault = true
    /// Whether null is a value of it.
    var isNullable = true
    var atCreation = Writing.no
    var canUpdate = false
    var canFilter = false

    init(_ name: String, _ kind: GraphValueKind) {
        self.name = name
        self.kind = kind
    }

    /// Never null.
    var always: GraphProperty { changed { $0.isNullable = false } }
    var onlySelected: GraphProperty { changed { $0.isDefault = false } }
    var filterable: GraphProperty { changed { $0.canFilter = true } }
    /// Can be set when the object is made, and later.
    var writable: GraphProperty {
        changed {
            $0.atCreation = $0.atCreation == .required ? .required : .optional
            $0.canUpdate = true
        }
    }
    var required: GraphProperty { changed { $0.atCreation = .required } }
    var creatable: GraphProperty { changed { $0.atCreation = .optional } }
    var updatable: GraphProperty { changed { $0.canUpdate = true } }

    private func changed(_ change: (inout GraphProperty) -> Void) -> GraphProperty {
        var copy = self
        change(&copy)
        return copy
    }

    func writing(_ use: BodyShape.Use) -> Writing {
        switch use {
        case .create: atCreation
        case .update: canUpdate ? .optional : .no
        }
    }
}
