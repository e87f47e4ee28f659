internal import Directory
internal import FoundationEssentials
internal import Gateway
internal import JSON
internal import Storage

/// A call that its caller may make, parsed: what an operation works on.
struct GraphCall: Sendable {
    let installation: Installation
    let caller: ManagementCaller
    let operation: GraphOperation
    let request: GraphRequest
    /// What the path captured.
    let parameters: [String: String]
    let options: QueryOptions
    /// What the operation's `body` declares; empty where it takes none.
    let body: GraphBody

    var snapshot: TenantSnapshot { caller.snapshot }
    var tenant: Tenant { snapshot.tenant }
    var tenantID: Tenant.ID { snapshot.tenant.id }
    var store: Store { installation.store }
    var now: Date { installation.now }

    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The id in the path; one that is no GUID names nothing.
    func id<Subject>(_ name: String, of kind: Subject.Type = Subject.self) throws(GraphError) -> ID<Subject> {
        guard let id = ID<Subject>(parameter(name)) else { throw .notFound(parameter(name)) }
        return id
    }

    /// The URL of something below the API's version.
    func url(_ path: String) -> String { installation.base + "/graph/v1.0" + path }

    func context(_ fragment: String) -> JSONValue { .string(url("/$metadata#") + fragment) }

    func audit(
        _ activity: String, category: String = "UserManagement", on targets: [AuditParty] = [],
        _ details: [(String, String)] = []
    ) -> Step {
        installation.audit(
            activity, category: category, in: tenantID, actor: caller.party, targets: targets, details: details)
    }

    /// Whether the caller's If-Match allows a change of this version (RFC 9110 §13.1.1, compared weakly as OData does).
    func requireMatch(_ etag: String) throws(GraphError) {
        guard let asked = request.ifMatch else { return }
        let tags = asked.split(separator: ",").map { tag in
            let tag = tag.drop(while: { $0 == " " })
            return String(tag.reversed().drop(while: { $0 == " " }).reversed())
        }
        let opaque = Self.opaque(etag)
        guard tags.contains(where: { $0 == "*" || Self.opaque($0) == opaque }) else { throw .changedMeanwhile }
    }

    private static func opaque(_ tag: String) -> String { tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag }
}

/// What an operation answers.
struct GraphAnswer: Sendable {
    var status: Int
    var body: JSONValue?
    var etag: String?
    var location: String?
    /// `text/plain` in place of JSON.
    var text: String?

    static let noContent = GraphAnswer(status: 204)

    init(status: Int, body: JSONValue? = nil, etag: String? = nil, location: String? = nil, text: String? = nil) {
        self.status = status
        self.body = body
        self.etag = etag
        self.location = location
        self.text = text
    }
}
