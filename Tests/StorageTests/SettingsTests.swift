import Directory
import FoundationEssentials
import JSON
import Storage
import Testing

@Suite("Settings versions") struct SettingsTests {
    private func object(_ id: String, _ body: JSONValue?, kind: SettingsKind = .partner) -> SettingsObject {
        SettingsObject(kind: kind, id: id, body: body)
    }

    @Test(arguments: Backend.available)
    func `every version reads as it was`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            #expect(try await store.settings(woodgrove) == nil)
            #expect(try await store.settingsVersion(woodgrove) == nil)
            try await store.commit([.createTenant(woodgrove, at: now), .createTenant(fabrikam, at: now)])
            let empty = SettingsVersion(number: 0, objects: [])
            #expect(try await store.settings(woodgrove) == empty)

            func publish(_ changes: [SettingsObject], over expected: Int64) async throws -> Int64 {
                try await store.publish(changes, in: woodgrove, over: expected, by: "ada", at: now)
            }
            #expect(try await publish([object("a", 1), object("b", ["x": "1"])], over: 0) == 1)
            #expect(try await publish([object("a", 2)], over: 1) == 2)
            #expect(try await publish([object("b", nil), object("a", 3, kind: .policy)], over: 2) == 3)
            #expect(try await publish([object("b", "again")], over: 3) == 4)

            #expect(try await store.settings(woodgrove, at: 0) == empty)
            let first = try await store.settings(woodgrove, at: 1)
            #expect(first?.objects == [object("a", 1), object("b", ["x": "1"])])
            #expect(try await store.settings(woodgrove, at: 2)?.objects == [object("a", 2), object("b", ["x": "1"])])
            #expect(
                try await store.settings(woodgrove, at: 3)?.objects == [object("a", 2), object("a", 3, kind: .policy)])
            let current = try await store.settings(woodgrove)
            #expect(current?.number == 4)
            #expect(current?.objects == [object("a", 2), object("b", "again"), object("a", 3, kind: .policy)])
            #expect(current == (try await store.settings(woodgrove, at: 4)))
            #expect(try await store.settings(woodgrove, at: 5) == nil)
            #expect(try await store.settings(fabrikam) == empty)
            #expect(try await store.settingsVersions() == [woodgrove: 4, fabrikam: 0])

            let changes = try await store.settingsChanges(woodgrove, since: 2)
            #expect(changes.map(\.number) == [3, 3, 4])
            #expect(changes.map(\.object.body) == [nil, 3, "again"])
            let history = try await store.settingsHistory(woodgrove, limit: 2)
            #expect(history.map(\.number) == [4, 3] && history.first?.author == "ada" && history.first?.at == now)
        }
    }

    @Test(arguments: Backend.available)
    func `of two who publish over one version one wins`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([.createTenant(woodgrove, at: now)])
            let won = try await winners(of: 50) {
                let change = SettingsObject(kind: .policy, id: "p", body: 1)
                return try await store.applies(Step.publish([change], in: woodgrove, over: 0, by: "ada", at: now))
            }
            #expect(won == 1)
            #expect(try await store.settingsVersion(woodgrove) == 1)
            await #expect(throws: StorageError.notApplied(step: 0)) {
                _ = try await store.publish([], in: woodgrove, over: 0, by: "ada", at: now)
            }
            await #expect(throws: StorageError.notApplied(step: 0)) {
                _ = try await store.publish([], in: fabrikam, over: 0, by: "nobody", at: now)
            }
        }
    }
}

@Suite("Settings codec") struct SettingsCodecTests {
    private let tenant = Tenant(
        id: woodgrove, displayName: "Woodgrove \"Groceries\"", initialDomain: sampleDomain("woodgrove.example"),
        domains: [sampleDomain("woodgrove.example"), sampleDomain("groceries.example")],
        privacyStatementURL: "https://woodgrove.example/privacy", privacyContact: nil, preferredLanguage: "de-DE",
        emailCodeEnabled: false)

