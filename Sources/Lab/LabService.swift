internal import Cryptography
internal import HTTP
internal import JSON
internal import Outbound
internal import Server

/// One address of the lab and what answers there.
struct LabRoute: Sendable {
    let methods: [HTTPMethod]
    let pattern: String
    let work: @Sendable (LabExchange) async -> HTTPResponse

    init(
        _ methods: [HTTPMethod], _ pattern: String, _ work: @escaping @Sendable (LabExchange) async -> HTTPResponse
    ) {
        (self.methods, self.pattern, self.work) = (methods, pattern, work)
    }
}

/// A request with what its route found in the path.
struct LabExchange: Sendable {
    let request: HTTPRequest
    let parameters: [String: String]

    /// The query's parameters; nil where the query can't be read or names one twice (RFC 6749 §3.1).
    var query: LabParameters? { LabParameters(request.query ?? "") }

    /// The body's, as a browser sends a form.
    var form: LabParameters? {
        guard let type = request.field("content-type").flatMap({ ContentType($0) }),
            type.mediaType == "application/x-www-form-urlencoded",
            let text = String(validating: request.body, as: UTF8.self)
        else { return nil }
        return LabParameters(text)
    }
}

/// Parameters that occur once each.
struct LabParameters: Sendable {
    private let form: Form
    let names: [String]

    init?(_ text: String) {
        guard let form = try? Form.parse(text) else { return nil }
        names = form.pairs.map(\.name)
        guard Set(names).count == names.count else { return nil }
        self.form = form
    }

    subscript(_ name: String) -> String? { form.values(name).first }
}

/// Everything that answers on our port.
final class LabService: Sendable {
    /// The line that tells the demo where everything is.
    let announcement: JSONValue
    private let scene: LabScene
    /// By the host and port that a request must name. Whoever makes a name of theirs lead here would otherwise read the
    /// mail through a browser.
    private let routers: [String: Router<LabRoute>]
    private let environment: Environment

    init(scene: LabScene, fetcher: Fetcher, mails: MailFolder, environment: Environment) throws(LabError) {
        let samples = SampleApplications(scene: scene, fetcher: fetcher, environment: environment)
        let mailbox = MailboxPages(mails: mails, environment: environment)
        let provider = try OutsideProvider(scene: scene, environment: environment)
        let contoso = try Self.partner(.saml, scene.contosoOrigin, scene, fetcher, environment)
        let tailspin = try Self.partner(.wsFederation, scene.tailspinOrigin, scene, fetcher, environment)
        let accounts = AccountsPage(
            scene: scene, provider: provider, partners: [contoso, tailspin], environment: environment)
        let federated = try FederatedSamples(scene: scene, fetcher: fetcher, environment: environment)
        let routes = [
            samples.routes + federated.routes + mailbox.routes + accounts.routes
                + ApprovalService(scene: scene, environment: environment).routes,
            provider.routes,
            IdentityProvider(partner: contoso).routes, TokenService(partner: tailspin).routes,
        ]
        routers = Dictionary(
            uniqueKeysWithValues: zip(LabScene.hosts.map { "\($0):\(scene.port)" }, routes.map(Self.router)))
        (self.scene, self.environment) = (scene, environment)
        announcement = [
            "app": .string("\(scene.origin)/"), "mailbox": .string("\(scene.origin)/mailbox"),
            "partners": [provider.announcement, contoso.announcement, tailspin.announcement],
        ]
    }

    private static func partner(
        _ kind: FederationPartner.Kind, _ origin: String, _ scene: LabScene, _ fetcher: Fetcher,
        _ environment: Environment
    ) throws(LabError) -> FederationPartner {
        let root = "\(scene.gateway)/\(scene.tenants[0].id)/federation"
        return try FederationPartner(kind, origin: origin, gateway: root, environment: environment) { url in
            let source = MetadataSource(url: url, fetcher: fetcher, environment: environment)
            return { () async throws(LabError) in try await source.metadata() }
        }
    }

    private static func router(_ routes: [LabRoute]) -> Router<LabRoute> {
        var router = Router<LabRoute>()
        for route in routes { router.add(route.methods, route.pattern, route) }
        return router
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard let router = routers[request.host] else {
            return .text("This is \(scene.origin), and answers to no other name.\n", status: 421)
        }
        let method = request.method == .head ? HTTPMethod.get : request.method
        var response: HTTPResponse
        switch router.match(method, request.pathSegments) {
        case .found(let route, let parameters):
            response = await route.work(LabExchange(request: request, parameters: parameters))
        case .methodNotAllowed(let methods):
            response = .text("This address has no use for \(method).\n", status: 405)
            response.set("Allow", methods.map(\.rawValue).joined(separator: ", "))
        case .notFound:
            let page = LabPage.lab("No such page", environment)
            response = page.response(status: 404, "<p>There is nothing at this address.</p>")
        }
        response.set("X-Content-Type-Options", "nosniff")
        if response.field("Cache-Control") == nil { response.set("Cache-Control", "no-store") }
        return response
    }
}

extension LabExchange {
    /// Whether a form was sent from a page of ours. Browsers say where a POST comes from.
    func isFromOurPage(_ scene: LabScene) -> Bool {
        guard let origin = request.field("origin") else { return true }
        return origin == scene.origin
    }
}
