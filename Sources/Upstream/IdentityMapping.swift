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
        let sources = [claims] + (userInfo.map { [$0] } ?? [])
        var identity = ExternalIdentity(
            key: IdentityKey(issuer: "", subject: ""), partner: context.partner.id, kind: connection.kind,
            authentication: try evidenceOfAuthentication(claims, now),
            evidenceDigest: Hex.encode(Digest.sha256(Array(evidence.utf8))))
        switch connection.subject {
        case .sub(let issuer):
            // The claim rules made sure that it is there.
            guard let subject = claims.subject else { throw .claimMissing("sub") }
            identity.key = IdentityKey(issuer: issuer, subject: subject)
            if connection.kind == .oidc { identity.homeGroups = try groups(sources) }
        case .tenantMember(let home): try TenantMember(home: home).name(&identity, claims, connection, &checks)
        case .microsoftMember(let tenants): try MicrosoftMember(tenants: tenants).name(&identity, claims, &checks)
        }
        setEmail(&identity, sources)
        let names = connection.claims
        identity.displayName = first(sources, names.name)
        identity.givenName = first(sources, names.givenName)
        identity.surname = first(sources, names.familyName)
        identity.preferredLanguage = sources.lazy.compactMap { $0.locale }.first
        checks.append(
            Check("subject", expected: stableSubject, actual: "\(identity.key.issuer) \(shown(identity.key.subject))"))
        return identity
    }

    private var stableSubject: String {
        if case .sub = connection.subject { "sub" } else { "oid" }
    }

    private func groups(_ sources: [Claims]) throws(UpstreamError) -> [String] {
        for source in sources {
            let groups = try source.groups(connection.claims.groups)
            if !groups.isEmpty { return groups }
        }
        return []
    }

    /// The address, and whether the home proved it. A statement about one address never vouches for another, so the two
    /// claims come from one source, or from two that name the same address.
    private func setEmail(_ identity: inout ExternalIdentity, _ sources: [Claims]) {
        let names = connection.claims
        guard let first = sources.first(where: { $0.email(names.email) != nil }), let email = first.email(names.email)
        else { return }
        identity.email = email
        identity.emailIsVerified = sources.contains { $0.email(names.email) == email && proves(email, $0) }
    }

    private func proves(_ email: EmailAddress, _ claims: Claims) -> Bool {
        let verified = connection.claims.emailVerified
        switch connection.emailEvidence {
        case .none: return false
        case .verified: return claims.isTrue(verified)
        case .verifiedAsText: return claims.isTrueOrSaysSo(verified)
        case .ownDomains(let domains): return domains.contains(email.domain.description)
        case .google:
            guard claims.isTrue(verified) else { return false }
            return Provider.google.ownDomains.contains(email.domain.description)
                || claims.object["hd"]?.string.map { !$0.isEmpty } ?? false
        case .domainOwner(let alsoVerified):
            return claims.isTrue("xms_edov") || claims.object["xms_edov"]?.integer == 1
                || alsoVerified && claims.isTrue(verified)
        }
    }

    private func first(_ sources: [Claims], _ name: String) -> String? {
        sources.lazy.compactMap { $0.display(name) }.first
    }

    private func evidenceOfAuthentication(
        _ claims: Claims, _ now: Date
    ) throws(UpstreamError) -> AuthenticationEvidence {
        let methods = claims.methods
        // Without auth_time the person was authenticated at some time before the token was issued.
        let time = claims.object["auth_time"]?.double ?? claims.object["iat"]?.double
        let at = time.map { Date(timeIntervalSince1970: $0) } ?? now
        var evidence = AuthenticationEvidence(
            authenticatedAt: min(at, now), methods: methods, context: claims.display("acr"))
        switch connection.factorEvidence {
        case .none: break
        case .methods: evidence.multiFactor = methods.isEmpty ? nil : methods.contains("mfa")
        case .tenantClaims:
            evidence.multiFactor = try claims.truth("vst_mfa")
            evidence.deviceIsCompliant = try claims.truth("vst_device_compliant")
            evidence.deviceIsHybridJoined = try claims.truth("vst_device_joined")
        }
        return evidence
    }
}