    private let application = Application(
        id: sampleID(3), appID: sampleID(4), servicePrincipalID: sampleID(5), displayName: "Shop", kind: .spa,
        authentication: .clientSecretPost,
        secrets: [.init(keyID: "k", hint: "abc", digest: "00ff", expiresAt: now)], jwks: "{\"keys\":[]}",
        redirectURIs: ["https://shop.example/cb?x=1"], postLogoutRedirectURIs: ["https://shop.example/bye"],
        homepageURL: "https://shop.example", signingAlgorithm: "ES256", isEnabled: false, requiresAssignment: true,
        identifierURIs: ["api://shop"], audienceIsIdentifierURI: true,
        scopes: [
            .init(
                value: "a", displayName: "A", consentDescription: "Do A", requiresAdminConsent: true, isEnabled: false)
        ],
        roles: [
            .init(id: sampleID(6), value: "Admin", displayName: "Admin", allowedMemberTypes: [.user, .application])
        ],
        adminGrants: [.init(resource: sampleID(7), scopes: ["x", "y"])],
        roleGrants: [.init(resource: sampleID(7), role: "Reader")], emitsGroups: true, accessTokenLifetime: 600,
        refreshTokenLifetime: 1200,
        saml: SAMLServiceProvider(
            entityID: "https://shop.example/saml",
            assertionConsumers: [.init(url: "https://shop.example/acs", index: 3, isDefault: true)],
            logoutURL: "https://shop.example/slo", logoutResponseURL: "https://shop.example/slo2",
            logoutBinding: .post, signingCertificates: ["MII"], requiresSignedRequests: true,
            encryptionCertificate: "MII2", nameID: .email, signs: .both, allowsUnsolicited: true,
            attributes: [ReleasedAttribute("mail", .mail, nameFormat: "urn:x")],
            metadataURL: "https://shop.example/metadata"),
        wsFederation: WSFederationRelyingParty(
            realm: "urn:shop", replyURLs: ["https://shop.example/wsfed"], token: .saml20, nameID: .unspecified,
            attributes: [ReleasedAttribute("upn", .userPrincipalName)]))

    private let federation = FederationConnection(
        issuer: "https://idp.example/saml", signInURL: "https://idp.example/sso", signingCertificates: ["MII", "MIJ"],
        metadataURL: "https://idp.example/metadata", metadataSigner: "MIK", signInBinding: .post,
        logoutURL: "https://idp.example/slo", logoutBinding: .post,
        logoutResponseURL: "https://idp.example/slo/answer", requiredSignature: .both, signsRequests: false,
        acceptsUnsolicited: true, acceptsCBC: true, acceptsUnconfirmedSubject: true, nameIDFormat: "urn:x",
        requestedContexts: ["urn:y"],
        attributes: AttributeMapping(.shibboleth))

    private let partner = Partner(
        id: sampleID(8), name: "partner", displayName: "Partner",
        connection: .oidc(
            .init(
                issuer: "https://idp.example", clientID: "c", clientAuthentication: .clientSecretBasic,
                secretName: "partner-secret", scopes: ["openid"], algorithms: ["ES384"], usesUserInfo: true,
                claims: .init(email: "mail", groups: "roles"), trustsVerifiedEmail: false)),
        domains: [sampleDomain("partner.example")], isEnabled: false, isOffered: false, proofLifetime: 43_200)

    /// Through bytes, as the store does it.
    private func stored(_ json: JSONValue) throws -> JSONValue { try JSONReader.read(JSONWriter.write(json)) }

    @Test func `tenant, application and partner come back as they went`() throws {
        #expect(try SettingsCodec.tenant(stored(SettingsCodec.encode(tenant))) == tenant)
        #expect(try SettingsCodec.application(stored(SettingsCodec.encode(application))) == application)
        let bare = Application(
            id: sampleID(3), appID: sampleID(4), servicePrincipalID: sampleID(5), displayName: "", kind: .daemon,
            authentication: .none)
        #expect(try SettingsCodec.application(stored(SettingsCodec.encode(bare))) == bare)
        for connection in [
            partner.connection, .emailCode, .tenant(home: fabrikam, base: nil),
            .tenant(
                home: fabrikam, base: "https://other.example",
                registration: Partner.TenantRegistration(clientID: "c", secretName: "s")),
            .tenant(
                home: fabrikam, base: "https://other.example", registration: Partner.TenantRegistration(clientID: "c")),
            .saml(federation), .wsFederation(federation),
        ] + providers {
            var partner = partner
            partner.connection = connection
            #expect(try SettingsCodec.partner(stored(SettingsCodec.encode(partner))) == partner)
        }
    }

