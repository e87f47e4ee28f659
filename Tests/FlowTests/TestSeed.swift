// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import Foundation
import Gateway
import Outbound
import Storage
import StorageSQLite
import Upstream

/// The database that every test begins with, made once: keys of two tenants take longer than most tests.
struct TestSeed: Sendable {
    let path: String
    let woodgrove: Tenant
    let fabrikam: Tenant
    let partner: Partner
    let api: Application
    let web: TestApplication
    let spa: TestApplication
    let daemon: TestApplication

    static let made = Task { try await TestSeed() }

    static func installation(
        _ store: Store, _ environment: Environment, _ upstream: UpstreamProviders, _ limits: Limits,
        _ work: WorkLog = WorkLog(),
        onPeerEvent: @escaping @Sendable (PeerEvent) -> Void = { _ in }
    ) throws -> Installation {
        Installation(
            base: TestGateway.base, isDevelopment: false, environment: environment, store: store,
            masterKey: try MasterKey(Secret([UInt8](repeating: 7, count: 32))), upstream: upstream,
            egress: .publicInternetOnly, limits: limits, failures: FailureLog(write: { _ in }),
            onPeerEvent: onPeerEvent,
            verifyPassword: { password, hash in
                work.note("scrypt \(PasswordHash.verificationCost(of: hash))")
                return await PasswordHash.verify(password, against: hash)
            }, wakeOutbox: { work.note("wake the outbox") })
    }

    private init() async throws {
        let start = TestClock().now
        let environment = Environment(now: { start }, randomBytes: Environment.live.randomBytes)
        path = SystemFile.temporary + "/vestibule-flow-seed-\(UUID().uuidString).db"
        let database = try SQLiteDatabase.open(path: path, readers: 1)
        let store = Store(database)
        let nobody = PartnerFetch { _, _ throws(FetchError) in FetchResult(status: 404) }
        let installation = try Self.installation(
            store, environment, UpstreamProviders(fetch: nobody, environment: environment), .forTests)

        func tenant(_ name: String, _ domain: String) -> Tenant {
            let domain = DomainName(domain)!
            return Tenant(
                id: .random(environment.randomBytes), displayName: name, initialDomain: domain, domains: [domain])
        }
        woodgrove = tenant("Woodgrove Groceries", "woodgrove.test")
        fabrikam = tenant("Fabrikam", "fabrikam.test")
        try await installation.createTenant(woodgrove, by: "test")
        try await installation.createTenant(fabrikam, by: "test")
        partner = FakeProvider.partner(.random(environment.randomBytes))
        api = Application(
            id: .random(environment.randomBytes), appID: .random(environment.randomBytes),
            servicePrincipalID: .random(environment.randomBytes), displayName: "Orders API", kind: .web,
            authentication: .none, identifierURIs: ["api://orders"],
            scopes: [
                .init(value: "orders.read", displayName: "Read orders", consentDescription: "Read your orders."),
                .init(value: "orders.write", displayName: "Write orders", consentDescription: "Change your orders."),
            ],
            roles: [
                .init(
                    id: .random(environment.randomBytes), value: "Orders.Read.All", displayName: "Read all orders",
                    allowedMemberTypes: [.application])
            ])
        web = TestApplication(kind: .web, environment: environment)
        var spa = TestApplication(kind: .spa, environment: environment)
        spa.application.adminGrants = [.init(resource: api.appID, scopes: ["orders.read"])]
        self.spa = spa
        var daemon = TestApplication(kind: .daemon, environment: environment)
        daemon.application.roleGrants = [.init(resource: api.appID, role: "Orders.Read.All")]
        daemon.application.signingAlgorithm = "ES256"
        self.daemon = daemon
        let version = try await store.settingsVersion(woodgrove.id) ?? 0
        let secret = installation.masterKey.wrap(
            Secret(utf8: FakeProvider.clientSecret),
            associatedData: Array("\(woodgrove.id)/secrets/\(FakeProvider.secretName)".utf8), environment: environment)
        let (_, admin) = installation.memberSteps(
            woodgrove.id, name: EmailAddress("admin@woodgrove.test")!, displayName: "Ada Admin",
            passwordHash: await PasswordHash.make(
                Secret(utf8: "a password of twelve"), environment: environment, cost: ScryptCost(logN: 10, r: 8, p: 1)!),
            roles: [.globalAdministrator])
        try await store.commit(
            Step.publish(
                [
                    SettingsObject(api), SettingsObject(web.application), SettingsObject(spa.application),
                    SettingsObject(daemon.application), SettingsObject(partner),
                ], in: woodgrove.id, over: version, by: "test", at: start) + [
                    .putSecret(SecretRecord(tenant: woodgrove.id, name: FakeProvider.secretName, wrapped: secret))
                ] + admin)
        try database.checkpoint()
        database.close()
    }
}

enum SystemFile {
    static var temporary: String { FileManager.default.temporaryDirectory.path }

    static func copy(_ source: String, to target: String) throws {
        try FileManager.default.copyItem(atPath: source, toPath: target)
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
