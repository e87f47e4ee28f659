// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import Foundation
import HTTP
import JSON
import Outbound
import Storage
import StorageSQLite
import Upstream

@testable import Gateway
@testable import Graph

/// The management API in this process, over a database of its own with one organisation.
final class TestDirectory: Sendable {
    let installation: Installation
    let feature: GraphFeature
    let store: Store
    let tenant: Tenant
    private let database: SQLiteDatabase

    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    /// The database that every test begins with, made once: keys of an organisation take longer than most tests.
    private static let seed = Task { () async throws -> (path: String, tenant: Tenant) in
        let path = NSTemporaryDirectory() + "vestibule-graph-seed-\(UUID().uuidString).db"
        let database = try SQLiteDatabase.open(path: path, readers: 1)
        let installation = try TestDirectory.installation(Store(database))
        let domain = DomainName("woodgrove.test")!
        let tenant = Tenant(
            id: .random(Environment.live.randomBytes), displayName: "Woodgrove", initialDomain: domain,
            domains: [domain])
        try await installation.createTenant(tenant, by: "test")
        database.close()
        return (path, tenant)
    }

    private static func installation(_ store: Store) throws -> Installation {
        let environment = Environment(now: { Self.now }, randomBytes: Environment.live.randomBytes)
        let nobody = PartnerFetch { _, _ throws(FetchError) in FetchResult(status: 404) }
        return Installation(
            base: "https://gateway.test", isDevelopment: false, environment: environment, store: store,
            masterKey: try MasterKey(Secret([UInt8](repeating: 7, count: 32))),
            upstream: UpstreamProviders(fetch: nobody, environment: environment), egress: .publicInternetOnly,
            limits: Limits(), failures: FailureLog(write: { _ in }), wakeOutbox: {})
    }

    init(_ change: (inout Tenant) -> Void = { _ in }) async throws {
        let seed = try await Self.seed.value
        let path = NSTemporaryDirectory() + "vestibule-graph-\(UUID().uuidString).db"
        try FileManager.default.copyItem(atPath: seed.path, toPath: path)
        database = try SQLiteDatabase.open(path: path, readers: 1)
        store = Store(database)
        installation = try Self.installation(store)
        var tenant = seed.tenant
        change(&tenant)
        self.tenant = tenant
        if tenant != seed.tenant {
            _ = try await store.publish([SettingsObject(tenant)], in: tenant.id, over: 1, by: "test", at: Self.now)
        }
        feature = GraphFeature(installation)
    }

    deinit {
        let path = database.path
        database.close()
        for suffix in ["", "-wal", "-shm", ".lock"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    var snapshot: TenantSnapshot {
        get async throws { try await installation.settings.snapshot(tenant.id)! }
    }

    func application(_ permissions: Set<ManagementPermission>) async throws -> ManagementCaller {
        ManagementCaller(
            snapshot: try await snapshot, client: .random(Environment.live.randomBytes), application: nil,
            kind: .application(roles: permissions))
    }

    func person(
        _ user: User, _ scopes: Set<ManagementPermission>, roles: [DirectoryRole] = []
    ) async throws -> ManagementCaller {
        ManagementCaller(
            snapshot: try await snapshot, client: .random(Environment.live.randomBytes), application: nil,
            kind: .person(user, scopes: scopes, roles: roles))
    }

    @discardableResult
    func user(_ address: String, _ type: User.UserType = .guest, name: String? = nil) async throws -> User {
        let mail = EmailAddress(address)!
        let user = User(
            id: .random(Environment.live.randomBytes),
            userPrincipalName: address.replacing("@", with: "_") + "@woodgrove.test",
            displayName: name ?? address, userType: type, createdAt: Self.now, mail: mail,
            proxyAddresses: ["SMTP:\(mail)"])
        try await store.commit([.insertUser(user, in: tenant.id)])
        return user
    }

    /// One call as the caller; the answer's status and body, an error's too.
    func call(
        _ method: HTTPMethod, _ target: String, by caller: ManagementCaller, body: JSONValue? = nil,
        fields: [(String, String)] = []
    ) async -> (status: Int, body: JSONValue) {
        var fields = fields
        if body != nil { fields.append(("Content-Type", "application/json")) }
        let http = HTTPRequest(
            method: method, target: "/graph/v1.0" + target, fields: fields,
            body: body.map { JSONWriter.write($0) } ?? [])
        do {
            let answer =
                target.hasPrefix("/$batch")
                ? try await feature.batch(GraphRequest(http)!, by: caller)
                : try await feature.perform(GraphRequest(http)!, by: caller)
            return (answer.status, answer.body ?? answer.text.map { .string($0) } ?? .null)
        } catch {
            return (error.wire.status, error.body(requestID: "r", clientRequestID: "c", at: Self.now))
        }
    }
}

extension JSONValue {
    var list: [JSONValue] { if case .array(let list) = self { list } else { [] } }
}
