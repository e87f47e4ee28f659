import Cryptography
import Directory
import Foundation
import Gateway
import Issuing
import Storage
import Testing

/// `vestibule apply`: what a file declares becomes so, in one commit, and once.
@Suite("Declarations, applied") struct ApplyingTests {
    private func declaration(_ text: String) throws -> Declaration {
        try Declaration(DeclaredFile(name: "it.json5", bytes: Array(text.utf8))) { _ in nil }
    }

    private func apply(
        _ text: String, to gateway: TestGateway, asOperator: Bool = false
    ) async throws -> AppliedDeclaration {
        try await gateway.installation.apply(declaration(text), asOperator: asOperator, by: "test")
    }

    /// The sentence that a declaration is refused with.
    private func refusal(_ text: String, by gateway: TestGateway, asOperator: Bool = false) async throws -> String {
        do {
            _ = try await apply(text, to: gateway, asOperator: asOperator)
            return "it was applied"
        } catch let refusal as DeclarationRefusal {
            guard case .fault(let fault) = refusal else { return "\(refusal)" }
            return fault.description
        }
    }

    private static let everything = """
        {
            tenant: 'woodgrove.test',
            applications: [
                { name: 'Orders', kind: 'web', redirectURIs: ['https://orders.test/callback'], requiresAssignment: true,
                  roles: [{ value: 'Clerk' }], adminGrants: [{ resource: 'Shelves', scopes: ['Read'] }] },
                { name: 'Counter', kind: 'daemon', roleGrants: [{ resource: 'api://shelves', role: 'Count' }] },
                { name: 'Shelves', kind: 'api', identifierURIs: ['api://shelves'], scopes: [{ value: 'Read' }],
                  roles: [{ value: 'Count', for: ['Application'] }] },
            ],
            partners: [{ name: 'contoso', issuer: 'https://login.contoso.test', clientID: 'us', clientSecret: 'theirs',
                         domains: ['contoso.test'] }],
            members: [{ name: 'ida@woodgrove.test', password: 'a long password', roles: ['Guest Inviter'] }],
            groups: [{ name: 'Inner', members: ['ida@woodgrove.test'] }, { name: 'Outer', groups: ['Inner'] }],
            assignments: [{ application: 'Orders', group: 'Outer', role: 'Clerk' }],
        }
        """

    @Test func `everything is made, and a second time nothing changes`() async throws {
        let gateway = try await TestGateway()
        let tenant = gateway.woodgrove.id
        let first = try await apply(Self.everything, to: gateway)
        #expect(first.changesAnything)
        let made = first.items("application").compactMap(\.madeSecret)
        #expect(made.count == 2, "the web application's and the daemon's; an API has none")

        let snapshot = try #require(try await gateway.installation.settings.snapshot(tenant))
        let orders = try #require(snapshot.applications.first { $0.displayName == "Orders" })
        let shelves = try #require(snapshot.application(resource: "api://shelves"))
        #expect(orders.secrets.map(\.digest) == [Hex.encode(Digest.sha256(Array(made[0].utf8)))])
        #expect(orders.adminGrants == [.init(resource: shelves.appID, scopes: ["Read"])])
        #expect(snapshot.partner(named: "contoso")?.domains.map(\.description) == ["contoso.test"])
        let wrapped = try #require(try await gateway.store.secrets(tenant).first).wrapped
        #expect(!String(decoding: wrapped, as: UTF8.self).contains("theirs"), "under the master key")
        let ida = try #require(try await gateway.store.user(tenant, userPrincipalName: "ida@woodgrove.test"))
        #expect(try await gateway.store.directoryRoles(tenant, ofUser: ida.id) == [.guestInviter])
        let reaching = try await gateway.store.assignments(tenant, reaching: ida.id, toApplication: orders.appID)
        #expect(reaching.map(\.role) == [orders.roles[0].id])

        let second = try await apply(Self.everything, to: gateway)
        #expect(!second.changesAnything)
        #expect(second.version == first.version)
        #expect(try await gateway.store.settingsVersion(tenant) == first.version)
        #expect(second.items("application").allSatisfy { $0.madeSecret == nil })
        #expect(second.text.hasPrefix("Nothing changed"))
    }

    @Test func `what is left out stays as it is`() async throws {
        let gateway = try await TestGateway()
        _ = try await apply(Self.everything, to: gateway)
        let changed = try await apply(
            "{ tenant: 'woodgrove.test', applications: [{ name: 'Orders', homepage: 'https://orders.test/' }] }",
            to: gateway)
        #expect(changed.items("application").map(\.change) == [.updated])
        let snapshot = try #require(try await gateway.installation.settings.snapshot(gateway.woodgrove.id))
        let orders = try #require(snapshot.applications.first { $0.displayName == "Orders" })
        #expect(orders.homepageURL == "https://orders.test/")
        #expect(orders.redirectURIs == ["https://orders.test/callback"])
        #expect(orders.roles.map(\.value) == ["Clerk"])
        #expect(snapshot.partner(named: "contoso") != nil)
    }