/// A member of another tenant of Vestibule: `tid` is the tenant that was asked, `oid` the person.
private struct TenantMember {
    let home: Tenant.ID

    func name(
        _ identity: inout ExternalIdentity, _ claims: Claims, _ connection: OIDCConnectionProfile,
        _ checks: inout [Check]
    ) throws(UpstreamError) {
        let tenant = claims.object["tid"]?.string
        guard let tenant, tenant.isExactly(home.description) else {
            checks.append(
                Check("claim.tid", expected: home.description, actual: tenant.map { shown($0) }, passed: false))
            throw .otherTenant(expected: home.description, actual: tenant.map { shown($0) })
        }
        checks.append(Check("claim.tid", expected: home.description))
        let user = try claims.objectID("oid")
        try claims.requireMember(&checks)
        identity.key = IdentityKey(issuer: connection.provider.issuer, subject: user)
        identity.homeTenant = home.description
        identity.homeUser = user
        identity.homeGroups = try claims.groups("groups")
    }
}

/// A member of an organisation at Microsoft. The claim rules have compared `iss` with `tid`; which tenants are welcome is
/// decided here.
private struct MicrosoftMember {
    let tenants: MicrosoftTenants

    func name(
        _ identity: inout ExternalIdentity, _ claims: Claims, _ checks: inout [Check]
    ) throws(UpstreamError) {
        let tenant = claims.object["tid"]?.string ?? ""
        let issuer = claims.object["iss"]?.string ?? ""
        guard tenants.admits(tenant), issuer.isExactly("\(tenants.origin)/\(tenant)/v2.0") else {
            checks.append(Check("claim.tid", expected: tenants.described, actual: shown(tenant), passed: false))
            throw .otherTenant(expected: tenants.described, actual: tenant.isEmpty ? nil : shown(tenant))
        }
        checks.append(Check("claim.tid", expected: tenants.described, actual: tenant))
        let user = try claims.objectID("oid")
        try claims.requireMember(&checks)
        // Who signed in with another provider is there as a guest: `idp` is left out where it is the tenant itself.
        if let home = claims.object["idp"] {
            let own = ["https://sts.windows.net/\(tenant)/", issuer]
            guard let name = home.string, own.contains(where: { $0.isExactly(name) }) || tenants.isConsumers else {
                checks.append(
                    Check("claim.idp", expected: issuer, actual: home.string.map { shown($0) }, passed: false))
                throw .guestAtHome
            }
        }
        // Past two hundred groups only a pointer is sent, and rules must not be made with none.
        if claims.object["hasgroups"]?.bool == true || claims.object["_claim_names"]?["groups"] != nil {
            throw .claimMalformed("groups", reason: "the home did not send them, because they are too many")
        }
        identity.key = IdentityKey(issuer: issuer, subject: user)
        if !tenants.isConsumers {
            identity.homeTenant = tenant
            identity.homeUser = user
            identity.homeGroups = try claims.groups("groups")
        }
        identity.userPrincipalName = claims.email("preferred_username")
    }
}

extension Claims {
    /// An object id as its tenant writes it.
    fileprivate func objectID(_ name: String) throws(UpstreamError) -> String {
        guard let text = object[name]?.string else { throw .claimMissing(name) }
        guard let id = User.ID(text), id.description.isExactly(text) else {
            throw .claimMalformed(name, reason: "it is no identifier of a user")
        }
        return text
    }

    /// A tenant vouches for its own people; whom it merely lets in is somebody else's to vouch for.
    fileprivate func requireMember(_ checks: inout [Check]) throws(UpstreamError) {
        if let kind = object["acct"], kind.integer != 0 {
            checks.append(Check("claim.acct", expected: "0", actual: kind.integer.map { "\($0)" }, passed: false))
            throw kind.integer == 1 ? .guestAtHome : .claimMalformed("acct", reason: "it is neither 0 nor 1")
        }
        checks.append(Check("claim.acct", expected: "0"))
    }
}
