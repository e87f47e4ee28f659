// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import Gateway
import HTTP
import JOSE
import JSON
import OAuth
import Outbound
import Storage
import StorageSQLite
import Synchronization
import Upstream

/// The whole gateway in this process, over a database of its own: a host organisation, a partner organisation, an outside
/// provider that a test controls, and the host's applications. Only sockets are missing.
final class TestGateway: Sendable {
    static let base = "https://gateway.test"

    let installation: Installation
    let handler: GatewayHandler
    let provider: FakeProvider
    let store: Store
    let woodgrove: Tenant
    let fabrikam: Tenant
    let web: TestApplication
    let spa: TestApplication
    let daemon: TestApplication
    let api: Application
    /// What the gateway has done since it was last asked.
    let work = WorkLog()
    private let clock: TestClock
    private let sites = Sites()
    private let told = ToldEvents()

    /// What was told of partners, in order.
    var events: [PeerEvent] { told.all }
    private let database: SQLiteDatabase

    var now: Date { clock.now }

    func advance(by seconds: Double) { clock.advance(by: seconds) }

    init(limits: Limits = .forTests) async throws {
        let seed = try await TestSeed.made.value
        let clock = TestClock()
        self.clock = clock
        let path = SystemFile.temporary + "/vestibule-flow-\(UUID().uuidString).db"
        try SystemFile.copy(seed.path, to: path)
        database = try SQLiteDatabase.open(path: path, readers: 2)
        store = Store(LoggedDatabase(database: database, work: work))
        let environment = Environment(
            now: { clock.now },
            randomBytes: { [work] count in
                work.note("random \(count)")
                return Environment.live.randomBytes(count)
            })
        let provider = FakeProvider(environment: environment, partner: seed.partner)
        self.provider = provider
        let loopback = Loopback()
        let sites = self.sites
        let fetch = PartnerFetch { request, _ throws(FetchError) in
            if request.url.hasPrefix(TestGateway.base) { return try await loopback.send(request) }
            if let site = sites.site(request.url) { return try site(request) }
            return try provider.answer(request)
        }
        installation = try TestSeed.installation(
            store, environment, UpstreamProviders(fetch: fetch, environment: environment), limits, work,
            onPeerEvent: { [told] event in told.append(event) })
        handler = GatewayHandler(installation)
        loopback.handler.withLock { [handler] in $0 = handler }
        (woodgrove, fabrikam, api) = (seed.woodgrove, seed.fabrikam, seed.api)
        (web, spa, daemon) = (seed.web, seed.spa, seed.daemon)
    }

    deinit {
        let path = database.path
        database.close()
        for suffix in ["", "-wal", "-shm", ".lock"] { SystemFile.remove(path + suffix) }
    }

    /// Answers what is fetched from addresses that begin so.
    func serve(_ prefix: String, _ answer: @escaping Sites.Site) { sites.add(prefix, answer) }

    /// Changes the host's settings.
    func publish(_ changes: [SettingsObject]) async throws {
        let version = try await store.settingsVersion(woodgrove.id) ?? 0
        _ = try await store.publish(changes, in: woodgrove.id, over: version, by: "test", at: now)
        installation.settings.forget(woodgrove.id)
    }

    func member(
        _ name: String, of tenant: Tenant, password: String, roles: [DirectoryRole] = []
    ) async throws -> User {
        let hash = await PasswordHash.make(
            Secret(utf8: password), environment: .live, cost: ScryptCost(logN: 10, r: 8, p: 1)!)
        let (user, steps) = installation.memberSteps(
            tenant.id, name: EmailAddress(name)!, displayName: name, passwordHash: hash, roles: roles)
        try await store.commit(steps)
        return user
    }

    @discardableResult
    func invite(_ address: String, redirect: String? = nil) async throws -> IssuedInvitation {
        let snapshot = try await installation.settings.snapshot(woodgrove.id)!
        return try await installation.invite(
            InvitationRequest(address: EmailAddress(address)!, redirectURL: redirect), to: snapshot, by: nil,
            inviterName: "Ida Host")
    }

