internal import HTTP

/// One thing that can be done: its route, who may do it, what goes in and out, and the work. The lists of these are the
/// router, the permission table and the OpenAPI document.
struct GraphOperation: Sendable {
    typealias Work = @Sendable (GraphCall) async throws(GraphError) -> GraphAnswer

    enum Answer: Sendable {
        case entity(GraphType, status: Int = 200)
        case collection(GraphType)
        /// 204.
        case nothing
        /// A number as text: `$count`.
        case count(GraphType)
        /// An object that is no entity.
        case object(GraphType, status: Int = 200)
    }

    let method: HTTPMethod
    /// Below the API's version.
    let path: String
    /// `user.list`: unique, and the operation's name in the OpenAPI document.
    let name: String
    let summary: String
    let allowance: Allowance
    let query: QuerySupport
    let body: BodyShape?
    let answer: Answer
    let work: Work

    init(
        _ method: HTTPMethod, _ path: String, _ name: String, _ summary: String, _ allowance: Allowance,
        query: QuerySupport = .none, body: BodyShape? = nil, answers answer: Answer, _ work: @escaping Work
    ) {
        self.method = method
        self.path = path
        self.name = name
        self.summary = summary
        self.allowance = allowance
        self.query = query
        self.body = body
        self.answer = answer
        self.work = work
    }
}

/// What may stand in a body.
struct BodyShape: Sendable {
    enum Use: Sendable, Hashable {
        case create
        case update
    }

    var type: GraphType
    var use: Use

    static func create(_ type: GraphType) -> BodyShape { BodyShape(type: type, use: .create) }
    static func update(_ type: GraphType) -> BodyShape { BodyShape(type: type, use: .update) }
}
