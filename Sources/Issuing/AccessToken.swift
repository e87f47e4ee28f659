package import Directory
package import FoundationEssentials
package import JOSE
internal import JSON
package import Storage

/// How a client proved itself: `azpacr` (Entra).
package enum ClientProof: String, Sendable, Hashable {
    case publicClient = "0"
    case secret = "1"
    /// A certificate or a signed assertion.
    case key = "2"
}

/// What both kinds of access token say: for whom, to whom, until when.
package struct AccessTokenTerms: Sendable {
    package var client: Application.AppID
    package var clientProof: ClientProof
    /// `aud`: the API's appId, or its identifier URI by setting; our own userinfo where no API was asked for.
    package var audience: String
    /// `jti` and `uti`: 16 random bytes.
    package var tokenID: [UInt8]
    package var issuedAt: Date
    /// Seconds.
    package var lifetime: Int

    package init(
        client: Application.AppID, clientProof: ClientProof, audience: String, tokenID: [UInt8], issuedAt: Date,
        lifetime: Int
    ) {
        self.client = client
        self.clientProof = clientProof
        self.audience = audience
        self.tokenID = tokenID
        self.issuedAt = issuedAt
        self.lifetime = lifetime
    }
}

/// An access token for a person, to one API (RFC 9068 §2.2, and Entra's v2.0 claims beside).
package struct DelegatedTokenFacts: Sendable {
    package var terms: AccessTokenTerms
    package var who: SignedInUser
    /// The API, whose pairwise subject the token carries; nil: our own userinfo, and then the client's subject.
    package var resource: Application.AppID?
    /// Names without the resource: `scope` and Entra's `scp`.
    package var scopes: [String]
    /// Values of the roles that the user has in the API.
    package var roles: [String]
    /// `gid`, a claim of our own: the grant that the token belongs to. Userinfo, introspection and the management API
    /// look there whether it, the user and the partner still stand.
    package var grant: SignInID

    package init(
        terms: AccessTokenTerms, who: SignedInUser, resource: Application.AppID?, scopes: [String],
        roles: [String] = [], grant: SignInID
    ) {
        self.terms = terms
        self.who = who
        self.resource = resource
        self.scopes = scopes
        self.roles = roles
        self.grant = grant
    }
}

/// An access token for the application itself (client credentials). It has no grant and no row: it ends by expiring.
package struct ApplicationTokenFacts: Sendable {
    package var terms: AccessTokenTerms
    /// `oid`: the application's service principal in this tenant.
    package var servicePrincipal: Directory.ID<Application.ServicePrincipal>
    /// Values of the API's roles that the application holds.
    package var roles: [String]

    package init(
        terms: AccessTokenTerms, servicePrincipal: Directory.ID<Application.ServicePrincipal>, roles: [String]
    ) {
        self.terms = terms
        self.servicePrincipal = servicePrincipal
        self.roles = roles
    }
}

extension TokenIssuer {
    /// - Throws: ``IssuingError/noActiveKey(purpose:algorithm:)``, ``IssuingError/signing(_:)``.
    package func accessToken(
        _ facts: DelegatedTokenFacts, algorithm: SignatureAlgorithm
    ) throws(IssuingError) -> [UInt8] {
        try sign(algorithm, as: .accessToken) { writer in
            let user = facts.who.user
            write(facts.terms, subject: subject(of: user.id, at: facts.resource ?? facts.terms.client), to: &writer)
            let scope = facts.scopes.joined(separator: " ")
            writer.member("scope", scope)
            writer.member("scp", scope)
            writer.member("roles", ifAny: facts.roles)
            writer.member("auth_time", facts.who.authenticatedAt)
            writer.member("acr", ifPresent: facts.who.context)
            writer.member("amr", ifAny: facts.who.methods)
            writer.member("oid", user.id.description)
            writer.member("idp", ifPresent: facts.who.identityProvider)
            writer.member("sid", ifPresent: facts.who.session)
            writer.member("gid", facts.grant.description)
        }
    }

    /// RFC 9068 §2.2: where nobody stands behind the client, `sub` is the client. It can't be taken for a user's, which
    /// is 43 characters long.
    ///
    /// - Throws: ``IssuingError/noActiveKey(purpose:algorithm:)``, ``IssuingError/signing(_:)``.
    package func accessToken(
        _ facts: ApplicationTokenFacts, algorithm: SignatureAlgorithm
    ) throws(IssuingError) -> [UInt8] {
        try sign(algorithm, as: .accessToken) { writer in
            write(facts.terms, subject: facts.terms.client.description, to: &writer)
            writer.member("roles", ifAny: facts.roles)
            writer.member("oid", facts.servicePrincipal.description)
            writer.member("idtyp", "app")
        }
    }

    private func write(_ terms: AccessTokenTerms, subject: String, to writer: inout JSONWriter) {
        let client = terms.client.description
        let id = uniqueTokenID(terms.tokenID)
        writer.member("ver", "2.0")
        writer.member("iss", issuer)
        writer.member("sub", subject)
        writer.member("aud", terms.audience)
        writer.member("exp", terms.issuedAt.addingTimeInterval(Double(terms.lifetime)))
        writer.member("iat", terms.issuedAt)
        writer.member("nbf", terms.issuedAt)
        writer.member("jti", id)
        writer.member("uti", id)
        writer.member("client_id", client)
        writer.member("azp", client)
        writer.member("azpacr", terms.clientProof.rawValue)
        writer.member("tid", tenantID)
    }
}