    /// The mail that waits for an address, the latest first.
    func mails(to address: String) async throws -> [OutgoingMail] {
        try await store.dueMail(at: now.addingTimeInterval(1), limit: 1_000).filter { $0.recipient == address }
            .reversed()
    }

    func code(mailedTo address: String) async throws -> String {
        let text = try await mails(to: address).first { $0.subject.contains("code") }?.text ?? ""
        let digits = text.filter(\.isNumber)
        return String(digits.prefix(8))
    }
}

extension Limits {
    static var forTests: Limits {
        var limits = Limits()
        limits.emailCodesPerNetworkAndHour = 10_000
        limits.passwordsPerNetwork = 10_000
        limits.signInsPerNetwork = 10_000
        limits.federationMessagesPerNetwork = 10_000
        limits.clientFailuresPerNetwork = 10_000
        return limits
    }
}

/// A clock that only a test moves.
final class TestClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

    var now: Date { time.withLock { $0 } }

    func advance(by seconds: Double) { time.withLock { $0 = $0.addingTimeInterval(seconds) } }
}

private final class ToldEvents: Sendable {
    private let events = Mutex<[PeerEvent]>([])

    var all: [PeerEvent] { events.withLock { $0 } }

    func append(_ event: PeerEvent) { events.withLock { $0.append(event) } }
}

/// Other sites than the outside provider's; of two that fit, the one added last answers.
final class Sites: Sendable {
    typealias Site = @Sendable (FetchRequest) throws(FetchError) -> FetchResult

    private let all = Mutex<[(prefix: String, site: Site)]>([])

    func add(_ prefix: String, _ site: @escaping Site) { all.withLock { $0.insert((prefix, site), at: 0) } }

    func site(_ url: String) -> Site? { all.withLock { $0.first { url.hasPrefix($0.prefix) }?.site } }
}

/// The gateway asking itself, as one tenant asks another.
private final class Loopback: Sendable {
    let handler = Mutex<GatewayHandler?>(nil)

    func send(_ request: FetchRequest) async throws(FetchError) -> FetchResult {
        guard let handler = handler.withLock({ $0 }) else { return FetchResult(status: 503) }
        let path = String(request.url.dropFirst(TestGateway.base.count))
        let answer = await handler.respond(
            to: HTTPRequest(
                method: request.method == .post ? .post : .get, target: path,
                fields: request.fields.map { ($0.name, $0.value) }, body: request.body))
        return FetchResult(
            status: answer.status, fields: answer.fields.map { (name: $0.0.lowercased(), value: $0.1) },
            body: answer.body)
    }
}

/// An application of the host with everything that a client of it knows.
struct TestApplication: Sendable {
    var application: Application
    let secret: String
    let redirectURI: String

    init(kind: Application.Kind, environment: Environment) {
        secret = Base64URL.encode(environment.randomBytes(32))
        let isPublic = kind == .spa || kind == .native
        redirectURI = "https://\(kind.rawValue).app.test/callback"
        application = Application(
            id: .random(environment.randomBytes), appID: .random(environment.randomBytes),
            servicePrincipalID: .random(environment.randomBytes), displayName: "The \(kind.rawValue) application",
            kind: kind, authentication: isPublic ? .none : .clientSecretPost,
            secrets: isPublic
                ? []
                : [
                    .init(
                        keyID: "1", hint: String(secret.prefix(3)),
                        digest: Hex.encode(Digest.sha256(Array(secret.utf8))), expiresAt: nil)
                ], redirectURIs: kind == .daemon ? [] : [redirectURI],
            postLogoutRedirectURIs: kind == .daemon ? [] : ["https://\(kind.rawValue).app.test/bye"])
    }

    var clientID: String { application.appID.description }
}
