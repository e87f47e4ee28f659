internal import Directory
internal import JOSE

/// How one partner is asked by OpenID Connect, and who may answer: the partner's setting with everything filled in.
/// Each kind of partner fills it in a file of its own; nothing past here asks which provider it is.
struct OIDCConnectionProfile: Sendable {
    /// Whom a token is about, and by which claim.
    enum Subject: Sendable, Hashable {
        /// `sub`, at this issuer.
        case sub(issuer: String)
        /// A member of another tenant of Vestibule: `oid`; `tid` must be this.
        case tenantMember(Tenant.ID)
        /// A member of an organisation at Microsoft: `oid`, at the issuer of its `tid`.
        case microsoftMember(MicrosoftTenants)
    }

    /// What makes an address proven.
    enum EmailEvidence: Sendable, Hashable {
        /// `email_verified`, as JSON's own `true`.
        case verified
        /// `email_verified`, also as the text "true", which Apple and LinkedIn write.
        case verifiedAsText
        /// Tenants of Vestibule and of Entra: `xms_edov` says that the domain is the account's tenant's own.
        case domainOwner(alsoVerified: Bool)
        /// Google's word holds for its own domains and for Workspace; any other address it has seen once.
        case google
        /// Only in domains that the provider itself owns.
        case ownDomains([String])
        case none
    }

    /// What the home's word on several factors is.
    enum FactorEvidence: Sendable, Hashable {
        /// `mfa` in `amr`; nothing where there is no `amr`.
        case methods
        /// `vst_mfa` and its like, of tenants of Vestibule.
        case tenantClaims
        /// The provider says nothing that a rule could rest on.
        case none
    }

    var kind: Partner.Kind
    var provider: ProviderLocation
    var issuer: IssuerRule
    var clientID: String
    var authentication: TokenEndpointProof
    var scopes: [String]
    var algorithms: [SignatureAlgorithm]
    var subject: Subject
    var claims: Partner.ClaimMapping = .standard
    var usesUserInfo = false
    var emailEvidence: EmailEvidence
    var factorEvidence: FactorEvidence = .none
    /// Further parameters of the authorization request.
    var parameters: [(name: String, value: String)] = []
    /// The answer is posted by a form (OAuth 2.0 Form Post Response Mode).
    var answersByPost = false
    /// Off only for a provider that refuses the request because of it (RFC 7636).
    var usesProofKey = true
    /// Off only for a provider that never returns it; one that is returned is compared all the same.
    var requiresNonce = true
    /// The application's `domain_hint` means something there.
    var takesDomainHint = false
    /// Whether the token says when the person authenticated, where that is asked.
    var provesAuthenticationTime = true

    /// The algorithms of tenants' tokens. RSA with PKCS#1 first because it is what tenants sign with unless set.
    private static let tenantAlgorithms: [SignatureAlgorithm] = [.rs256, .es256, .edDSA, .ps256, .es384]

    init(_ context: PartnerContext) throws(UpstreamError) {
        switch context.partner.connection {
        case .oidc(let connection): try self.init(any: connection)
        case .tenant(let home, let base, let registration):
            self.init(tenant: home, base: base, registration, context)
        case .provider(let connection): try self.init(connection)
        case .saml, .wsFederation: throw .misconfigured("its partner speaks another protocol")
        case .emailCode: throw .misconfigured("an address is proven by a code, not by asking a provider")
        }
    }

    init(
        _ kind: Partner.Kind, at provider: ProviderLocation, issuer: IssuerRule, clientID: String,
        authentication: TokenEndpointProof, scopes: [String], algorithms: [SignatureAlgorithm], subject: Subject,
        emailEvidence: EmailEvidence
    ) {
        self.kind = kind
        self.provider = provider
        self.issuer = issuer
        self.clientID = clientID
        self.authentication = authentication
        self.scopes = scopes
        self.algorithms = algorithms
        self.subject = subject
        self.emailEvidence = emailEvidence
    }

    private init(any connection: Partner.OIDCConnection) throws(UpstreamError) {
        let algorithms = connection.algorithms.compactMap { SignatureAlgorithm.named($0) }
        guard !algorithms.isEmpty else {
            throw .misconfigured("none of its algorithms is one that we verify: \(connection.algorithms)")
        }
        self.init(
            .oidc, at: .issuer(connection.issuer), issuer: .exactly(connection.issuer),
            clientID: connection.clientID, authentication: TokenEndpointProof(connection.clientAuthentication),
            scopes: connection.scopes.contains("openid") ? connection.scopes : ["openid"] + connection.scopes,
            algorithms: algorithms, subject: .sub(issuer: connection.issuer),
            emailEvidence: connection.trustsVerifiedEmail ? .verified : .none)
        claims = connection.claims
        usesUserInfo = connection.usesUserInfo
        factorEvidence = .methods
    }

    /// A home in this installation knows us as an implicit client that is named for our tenant, so that its outbound rules
    /// can name us too; one elsewhere, as it registered us.
    private init(
        tenant home: Tenant.ID, base: String?, _ registration: Partner.TenantRegistration?, _ context: PartnerContext
    ) {
        let issuer = "\(base ?? context.base)/\(home)/v2.0"
        self.init(
            .tenant, at: .issuer(issuer), issuer: .exactly(issuer),
            clientID: registration?.clientID ?? context.tenant.description,
            authentication: registration?.secretName == nil ? .privateKeyJWT : .clientSecretBasic,
            scopes: ["openid", "profile", "email"],
            algorithms: Self.tenantAlgorithms, subject: .tenantMember(home),
            emailEvidence: .domainOwner(alsoVerified: true))
        factorEvidence = .tenantClaims
        takesDomainHint = true
    }

    private init(_ connection: ProviderConnection) throws(UpstreamError) {
        switch connection.provider {
        case .google: self.init(google: connection)
        case .microsoftAccount: self.init(microsoftAccount: connection)
        case .entra(let cloud, let tenants): self.init(entra: connection, cloud, tenants)
        case .facebook(let login): self.init(facebook: connection, login)
        case .apple(let team, let key): self.init(apple: connection, team: team, key: key)
        case .linkedIn: self.init(linkedIn: connection)
        case .gitHub: throw .misconfigured("it does not speak OpenID Connect")
        }
    }
}

/// Where a provider's endpoints are learned, and what it must call itself there.
enum ProviderLocation: Sendable, Hashable {
    /// The discovery document of the issuer, which names the same issuer.
    case issuer(String)
    /// The document under `address`, which names `issuer`: Microsoft's documents for several tenants.
    case document(address: String, issuer: String)
    /// Nothing is asked: the provider publishes no document that serves the code flow.
    case fixed(ProviderMetadata)

    /// The issuer by which the transaction knows the provider.
    var issuer: String {
        switch self {
        case .issuer(let issuer), .document(_, let issuer): issuer
        case .fixed(let metadata): metadata.issuer
        }
    }
}

/// How we prove ourselves at a provider's token endpoint.
enum TokenEndpointProof: Sendable, Hashable {
    case clientSecretBasic
    case clientSecretPost
    case privateKeyJWT
    /// A client secret that is a token of ours, signed with the key that Apple gave to the team.
    case appleSecret(team: String, key: String, audience: String)

    init(_ method: Partner.ClientAuthentication) {
        self =
            switch method {
            case .clientSecretBasic: .clientSecretBasic
            case .clientSecretPost: .clientSecretPost
            case .privateKeyJWT: .privateKeyJWT
            }
    }
}
