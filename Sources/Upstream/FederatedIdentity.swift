internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import SAML

/// Turns a verified assertion, of SAML 2.0 or of a WS-Federation token, into the identity that the rest of the gateway
/// knows.
struct FederatedIdentityMapping {
    let partner: Partner
    let mapping: AttributeMapping

    /// - Throws: ``UpstreamError/claimMissing(_:)`` where the stable subject is not there, and
    ///   ``UpstreamError/domainNotListed(_:)`` for an address that the partner may not speak for.
    func identity(
        _ assertion: VerifiedAssertion, checks: inout [Check]
    ) throws(UpstreamError) -> ExternalIdentity {
        let subject = try self.subject(of: assertion)
        checks.append(
            Check("subject", expected: subjectName, actual: "\(assertion.issuer) \(shown(subject))"))
        var identity = ExternalIdentity(
            key: IdentityKey(issuer: assertion.issuer, subject: subject), partner: partner.id, kind: partner.kind,
            authentication: evidence(of: assertion), evidenceDigest: Hex.encode(assertion.evidenceDigest),
            homeGroups: try groups(of: assertion))
        identity.email = try email(of: assertion, checks: &checks)
        // Whether its word on an address is proof depends on a proof of the domain, which is Gateway's to know.
        identity.emailIsVerified = false
        identity.displayName = first(mapping.displayName, in: assertion)
        identity.givenName = first(mapping.givenName, in: assertion)
        identity.surname = first(mapping.surname, in: assertion)
        let name = assertion.subject
        identity.federatedSession = FederatedSession(
            nameID: name.value, format: name.format, nameQualifier: name.nameQualifier,
            spNameQualifier: name.spNameQualifier, sessionIndex: assertion.sessionIndex,
            notOnOrAfter: assertion.sessionNotOnOrAfter)
        return identity
    }

    private var subjectName: String { mapping.subject.first ?? "NameID" }

    private func subject(of assertion: VerifiedAssertion) throws(UpstreamError) -> String {
        if mapping.subject.isEmpty {
            // Another at every sign-in: nobody could be found again by it.
            guard assertion.subject.format != SAMLNameIDFormat.transient else { throw .transientSubject }
            return assertion.subject.value
        }
        for name in mapping.subject {
            guard let values = assertion.values(name) else { continue }
            guard values.count == 1, let value = values.first else {
                throw .claimMalformed(name, reason: "it has \(values.count) values where one is the subject")
            }
            guard SAMLNameID.isIdentifier(value) else {
                throw .claimMalformed(name, reason: "\(shown(value)) can't be kept as an identifier")
            }
            return value
        }
        throw .claimMissing(mapping.subject.joined(separator: " or "))
    }

    /// The address, which must be in a domain listed for the partner (AADSTS5000819): whoever could assert any address
    /// could take over any guest.
    private func email(
        of assertion: VerifiedAssertion, checks: inout [Check]
    ) throws(UpstreamError) -> EmailAddress? {
        let isAddress = assertion.subject.format == SAMLNameIDFormat.emailAddress
        let values = mapping.email.lazy.compactMap { assertion.values($0) }.first ?? []
        guard let text = values.first ?? (isAddress ? assertion.subject.value : nil) else { return nil }
        guard let email = EmailAddress(text) else {
            throw .claimMalformed("email", reason: "\(shown(text)) is no address that can be invited")
        }
        let listed = partner.domains.contains(email.domain)
        checks.append(
            Check(
                "email.domain", expected: partner.domains.map(\.description).joined(separator: " "),
                actual: email.domain.description, passed: listed))
        guard listed else { throw .domainNotListed(email.domain.description) }
        return email
    }

    /// An empty value is how some products write that there is none.
    private func groups(of assertion: VerifiedAssertion) throws(UpstreamError) -> [String] {
        try Claims.groups(
            all(mapping.groups, in: assertion).filter { !$0.isEmpty }, of: mapping.groups.first ?? "groups")
    }

    private func evidence(of assertion: VerifiedAssertion) -> AuthenticationEvidence {
        let methods = all(mapping.methods, in: assertion).filter { (1...Claims.longestGroup).contains($0.utf8.count) }
            .prefix(Claims.mostMethods).map(\.self)
        let said = methods + [assertion.contextClass].compactMap { $0 }
        return AuthenticationEvidence(
            authenticatedAt: assertion.authenticatedAt, methods: methods, context: assertion.contextClass,
            multiFactor: said.isEmpty ? nil : said.contains { mapping.multiFactorValues.contains($0) },
            deviceIsCompliant: truth(mapping.deviceIsCompliant, in: assertion),
            deviceIsHybridJoined: truth(mapping.deviceIsHybridJoined, in: assertion))
    }

    private func first(_ names: [String], in assertion: VerifiedAssertion) -> String? {
        names.lazy.compactMap { assertion.values($0)?.first { Claims.isFit($0) } }.first
    }

    private func all(_ names: [String], in assertion: VerifiedAssertion) -> [String] {
        names.lazy.compactMap { assertion.values($0) }.first ?? []
    }

    /// Nil where the partner says nothing; anything but `true` is no.
    private func truth(_ names: [String], in assertion: VerifiedAssertion) -> Bool? {
        names.lazy.compactMap { assertion.values($0) }.first.map { $0 == ["true"] }
    }
}
