internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Pages
internal import SAML
internal import Storage

/// `wsignoutcleanup1.0` of a partner that speaks WS-Federation (passive requestor profile, §13.2.4), and the way back from
/// our own `wsignout1.0` there. Nothing in either proves who asks, so they reach no further than the session of this
/// browser, and that only if this partner vouched for it.
struct PartnerCleanUpEndpoint {
    let installation: Installation

    var routes: [Route] { [Route(.get, "/{tenant}/federation/{partner}/wsfed", .person, answer)] }

    private func answer(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        try installation.admitMessage(exchange.request)
        let snapshot = try await exchange.tenant()
        guard let partner = snapshot.partner(named: exchange.parameters["partner"] ?? ""),
            case .wsFederation(let federation) = partner.connection
        else { throw .noSuchPage }
        let query = try exchange.query()
        let signOut = SignOut(installation: installation, snapshot: snapshot)
        guard query.pairs.contains(where: { $0.name == "wa" }) else {
            guard var walk = signOut.walk(exchange.request), walk.awaited?.stop.party == .partner(partner.id)
            else { throw .noSuchPage }
            walk.awaited = nil
            return try await signOut.proceed(walk, exchange.request)
        }
        let request: WSFederationRequest
        do {
            request = try WSFederationRequest.parse(query.pairs.map { (name: $0.name, value: $0.value) })
        } catch {
            throw .federation(error, peer: partner.displayName)
        }
        switch request {
        case .signIn: throw .methodNotAllowed(["POST"])
        case .signOut(let asked), .cleanUp(let asked):
            return try await cleanUp(asked, partner, federation, exchange.request, signOut)
        }
    }

    private func cleanUp(
        _ asked: WSFederationSignOut, _ partner: Partner, _ federation: FederationConnection, _ http: HTTPRequest,
        _ signOut: SignOut
    ) async throws(Failure) -> HTTPResponse {
        let tenant = signOut.snapshot.tenant
        let reply = asked.reply.flatMap { Self.isAddress($0, of: federation) ? $0 : nil }
        let sessions = Sessions(installation: installation, tenant: tenant.id)
        let current = try await sessions.current(http)
        let ended = current.map { $0.identity.partner == partner.id ? [$0] : [] } ?? []
        let isShown = http.field("sec-fetch-dest") == "document"
        guard reply != nil || isShown || !ended.isEmpty else { return Self.image }
        let frame = PageFrames(installation: installation).frame(for: http, tenant: tenant, uiLocales: [])
        return try await signOut.end(
            ended, asker: .partner(partner.id), then: reply.map { .location($0) } ?? .page, http, in: frame)
    }

    /// Whether the address is the partner's own endpoint, with whatever query it needs to go on.
    private static func isAddress(_ text: String, of federation: FederationConnection) -> Bool {
        guard let url = HTTPURL(text), url.fragment == nil else { return false }
        return [federation.signInURL, federation.logoutURL].compactMap { $0.flatMap { HTTPURL($0) } }.contains {
            $0.origin == url.origin && $0.path == url.path
        }
    }

    /// A transparent GIF of one pixel, for partners that clean up by images.
    private static var image: HTTPResponse {
        let gif: [UInt8] = [
            0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x21, 0xF9, 4, 1, 0,
            0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
        ]
        return HTTPResponse(
            status: 200, body: gif, fields: [("content-type", "image/gif"), ("cache-control", "no-store")])
    }
}
