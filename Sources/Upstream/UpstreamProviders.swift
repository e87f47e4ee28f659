package import Cryptography
package import Directory
package import FoundationEssentials
package import JOSE
package import Outbound
package import SAML

/// What a tenant proves itself with to SAML partners, and opens their encrypted assertions with.
package struct SAMLPartnerKeys: Sendable {
    package let signer: SAMLSigner
    /// The current one first.
    package let decryptionKeys: [SigningKey]

    package init(signer: SAMLSigner, decryptionKeys: [SigningKey]) {
        self.signer = signer
        self.decryptionKeys = decryptionKeys
    }
}

/// Everything about one partner of one tenant that asking it takes.
package struct PartnerContext: Sendable {
    package var tenant: Tenant.ID
    /// This installation's origin, without a path.
    package var base: String
    package var partner: Partner
    package var clientSecret: Secret?
    /// Signs our `private_key_jwt` assertions; its public key is in the tenant's key set.
    package var assertionKey: JWSSigner?
    /// For a SAML partner.
    package var saml: SAMLPartnerKeys?
    package var environment: Environment
    package var egress: EgressPolicy

    package init(
        tenant: Tenant.ID, base: String, partner: Partner, clientSecret: Secret?, assertionKey: JWSSigner?,
        environment: Environment, egress: EgressPolicy, saml: SAMLPartnerKeys? = nil
    ) {
        self.saml = saml
        self.tenant = tenant
        self.base = base
        self.partner = partner
        self.clientSecret = clientSecret
        self.assertionKey = assertionKey
        self.environment = environment
        self.egress = egress
    }

    /// One per connection, for good: an answer that arrives at another partner's callback is not for that one.
    package var redirectURI: String { "\(root)/callback" }
    /// Where a SAML partner posts its responses.
    package var assertionConsumerURL: String { "\(root)/acs" }
    /// Where logout messages of a SAML partner arrive.
    package var singleLogoutURL: String { "\(root)/slo" }
    /// Where a WS-Federation partner posts its answers.
    package var passiveRequestorURL: String { "\(root)/wsfed" }
    /// Our name towards this partner in SAML and WS-Federation: the audience of what it says. One per connection, so that
    /// what one partner says is meant for no other; our metadata is there.
    package var entityID: String { "\(root)/metadata" }

    private var root: String { "\(base)/\(tenant)/federation/\(partner.name)" }
}

/// What the home is told about whom we expect and how.
package struct SignInHint: Sendable, Hashable {
    package var loginHint: String?
    package var domainHint: String?
    package var uiLocales: [String]
    /// The home is to authenticate the person anew, and must prove that it did.
    package var forcesLogin: Bool
    /// The person said that they mean another account than the one the home took: it is to ask which.
    package var choosesAccount: Bool
    /// Seconds.
    package var maxAge: Int?
    package var acrValues: [String]
    /// How a SAML partner is to compare with them.
    package var contextComparison: SAMLRequestedContext.Comparison

    package init(
        loginHint: String? = nil, domainHint: String? = nil, uiLocales: [String] = [], forcesLogin: Bool = false,
        maxAge: Int? = nil, acrValues: [String] = [], contextComparison: SAMLRequestedContext.Comparison = .exact,
        choosesAccount: Bool = false
    ) {
        self.choosesAccount = choosesAccount
        self.loginHint = loginHint
        self.domainHint = domainHint
        self.uiLocales = uiLocales
        self.forcesLogin = forcesLogin
        self.maxAge = maxAge
        self.acrValues = acrValues
        self.contextComparison = contextComparison
    }
}

/// Evidence that may be used once: Gateway spends it, in the commit that uses it.
package struct SpentEvidence: Sendable, Hashable {
    package var purpose: String
    package var id: String
    package var until: Date

    package init(purpose: String, id: String, until: Date) {
        self.purpose = purpose
        self.id = id
        self.until = until
    }
}

/// What a home vouched for, and how we know.
package struct VouchedIdentity: Sendable, Hashable {
    package var identity: ExternalIdentity
    package var spends: [SpentEvidence]
    package var checks: [Check]
    /// As they arrived, in order: the attributes of an assertion, the members of an ID Token.
    package var claims: [ReceivedClaim] = []
}

