internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Pages
internal import SAML
internal import Storage
internal import Upstream

/// Signing somebody out, whoever asked: our sessions end at once, with their grants; then the browser goes to each that
/// was told of them, one after the other, and last to the one that asked.
struct SignOut {
    /// No more are told one by one; the rest counts as missed.
    private static let maximumStops = 24

    let installation: Installation
    let snapshot: TenantSnapshot

    private var tenant: Tenant.ID { snapshot.tenant.id }
    private var cookie: SignOutCookie { SignOutCookie(installation: installation, tenant: tenant) }
    var parties: SignOutParties { SignOutParties(installation: installation, snapshot: snapshot) }

    /// The session's grants end with it: signing out is meant to be felt by the applications.
    ///
    /// - Parameter asker: Who asked; nil: the person.
    func steps(ending sessions: [Session], asker: SignOutWalk.Party?) -> [Step] {
        let now = installation.now
        return sessions.flatMap { session in
            let identity = session.identity
            let name = identity.email?.description ?? identity.displayName ?? identity.key.subject
            let askedBy = asker.flatMap { parties.names([$0]).first } ?? name
            return [
                .endSession(session.id, in: tenant, at: now),
                .revokeGrants(ofSession: session.id, in: tenant, because: "signedOut", at: now),
                installation.audit(
                    "Sign out", category: "Authentication", in: tenant,
                    actor: AuditParty(user: asker == nil ? session.user : nil, name: askedBy),
                    targets: [AuditParty(user: session.user, name: name)],
                    details: [("session", session.id.description), ("home", identity.key.issuer)]),
            ]
        }
    }

    /// Ends the sessions and begins to tell of it. The browser's pointer goes too, where it pointed to one of them.
    ///
    /// - Parameter asker: Needs not be told.
    func end(
        _ sessions: [Session], asker: SignOutWalk.Party? = nil, then ending: SignOutWalk.Ending, _ http: HTTPRequest,
        in frame: PageFrame
    ) async throws(Failure) -> HTTPResponse {
        if !sessions.isEmpty {
            try await storing { () async throws(StorageError) in
                try await installation.store.commit(steps(ending: sessions, asker: asker))
            }
        }
        return try await tell(of: sessions, asker: asker, then: ending, http, in: frame)
    }

    /// Tells of sessions that have ended.
    func tell(
        of sessions: [Session], asker: SignOutWalk.Party?, then ending: SignOutWalk.Ending, _ http: HTTPRequest,
        in frame: PageFrame
    ) async throws(Failure) -> HTTPResponse {
        var walk = SignOutWalk(startedAt: installation.now, language: frame.language, ending: ending)
        for session in sessions {
            let heard = try await parties.told(of: session)
            for stop in heard.stops where stop.party != asker && !walk.remaining.contains(stop) {
                walk.remaining.append(stop)
            }
            for application in heard.cleanUps
            where .application(application) != asker && !walk.cleanUps.contains(application) {
                walk.cleanUps.append(application)
            }
        }
        // Homes last: one that speaks WS-Federation may not send the browser back.
        walk.remaining = walk.remaining.filter { !$0.isHome } + walk.remaining.filter(\.isHome)
        for stop in walk.remaining.dropFirst(Self.maximumStops) { walk.miss(stop.party) }
        walk.remaining = Array(walk.remaining.prefix(Self.maximumStops))
        if !http.isNavigationOfWholeWindow {
            // In somebody's frame browsers keep no cookie of ours, so nobody would find the way back.
            for stop in walk.remaining { walk.miss(stop.party) }
            for application in walk.cleanUps { walk.miss(.application(application)) }
            (walk.remaining, walk.cleanUps) = ([], [])
        }
        let sessionCookies = Sessions(installation: installation, tenant: tenant)
        let pointsToEnded = sessionCookies.pointer(http).map { id in sessions.contains { $0.id == id } } ?? false
        var response = try await proceed(walk, http, isKept: false)
        if pointsToEnded { sessionCookies.clear(on: &response) }
        return response
    }

    /// The walk that this browser is on.
    func walk(_ http: HTTPRequest) -> SignOutWalk? { cookie.open(http) }

    /// The page that leads to the next party, or the end.
    ///
    /// - Parameter isKept: Whether the browser holds this walk; another that it holds stays where it is.
    func proceed(
        _ walk: SignOutWalk, _ http: HTTPRequest, isKept: Bool = true
    ) async throws(Failure) -> HTTPResponse {
        var walk = walk
        while let stop = walk.remaining.first {
            walk.remaining.removeFirst()
            let requestID = SAMLMessageID.make(installation.environment)
            guard let next = try await parties.departure(to: stop, requestID) else {
                walk.miss(stop.party)
                continue
            }
            walk.awaited = SignOutWalk.Awaited(stop: stop, requestID: requestID)
            var response = signingOutPage(
                SigningOutPage(names: [next.name], way: SigningOutPage.Way(next.departure)), in: frame(walk, http)
            ).response()
            if cookie.set(walk, on: &response, replying: http) { return response }
            // An address as long as that leaves no room to remember the way: those on it are not told.
            walk.giveUpAwaited()
            for stop in walk.remaining { walk.miss(stop.party) }
            walk.remaining = []
        }
        var response = try await finish(walk, http)
        response.set("Cache-Control", "no-store")
        if isKept { cookie.clear(on: &response) }
        return response
    }

    private func finish(_ walk: SignOutWalk, _ http: HTTPRequest) async throws(Failure) -> HTTPResponse {
        let frame = frame(walk, http)
        let cleanUps = parties.cleanUps(walk.cleanUps)
        var departure: Departure?
        switch walk.ending {
        case .page: break
        case .location(let url): departure = .redirect(url)
        case .answer(let party, let requestID, let relayState):
            departure = try await parties.peer(party)?.answer(
                requestID, walk.missed.isEmpty ? .success : SAMLLogoutResponse.partial, relayState: relayState,
                installation)
        }
        guard let departure else {
            return signedOutPage(
                SignedOutPage(missed: parties.names(walk.missed), images: cleanUps.map(\.url)), in: frame
            ).response()
        }
        if cleanUps.isEmpty {
            return departure.response(
                in: frame, afterPost: http.method == .post, label: parties.name(of: walk.ending, in: frame))
        }
        return signingOutPage(
            SigningOutPage(
                names: cleanUps.map(\.name), way: SigningOutPage.Way(departure), images: cleanUps.map(\.url)),
            in: frame
        ).response()
    }

    private func frame(_ walk: SignOutWalk, _ http: HTTPRequest) -> PageFrame {
        PageFrames(installation: installation).frame(for: http, tenant: snapshot.tenant, uiLocales: [walk.language])
    }
}

extension SignOutWalk.Stop {
    fileprivate var isHome: Bool {
        if case .partner = party { true } else { false }
    }
}

extension SigningOutPage.Way {
    init(_ departure: Departure) {
        self =
            switch departure {
            case .redirect(let url): .link(url)
            case .post(let action, let fields): .form(action, fields.map { (name: $0.name, value: $0.value) })
            }
    }
}

extension HTTPRequest {
    /// False in a frame, an image or a script's request. Browsers that do not say count as a window.
    var isNavigationOfWholeWindow: Bool { field("sec-fetch-dest").map { $0 == "document" } ?? true }
}
