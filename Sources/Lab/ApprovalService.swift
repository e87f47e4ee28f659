internal import Cryptography
internal import HTTP
internal import JSON
internal import Synchronization

/// A sample of what an organisation puts behind its API connectors: who signs up waits until somebody here says yes.
///
/// Before the form, `POST /approvals/status` lets a person go on who never asked, or was approved, and blocks who waits or
/// was refused. After the form, `POST /approvals/requests` notes the request and blocks; the same once approved says
/// `Continue`, and the gateway makes the guest. Both want Basic credentials, which the page shows. The same
/// `Idempotency-Key` gets the same answer, so that a second try notes nothing twice.
final class ApprovalService: Sendable {
    static let username = "vestibule"

    private enum Standing: String {
        case waiting, approved, refused
    }

    private struct State {
        /// In the order in which they asked.
        var requests: [(email: String, name: String, standing: Standing)] = []
        var answers: [String: JSONValue] = [:]
        /// How often either step was asked, repetitions included.
        var calls = 0
    }

    private let scene: LabScene
    private let environment: Environment
    private let password: String
    private let state = Mutex(State())

    private static let answersKept = 10_000

    init(scene: LabScene, environment: Environment) {
        (self.scene, self.environment) = (scene, environment)
        password = Base64URL.encode(environment.randomBytes(18))
    }

    var routes: [LabRoute] {
        [
            LabRoute([.get], "/approvals", show), LabRoute([.post], "/approvals", decide),
            LabRoute([.post], "/approvals/status", status), LabRoute([.post], "/approvals/requests", request),
        ]
    }

    // MARK: What the gateway asks

    private func status(_ exchange: LabExchange) async -> HTTPResponse {
        answer(exchange) { state, person in
            switch state.requests.first(where: { $0.email == person.email })?.standing {
            case .waiting: Self.block("Your request is still waiting for approval.")
            case .refused: Self.block("Your request was not approved.")
            case .approved, nil: Self.goOn
            }
        }
    }

    private func request(_ exchange: LabExchange) async -> HTTPResponse {
        answer(exchange) { state, person in
            switch state.requests.first(where: { $0.email == person.email })?.standing {
            case .approved: return Self.goOn
            case .refused: return Self.block("Your request was not approved.")
            case .waiting: break
            case nil: state.requests.append((person.email, person.name, .waiting))
            }
            return Self.block("Your request was noted. Come back when it has been approved.")
        }
    }

    private static let goOn: JSONValue = ["version": "1.0.0", "action": "Continue"]

    private static func block(_ message: String) -> JSONValue {
        ["version": "1.0.0", "action": "ShowBlockPage", "userMessage": .string(message)]
    }

    private func answer(
        _ exchange: LabExchange, _ decide: (inout State, (email: String, name: String)) -> JSONValue
    ) -> HTTPResponse {
        guard isGateway(exchange.request) else {
            var response = HTTPResponse.text("These credentials are not ours.\n", status: 401)
            response.set("WWW-Authenticate", "Basic realm=\"approvals\"")
            return response
        }
        guard let body = exchange.json, let email = body["email"]?.string, !email.isEmpty else {
            return .text("Who asks? There is no email.\n", status: 422)
        }
        let key = exchange.request.field("idempotency-key").map { "\(exchange.request.path) \($0)" }
        let answer = state.withLock { state -> JSONValue in
            state.calls += 1
            if let key, let before = state.answers[key] { return before }
            let answer = decide(&state, (email, body["displayName"]?.string ?? email))
            if state.answers.count >= Self.answersKept { state.answers.removeAll() }
            if let key { state.answers[key] = answer }
            return answer
        }
        return .json(JSONWriter.write(answer))
    }

    private func isGateway(_ request: HTTPRequest) -> Bool {
        let expected = "Basic " + Base64.encode(Array("\(Self.username):\(password)".utf8))
        return constantTimeEqual(Array((request.field("authorization") ?? "").utf8), Array(expected.utf8))
    }

    // MARK: The page of who approves

    private func decide(_ exchange: LabExchange) async -> HTTPResponse {
        guard exchange.isFromOurPage(scene) else { return .text("This form is not from here.\n", status: 403) }
        let body = exchange.json
        guard let email = body?["email"]?.string ?? exchange.form?["email"],
            let name = body?["decision"]?.string ?? exchange.form?["decision"], let standing = Standing(rawValue: name)
        else { return .text("It takes an email and a decision: approved or refused.\n", status: 400) }
        state.withLock { state in
            for index in state.requests.indices where state.requests[index].email == email {
                state.requests[index].standing = standing
            }
        }
        return body == nil ? .redirect(to: "/approvals") : json
    }

    private func show(_ exchange: LabExchange) async -> HTTPResponse {
        if (exchange.request.field("accept") ?? "").contains("application/json") { return json }
        let rows: [LabMarkup] = state.withLock(\.requests).map { request in
            let buttons: [LabMarkup] = [Standing.approved, .refused].map { decision in
                "<button name=\"decision\" value=\"\(decision.rawValue)\">\(decision == .approved ? "Approve" : "Refuse")</button> "
            }
            return """
                <div><dt>\(request.name)</dt><dd>\(request.email): \(request.standing.rawValue)
                <form method="post" action="/approvals"><input type="hidden" name="email" value="\(request.email)">\(buttons)</form>
                </dd></div>
                """
        }
        return LabPage.lab("Approvals", environment).response(
            """
            <p class="lead">Who signed up and waits. Two API connectors ask this service: <code>\(scene.origin)/approvals/status</code>
            before the form, <code>\(scene.origin)/approvals/requests</code> after it, as <code>\(Self.username)</code> with the
            password <code>\(password)</code>.</p>
            <section class="card"><dl>\(rows)</dl></section>
            """)
    }

    private var json: HTTPResponse {
        let (requests, calls) = state.withLock { ($0.requests, $0.calls) }
        return .json(
            JSONWriter.write([
                "username": .string(Self.username), "password": .string(password),
                "status_url": .string("\(scene.origin)/approvals/status"),
                "requests_url": .string("\(scene.origin)/approvals/requests"), "calls": .integer(Int64(calls)),
                "requests": .array(
                    requests.map {
                        [
                            "email": .string($0.email), "name": .string($0.name),
                            "standing": .string($0.standing.rawValue),
                        ]
                    }),
            ]))
    }
}