/// What a home said of a person, by the home's own name for it.
package struct ReceivedClaim: Sendable, Hashable {
    package var name: String
    package var values: [String]

    package init(_ name: String, _ values: [String]) {
        self.name = name
        self.values = values
    }
}

/// Asks homes, whatever their protocol.
package struct UpstreamProviders: Sendable {
    package let keys: PartnerKeys
    let fetch: PartnerFetch
    let large: LargeMetadata
    private let certificates = CertificateKeys()

    package init(fetch: PartnerFetch, environment: Environment, large: LargeMetadata = .none) {
        self.fetch = fetch
        self.large = large
        keys = PartnerKeys(fetch: fetch, environment: environment)
    }

    package init(fetcher: Fetcher, environment: Environment, large: LargeMetadata) {
        self.init(fetch: PartnerFetch(fetcher), environment: environment, large: large)
    }

    /// The public keys of certificates, base64 DER; those that can't be used are left out.
    package func keys(of certificates: [String]) -> [VerificationKey] { self.certificates.keys(of: certificates) }

    /// Where the browser goes, and what must be kept for its return.
    ///
    /// - Parameter signIn: The sign-in's id, sixteen bytes; it becomes part of the state.
    package func begin(
        _ context: PartnerContext, signIn: [UInt8], hint: SignInHint
    ) async throws(UpstreamError) -> (departure: Departure, transaction: UpstreamTransaction) {
        switch context.partner.connection {
        case .saml(let federation):
            return try SAMLSignIn(context: context, federation: federation, keys: certificates).begin(
                signIn: signIn, hint: hint)
        case .wsFederation(let federation):
            return PassiveSignIn(context: context, federation: federation, keys: certificates).begin(
                signIn: signIn, hint: hint)
        case .oidc, .tenant, .provider, .emailCode:
            if let account = OAuthSignIn(context, fetch: fetch) {
                let begun = try account.begin(signIn: signIn, hint: hint)
                return (.redirect(begun.location), begun.transaction)
            }
            let begun = try await OIDCSignIn(context, keys: keys, fetch: fetch).begin(signIn: signIn, hint: hint)
            return (.redirect(begun.location), begun.transaction)
        }
    }

    /// Reads what the browser brought back.
    ///
    /// - Parameters:
    ///   - transaction: Of this browser, from its sealed cookie.
    ///   - response: Decoded, in order, repetitions kept.
    package func finish(
        _ context: PartnerContext, _ transaction: UpstreamTransaction, response: [(name: String, value: String)]
    ) async throws(UpstreamError) -> VouchedIdentity {
        var checks: [Check] = []
        return try await finish(context, transaction, response: response, checks: &checks)
    }

    /// The same, with the comparisons made until one failed.
    package func finish(
        _ context: PartnerContext, _ transaction: UpstreamTransaction, response: [(name: String, value: String)],
        checks: inout [Check]
    ) async throws(UpstreamError) -> VouchedIdentity {
        switch context.partner.connection {
        case .saml(let federation):
            return try SAMLSignIn(context: context, federation: federation, keys: certificates)
                .finish(transaction, response: response, checks: &checks)
        case .wsFederation(let federation):
            return try PassiveSignIn(context: context, federation: federation, keys: certificates)
                .finish(transaction, response: response, checks: &checks)
        case .oidc, .tenant, .provider, .emailCode:
            let (identity, claims) =
                if let account = OAuthSignIn(context, fetch: fetch) {
                    try await account.finish(transaction, response: response, checks: &checks)
                } else {
                    try await OIDCSignIn(context, keys: keys, fetch: fetch)
                        .finish(transaction, response: response, checks: &checks)
                }
            // Nothing to spend: the token bears the transaction's nonce, and the transaction ends with the sign-in.
            return VouchedIdentity(identity: identity, spends: [], checks: checks, claims: claims)
        }
    }

    /// Reads a response that nobody asked for, of a SAML partner whose setting accepts such.
    package func finishUnsolicited(
        _ context: PartnerContext, response: [(name: String, value: String)], checks: inout [Check]
    ) throws(UpstreamError) -> VouchedIdentity {
        guard case .saml(let federation) = context.partner.connection, federation.acceptsUnsolicited else {
            throw .responseMalformed("nobody asked for it, and the partner's setting accepts no such answer")
        }
        return try SAMLSignIn(context: context, federation: federation, keys: certificates)
            .finish(nil, response: response, checks: &checks)
    }
}