    private var providers: [Partner.Connection] {
        let all: [Provider] =
            [
                .google, .microsoftAccount, .entra(.china, tenants: [fabrikam]), .entra(.global, tenants: []),
                .apple(teamID: "T", keyID: "K"), .gitHub, .linkedIn,
            ] + FacebookLogin.allCases.map { .facebook($0) }
        return all.map {
            .provider(
                ProviderConnection(
                    $0, clientID: "c", secretName: "s", origin: "https://x.example", trustsVerifiedEmail: false))
        }
    }

    @Test func `a tenant's order of redemption comes back as it went, and Entra's where none was kept`() throws {
        var changed = tenant
        changed.redemption = try #require(RedemptionOrder(primaries: [.social, .tenants], fallback: .microsoftAccount))
        let json = try stored(SettingsCodec.encode(changed))
        #expect(try SettingsCodec.tenant(json) == changed)
        var old = try #require(json.object)
        old["redemption"] = nil
        #expect(try SettingsCodec.tenant(.object(old)).redemption == .standard)
        for wrong: JSONValue in [
            ["primaries": ["ldap"], "fallback": "microsoftAccount"], ["primaries": [], "fallback": "none"],
            ["primaries": ["externalFederation", "externalFederation"], "fallback": "microsoftAccount"],
        ] {
            old["redemption"] = wrong
            #expect(throws: SettingsFormatError.self) { try SettingsCodec.tenant(.object(old)) }
        }
    }

    @Test func `an identity comes back as it went`() throws {
        let json = try JSONReader.read(IdentityCodec.encode(.sample))
        #expect(try IdentityCodec.identity(json) == .sample)
        let bare = ExternalIdentity(
            key: IdentityKey(issuer: "mail", subject: "a@b.example"), partner: nil, kind: .emailCode,
            authentication: AuthenticationEvidence(authenticatedAt: now), evidenceDigest: "")
        #expect(try IdentityCodec.identity(JSONReader.read(IdentityCodec.encode(bare))) == bare)
    }

    @Test func `settings are read from a version by kind`() throws {
        let version = SettingsVersion(
            number: 1, objects: [SettingsObject(tenant), SettingsObject(application), SettingsObject(partner)])
        #expect(try version.tenant() == tenant)
        #expect(try version.applications() == [application])
        #expect(try version.partners() == [partner])
    }

    @Test func `what is not known, missing, or of the wrong kind is named`() throws {
        func problem(_ change: (inout JSONObject) -> Void) -> String? {
            guard case .object(var object) = SettingsCodec.encode(partner) else { return nil }
            change(&object)
            do throws(SettingsFormatError) {
                _ = try SettingsCodec.partner(.object(object))
                return nil
            } catch {
                return error.description
            }
        }
        #expect(problem { $0["isOfered"] = true } == "\"partner.isOfered\" is not known")
        #expect(problem { $0["name"] = nil } == "\"partner.name\" is missing")
        #expect(problem { $0["name"] = 1 } == "\"partner.name\" must be a string, not a number")
        #expect(problem { $0["id"] = "x" } == "\"partner.id\" is \"x\", which is not an id")
        #expect(problem { $0["domains"] = ["a b"] } == "\"partner.domains\" has \"a b\", which is not a domain")
        #expect(
            problem { $0["connection"] = ["kind": "emailCode", "x": 1] } == "\"partner.connection.x\" is not known")
        #expect(
            problem { $0["connection"] = ["kind": "ldap"] }
                == "\"partner.connection.kind\" is \"ldap\", not one of oidc, tenant, google, microsoftAccount, entra, facebook, apple, github, linkedin, saml, wsFederation, emailCode, localMember"
        )
        #expect(problem { $0["version"] = 2 } == "\"partner.version\" is 2; this program knows versions up to 1")
        #expect(problem { $0["isOffered"] = nil } == nil, "what has a default may be missing")
    }
}
