package import Cryptography
package import Directory
package import FoundationEssentials
internal import Issuing
package import Outbound
package import Storage
internal import Synchronization
package import Upstream

/// What a running gateway is made of, assembled once in `vestibule` and handed to every feature.
package final class Installation: Sendable {
    /// An origin without a path: every URL we publish, print or mail begins with it, whatever Host a request named.
    package let base: String
    /// Plain http is accepted for partners and redirect URIs where both ends are loopback.
    package let isDevelopment: Bool
    package let environment: Environment
    package let store: Store
    package let masterKey: MasterKey
    package let sealing: SealingKeyRing
    package let settings: SettingsCache
    package let egress: EgressPolicy
    private let currentLimits: Mutex<Limits>
    package let counters = RateCounters()
    package let failures: FailureLog
    let verifiedTokens = VerifiedTokens()
    let metadataDocuments = MetadataDocuments()
    package let claims: ClaimState
    let peers: PeerMemory
    let partnerTests = PartnerTests()
    let invitationDesk = InvitationDesk()
    /// Asks the homes; a test gives its own.
    package let upstream: UpstreamProviders
    /// Asks for the records that prove domains; a test gives its own.
    package let domainLookup: DomainLookup
    /// Whether a password is the one that was hashed; nil: there is no hash, and it costs what one would.
    package let verifyPassword: @Sendable (_ password: Secret, _ hash: String?) async -> Bool
    /// Tells the outbox that mail was committed.
    package let wakeOutbox: @Sendable () -> Void

    package init(
        base: String, isDevelopment: Bool, environment: Environment, store: Store, masterKey: MasterKey,
        upstream: UpstreamProviders, egress: EgressPolicy, limits: Limits, failures: FailureLog,
        domainLookup: DomainLookup = .none, onPeerEvent: @escaping @Sendable (PeerEvent) -> Void = { _ in },
        verifyPassword: @escaping @Sendable (_ password: Secret, _ hash: String?) async -> Bool = {
            await PasswordHash.verify($0, against: $1)
        },
        wakeOutbox: @escaping @Sendable () -> Void
    ) {
        self.base = base
        self.isDevelopment = isDevelopment
        self.environment = environment
        self.store = store
        self.masterKey = masterKey
        self.upstream = upstream
        self.egress = egress
        self.domainLookup = domainLookup
        currentLimits = Mutex(limits)
        self.failures = failures
        self.verifyPassword = verifyPassword
        self.wakeOutbox = wakeOutbox
        sealing = SealingKeyRing(master: masterKey.derive(purpose: "sealing"))
        settings = SettingsCache(base: base, store: store, masterKey: masterKey, now: environment.now)
        claims = ClaimState(store: store)
        peers = PeerMemory(tell: onPeerEvent)
    }

    package var now: Date { environment.now() }

    package var limits: Limits { currentLimits.withLock { $0 } }

    /// After the configuration was read again.
    package func adopt(_ limits: Limits) { currentLimits.withLock { $0 = limits } }

    /// The issuer of a tenant's tokens, and of its members' identities.
    package func issuer(_ tenant: Tenant.ID) -> String { TokenIssuer.issuer(base: base, tenant: tenant) }

    /// 256 random bits, base64url: every secret that we make.
    package func newSecret() -> String { Base64URL.encode(environment.randomBytes(32)) }

    /// 128 random bits, base64url: it lives an hour, in a cookie with little room.
    func newFormToken() -> String { Base64URL.encode(environment.randomBytes(16)) }

    package func newID<Subject>(_ kind: Subject.Type = Subject.self) -> ID<Subject> {
        .timeOrdered(at: now, environment.randomBytes)
    }
}
