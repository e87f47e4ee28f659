internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import JOSE

/// Turns verified claims into the identity that the rest of the gateway knows.
struct IdentityMapping {
    let context: PartnerContext
    let connection: OIDCConnectionProfile

    /// - Parameter evidence: The token as received; its digest is kept.
    func identity(
        _ token: VerifiedJWT, evidence: String, userInfo: Claims?, now: Date, checks: inout [Check]
    ) throws(UpstreamError) -> ExternalIdentity {
        let claims = Claims(token.claims)
        var identity: ExternalIdentity
        let digest = Hex.encode(Digest.sha256(Array(evidence.utf8)))
        let authentication = evidenceOfAuthentication(claims, token, now)
        switch connection.profile {
        case .generic:
            // The claim rules made sure that it is there.
            guard let subject = claims.subject else { throw .claimMissing("sub") }
            identity = ExternalIdentity(
                key: IdentityKey(issuer: connection.issuer, subject: subject), partner: context.partner.id,
                kind: .oidc, authentication: authentication, evidenceDigest: digest)
            identity.homeGroups = try claims.groups(connection.claims.groups)
            if identity.homeGroups.isEmpty, let userInfo {
                identity.homeGroups = try userInfo.groups(connection.claims.groups)
            }
        case .tenant(let home):
            identity = try tenantIdentity(home, claims, authentication, digest, &checks)
        }
        let sources = [claims] + (userInfo.map { [$0] } ?? [])
        setEmail(&identity, sources)
        let names = connection.claims
        identity.displayName = first(sources, names.name)
        identity.givenName = first(sources, names.givenName)
        identity.surname = first(sources, names.familyName)
        identity.preferredLanguage = sources.lazy.compactMap { $0.display("locale", limit: 35) }.first
        checks.append(
            Check("subject", expected: stableSubject, actual: "\(identity.key.issuer) \(shown(identity.key.subject))"))
        return identity
    }

    private var stableSubject: String {
        if case .tenant = connection.profile { "oid" } else { "sub" }
    }

    /// A member of another tenant of Vestibule, in claims of our own: `vst_mfa`, `vst_device_compliant`,
    /// `vst_device_joined`.
    private func tenantIdentity(
        _ home: Tenant.ID, _ claims: Claims, _ authentication: AuthenticationEvidence, _ digest: String,
        _ checks: inout [Check]
    ) throws(UpstreamError) -> ExternalIdentity {
        let tenant = claims.object["tid"]?.string
        guard let tenant, tenant.isExactly(home.description) else {
            checks.append(
                Check("claim.tid", expected: home.description, actual: tenant.map { shown($0) }, passed: false))
            throw .otherTenant(expected: home.description, actual: tenant.map { shown($0) })
        }
        checks.append(Check("claim.tid", expected: home.description))
        guard let text = claims.object["oid"]?.string else { throw .claimMissing("oid") }
        guard let user = User.ID(text), user.description.isExactly(text) else {
            throw .claimMalformed("oid", reason: "it is no identifier of a user")
        }
        // A tenant vouches for its own people; whom it merely lets in is somebody else's to vouch for.
        if let kind = claims.object["acct"], kind.integer != 0 {
            checks.append(Check("claim.acct", expected: "0", actual: kind.integer.map { "\($0)" }, passed: false))
            throw kind.integer == 1 ? .guestAtHome : .claimMalformed("acct", reason: "it is neither 0 nor 1")
        }
        checks.append(Check("claim.acct", expected: "0"))
        var authentication = authentication
        authentication.multiFactor = try claims.truth("vst_mfa")
        authentication.deviceIsCompliant = try claims.truth("vst_device_compliant")
        authentication.deviceIsHybridJoined = try claims.truth("vst_device_joined")
        return ExternalIdentity(
            key: IdentityKey(issuer: connection.issuer, subject: user.description), partner: context.partner.id,
            kind: .tenant, authentication: authentication, evidenceDigest: digest, homeTenant: home.description,
            homeUser: user.description, homeGroups: try claims.groups("groups"))
    }

    /// The address, and whether the home proved it. A statement about one address never vouches for another, so the two
    /// claims come from one source, or from two that name the same address.
    private func setEmail(_ identity: inout ExternalIdentity, _ sources: [Claims]) {
        let names = connection.claims
        guard let first = sources.first(where: { $0.email(names.email) != nil }), let email = first.email(names.email)
        else { return }
        identity.email = email
        identity.emailIsVerified =
            connection.trustsVerifiedEmail
            && sources.contains { $0.email(names.email) == email && isVerified($0) }
    }

    private func isVerified(_ claims: Claims) -> Bool {
        guard case .tenant = connection.profile else { return claims.isTrue(connection.claims.emailVerified) }
        // Tenants say it as Entra does: the domain of the address is the account's tenant's own.
        return claims.isTrue("xms_edov") || claims.object["xms_edov"]?.integer == 1
            || claims.isTrue(connection.claims.emailVerified)
    }

    private func first(_ sources: [Claims], _ name: String) -> String? {
        sources.lazy.compactMap { $0.display(name) }.first
    }

    private func evidenceOfAuthentication(_ claims: Claims, _ token: VerifiedJWT, _ now: Date) -> AuthenticationEvidence
    {
        let methods = claims.methods
        // Without auth_time the person was authenticated at some time before the token was issued.
        let time = claims.object["auth_time"]?.double ?? claims.object["iat"]?.double
        let at = time.map { Date(timeIntervalSince1970: $0) } ?? now
        return AuthenticationEvidence(
            authenticatedAt: min(at, now), methods: methods, context: claims.display("acr"),
            multiFactor: methods.isEmpty ? nil : methods.contains("mfa"))
    }
}