    @Test(
        "half of it is never applied",
        arguments: [
            ("partners: [{ name: 'p', issuer: 'http://p.test', clientID: 'c' }]", "no https address"),
            ("partners: [{ name: 'p', issuer: 'https://p.test', clientID: 'c', domains: ['woodgrove.test'] }]", "own"),
            ("members: [{ name: 'ann@elsewhere.test', password: 'a long password' }]", "no domain of the organisation"),
            ("members: [{ name: 'ann@woodgrove.test' }]", "needs a \"password\""),
            ("groups: [{ name: 'G', members: ['nobody@woodgrove.test'] }]", "there is no such user"),
            ("assignments: [{ application: 'None', group: 'G' }]", "there is no such application"),
        ])
    func allOrNothing(_ rest: String, _ words: String) async throws {
        let gateway = try await TestGateway()
        let before = try await gateway.store.settingsVersion(gateway.woodgrove.id)
        let sentence = try await refusal(
            "{ tenant: 'woodgrove.test', applications: [{ name: 'New', kind: 'spa' }], \(rest) }", by: gateway)
        #expect(sentence.contains(words))
        #expect(try await gateway.store.settingsVersion(gateway.woodgrove.id) == before)
        #expect(try await gateway.store.groups(gateway.woodgrove.id).isEmpty)
    }

    @Test(
        "redirect URIs are those that may be registered",
        arguments: [
            "http://orders.test/callback", "http://localhost/callback", "https://orders.test/*", "javascript:alert(1)",
            "https://orders.test/callback#x", "https://user@orders.test/",
        ])
    func redirects(_ uri: String) async throws {
        let gateway = try await TestGateway()
        let sentence = try await refusal(
            "{ tenant: 'woodgrove.test', applications: [{ name: 'A', kind: 'web', redirectURIs: ['\(uri)'] }] }",
            by: gateway)
        #expect(sentence.contains("can't be registered"))
    }

    @Test(
        "credentials fit the kind",
        arguments: [("spa", "client_secret_post"), ("native", "private_key_jwt"), ("daemon", "none")])
    func credentials(_ kind: String, _ method: String) async throws {
        let gateway = try await TestGateway()
        let sentence = try await refusal(
            "{ tenant: 'woodgrove.test', applications: [{ name: 'A', kind: '\(kind)', authentication: '\(method)' }] }",
            by: gateway)
        #expect(sentence.contains("which an application of the kind \(kind) can't be"))
    }

    // MARK: Organisations

    @Test func `only the operator makes an organisation or gives it domains`() async throws {
        let gateway = try await TestGateway()
        let text = "{ tenant: { domain: 'new.test', name: 'New', domains: ['other.test'] } }"
        #expect(try await refusal(text, by: gateway).contains("--operator"))
        let made = try await apply(text, to: gateway, asOperator: true)
        #expect(made.tenant.domains.map(\.description) == ["new.test", "other.test"])
        #expect(try await !gateway.store.keys(made.tenant.id).isEmpty)
        #expect(try await !apply(text, to: gateway, asOperator: true).changesAnything)
        let more = "{ tenant: { domain: 'new.test', domains: ['third.test'] } }"
        #expect(try await refusal(more, by: gateway).contains("--operator"))
        #expect(try await apply(more, to: gateway, asOperator: true).tenant.domains.count == 2)
    }

    @Test func `a domain of another organisation is not taken`() async throws {
        let gateway = try await TestGateway()
        let text = "{ tenant: { domain: 'new.test', domains: ['fabrikam.test'] } }"
        #expect(
            try await refusal(text, by: gateway, asOperator: true).contains(
                "a domain that another organisation here has"))
        #expect(try await gateway.store.tenantIDs().count == 2)
    }

    @Test func `a new password ends what the old one began`() async throws {
        let gateway = try await TestGateway()
        let member = "{ tenant: 'woodgrove.test', members: [{ name: 'ida@woodgrove.test', password: '%' }] }"
        let first = member.replacingOccurrences(of: "%", with: "the first password")
        let second = member.replacingOccurrences(of: "%", with: "the second password")
        _ = try await apply(first, to: gateway)
        #expect(try await !apply(first, to: gateway).changesAnything)
        #expect(try await apply(second, to: gateway).items("member").map(\.change) == [.updated])
        let tenant = gateway.woodgrove.id
        let ida = try #require(try await gateway.store.user(tenant, userPrincipalName: "ida@woodgrove.test"))
        let hash = try await gateway.store.passwordHash(tenant, ida.id)
        #expect(await PasswordHash.verify(Secret(utf8: "the second password"), against: hash))
    }

    // MARK: The example, and the clock

    @Test func `the example of the documentation is applied`() async throws {
        let gateway = try await TestGateway()
        let file = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "config/apply-example.json5")
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(try await apply(text, to: gateway, asOperator: true).changesAnything)
        #expect(try await !apply(text, to: gateway, asOperator: true).changesAnything)
    }

    @Test func `keys move on by the clock, and every server sees it`() async throws {
        let gateway = try await TestGateway()
        let tenant = gateway.woodgrove.id
        #expect(try await gateway.installation.rotateKeys(tenant, by: "test").isEmpty, "nothing is due")
        let before = try await gateway.store.settingsVersion(tenant)
        gateway.advance(by: 89 * 86_400)
        #expect(try await !gateway.installation.rotateKeys(tenant, by: "test").isEmpty)
        #expect(try await gateway.store.settingsVersion(tenant) != before)
        #expect(try await gateway.installation.rotateKeys(tenant, by: "test").isEmpty, "once")
        try await gateway.installation.purgeExpired(tenant)
    }
}
