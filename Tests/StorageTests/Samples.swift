import Directory
import FoundationEssentials
import JSON
import Storage

/// A moment, to the millisecond.
let now = Date(milliseconds: 1_790_000_000_123)

extension Date {
    func adding(_ seconds: Double) -> Date { addingTimeInterval(seconds) }
}

/// Ids that tests can tell apart.
func sampleID<Subject>(_ number: UInt8) -> ID<Subject> {
    sample(ID(bytes: [number] + [UInt8](repeating: 0x11, count: 15)))
}

func sampleEmail(_ text: String) -> EmailAddress { sample(EmailAddress(text)) }

func sampleDomain(_ text: String) -> DomainName { sample(DomainName(text)) }

private func sample<Value>(_ value: Value?) -> Value {
    guard let value else { preconditionFailure("a sample that is not valid") }
    return value
}

let woodgrove: Tenant.ID = sampleID(1)
let fabrikam: Tenant.ID = sampleID(2)

func digest(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

extension User {
    static func sample(_ number: UInt8 = 1, name: String = "Ada") -> User {
        User(
            id: sampleID(number), userPrincipalName: "\(name)_partner.example#EXT#@woodgrove.example",
            displayName: "\(name) Lovelace", userType: .guest, createdAt: now, givenName: name, surname: "Lovelace",
            creationType: .invitation, externalUserState: .pendingAcceptance, externalUserStateChangedAt: now,
            mail: EmailAddress("\(name)@Partner.example"), otherMails: [sampleEmail("other@partner.example")],
            proxyAddresses: ["SMTP:ada@partner.example"], accountEnabled: true, preferredLanguage: "en-GB",
            usageLocation: "GB", companyName: "Partner", department: "Engines", jobTitle: "Countess",
            sponsors: [sampleID(90), sampleID(91)])
    }
}

extension LinkedIdentity {
    static func sample(_ user: User.ID = sampleID(1), subject: String = "subject-1") -> LinkedIdentity {
        LinkedIdentity(
            key: IdentityKey(issuer: "https://idp.partner.example", subject: subject), user: user,
            partner: sampleID(50), kind: .oidc, linkedAt: now)
    }
}

extension ExternalIdentity {
    static let sample = ExternalIdentity(
        key: IdentityKey(issuer: "https://idp.partner.example", subject: "subject-1"), partner: sampleID(50),
        kind: .oidc,
        authentication: AuthenticationEvidence(
            authenticatedAt: now, methods: ["pwd", "mfa"], context: "urn:acr", multiFactor: true,
            deviceIsCompliant: false),
        evidenceDigest: "ab12", homeTenant: "home", homeUser: "user", homeGroups: ["g1", "g2"],
        email: EmailAddress("Ada@partner.example"), emailIsVerified: true, displayName: "Ada \"the\" Countess",
        federatedSession: FederatedSession(
            nameID: "n", format: "urn:f", nameQualifier: "q", spNameQualifier: nil, sessionIndex: "_1",
            notOnOrAfter: now))
}

extension AuthorizationCode {
    static func sample(_ number: UInt8 = 1, tenant: Tenant.ID = woodgrove) -> AuthorizationCode {
        AuthorizationCode(
            tenant: tenant, id: sampleID(number), secretDigest: digest(number), application: sampleID(60),
            redirectURI: "https://app.example/cb", challenge: "challenge", nonce: nil,
            scopes: ["openid", "a\"quoted\"scope"], resource: nil, audience: "api", session: sampleID(70),
            user: sampleID(1), partner: sampleID(50), authenticatedAt: now, proofExpiresAt: now.adding(3600),
            issuedAt: now, expiresAt: now.adding(60), responseExtras: ["client_info": true])
    }
}

extension Grant {
    static func sample(_ number: UInt8 = 1, tenant: Tenant.ID = woodgrove, user: User.ID = sampleID(1)) -> Grant {
        Grant(
            tenant: tenant, id: sampleID(number), user: user, application: sampleID(60), session: sampleID(70),
            partner: sampleID(50), scopes: ["openid", "offline_access"], resource: sampleID(61), audience: "api",
            authenticatedAt: now, createdAt: now, expiresAt: now.adding(86_400), idleExpiresAt: now.adding(3600),
            number: 1)
    }
}

extension Session {
    static func sample(_ number: UInt8 = 70, tenant: Tenant.ID = woodgrove) -> Session {
        Session(
            tenant: tenant, id: sampleID(number), secretDigest: digest(number), user: sampleID(1), identity: .sample,
            createdAt: now, expiresAt: now.adding(86_400))
    }
}

extension Invitation {
    static func sample(_ number: UInt8 = 20, expiresAt: Date? = now.adding(3600)) -> Invitation {
        Invitation(
            id: sampleID(number), user: sampleID(1), email: sampleEmail("Ada@partner.example"),
            redirectURL: "https://app.example/", invitedBy: nil, inviterName: "Woodgrove", message: "Come in",
            status: .pendingAcceptance, createdAt: now, expiresAt: expiresAt, redeemedAt: nil)
    }
}

extension PendingSignIn {
    static func sample(_ number: UInt8 = 30) -> PendingSignIn {
        PendingSignIn(
            tenant: woodgrove, id: sampleID(number), number: 1, body: Array("body".utf8), expiresAt: now.adding(3600))
    }
}

extension OneTimeLink {
    static func sample(_ number: UInt8 = 40) -> OneTimeLink {
        OneTimeLink(
            tenant: woodgrove, purpose: "claim", id: sampleID(number), secretDigest: digest(number), user: nil,
            payload: ["address": "admin@woodgrove.example"], expiresAt: now.adding(86_400))
    }
}

extension OutgoingMail {
    static func sample(_ number: UInt8 = 80) -> OutgoingMail {
        OutgoingMail(
            id: sampleID(number), tenant: woodgrove, recipient: "ada@partner.example", subject: "Your code",
            text: "12345678", html: "<p>12345678</p>", headers: ["X-Kind": "code"], messageID: "<1@woodgrove.example>",
            createdAt: now, nextAttemptAt: now)
    }
}

/// How many of these attempts, all made at once, were applied.
func winners(of attempts: Int, _ attempt: @escaping @Sendable () async throws -> Bool) async throws -> Int {
    try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<attempts { group.addTask { try await attempt() } }
        var winners = 0
        for try await won in group where won { winners += 1 }
        return winners
    }
}
