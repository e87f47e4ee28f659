package import HTTP
internal import Pages
package import Server
internal import Storage

/// All of the gateway behind one function: routing, the features' routes, and the answers every response shares.
package struct GatewayHandler: Sendable {
    private let installation: Installation
    private let router: Router<Route>
    private let mounts: [Mount]
    /// The base's host in lower case, as a Host field names it: alone, and before a port.
    private let hostName: String
    private let hostNameAndColon: String
    private let isHTTPS: Bool

    package init(_ installation: Installation, adding more: [Route] = [], mounting mounts: [Mount] = []) {
        self.installation = installation
        self.mounts = mounts
        hostName = (try? HTTPURL(parsing: installation.base))?.host ?? ""
        hostNameAndColon = hostName + ":"
        isHTTPS = installation.base.hasPrefix("https:")
        var router = Router<Route>()
        let routes =
            DiscoveryFeature(installation: installation).routes + SignInFeature(installation: installation).routes
            + TokenFeature(installation: installation).routes + LogoutFeature(installation: installation).routes
            + InvitationFeature(installation: installation).routes
            + DirectLinkFeature(installation: installation).routes
            + InvitationBlockFeature(installation: installation).routes
            + AccountFeature(installation: installation).routes
            + ClaimFeature(installation: installation).routes + PartnerEndpoints(installation: installation).routes
            + MetadataFeature(installation: installation).routes + SAMLSignOnEndpoint(installation: installation).routes
            + WSFederationSignOnEndpoint(installation: installation).routes
            + SAMLLogoutEndpoint(installation: installation).routes
            + PartnerCleanUpEndpoint(installation: installation).routes
            + SignOutSteps(installation: installation).routes
            + PartnerTestFeature(installation: installation).routes
            + more
        for route in routes { router.add(route.methods, route.pattern, route) }
        self.router = router
    }

    /// What the server calls.
    package var handler: Handler {
        { _, request in
            guard request.peer.isInternal || self.isMeant(by: request) else {
                return .text("This is \(self.installation.base), and answers to no other name.\n", status: 421)
            }
            return await self.respond(to: request)
        }
    }

    /// Whether the request names our host. Our URLs never follow the Host field; but a page that was reached by another
    /// name (by DNS rebinding, through a cache that mixes up hosts) is not to be had at all. The port is not compared,
    /// since proxies leave it out, and monitors that ask for our health know us by address.
    package func isMeant(by request: HTTPRequest) -> Bool {
        let host = request.host
        return host == hostName || host.hasPrefix(hostNameAndColon) || request.path.hasPrefix("/health/")
    }

    /// The answer to one request, on whatever executor asks: a loop's, or a test's.
    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        // A monitor asks by whatever address it knows.
        if request.peer.isInternal { return await MetricsFeature(installation: installation).answer(request) }
        var response = await answer(request)
        if isHTTPS {
            response.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        }
        response.set("X-Content-Type-Options", "nosniff")
        return response
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let failures = FailureResponses(installation: installation)
        if let health = await health(request) { return health }
        if let mount = mounts.first(where: { request.path.hasPrefix($0.prefix) }) {
            return await mount.respond(request)
        }
        switch router.match(request.method, request.pathSegments) {
        case .notFound: return failures.response(to: .noSuchPage, request, .person, tenant: nil)
        case .methodNotAllowed(let allowed):
            let names = allowed.map(\.rawValue)
            return failures.response(to: .methodNotAllowed(names), request, .person, tenant: nil)
        case .found(let route, let parameters):
            let exchange = Exchange(installation: installation, request: request, parameters: parameters)
            do {
                if !route.isForClaiming { try await requireClaimed() }
                return try await route.work(exchange)
            } catch {
                let tenant = try? await exchange.tenant()
                let context = tenant.map { exchange.failureContext(at: $0.tenant.id) }
                return failures.response(
                    to: error, request, route.audience, tenant: tenant, context: context ?? FailureContext())
            }
        }
    }

    private func requireClaimed() async throws(Failure) {
        let claims = installation.claims
        let claimed = try await storing { () async throws(StorageError) in try await claims.isClaimed() }
        guard claimed else { throw .notClaimed }
    }

    /// `live`: the process answers. `ready`: it can read its store, so it may be sent people.
    private func health(_ request: HTTPRequest) async -> HTTPResponse? {
        guard request.method == .get || request.method == .head else { return nil }
        switch request.path {
        case "/health/live": return .text("ok\n")
        case "/health/ready":
            do {
                _ = try await installation.store.tenantIDs()
                return .text("ok\n")
            } catch {
                return .text("the store does not answer\n", status: 503)
            }
        default: return nil
        }
    }
}
