/// Whether a partner's word on an address in a domain counts, and why.
package struct PartnerVoice: Sendable, Hashable {
    package var isHeard: Bool
    package var reasons: [Reason]
}

/// A SAML or WS-Federation partner speaks for the domains that are listed for it and proven, and for no others, those
/// beneath them included (protocols-and-threats §5, "federated domain spoofing").
///
/// - Parameters:
///   - domain: Of the address that the partner asserts.
///   - signInURL: The partner's passive sign-in URL now: a proof counts for the URL it was made for.
///   - proof: Of this tenant, partner and domain; nil: there is none.
package func partnerVoice(
    of partner: Partner, at signInURL: String, for domain: DomainName, proof: DomainProof?, tenant: Tenant
) -> PartnerVoice {
    var reasons: [Reason] = []
    func note(_ rule: String, _ met: Bool, _ detail: String, _ setting: String?) -> Bool {
        reasons.append(Reason(rule, met: met, detail, setting: setting))
        return met
    }
    let list = "partners/\(partner.id)/domains"
    let isListed = partner.domains.contains(domain)
    guard
        note(
            "domain.listed", isListed, "\(domain) is \(isListed ? "" : "not ")listed for the partner \(partner.name).",
            list)
    else { return PartnerVoice(isHeard: false, reasons: reasons) }
    let isForeign = !tenant.domains.contains(domain)
    guard
        note(
            "domain.notOwn", isForeign,
            isForeign
                ? "\(domain) is not a domain of this organisation."
                : "\(domain) is a domain of this organisation, for which no partner speaks.", "tenant/domains")
    else { return PartnerVoice(isHeard: false, reasons: reasons) }
    let claim = DomainClaim(domain: domain, subject: .partner(partner.id), reference: signInURL)
    guard let proof, proof.claim == claim else {
        let detail =
            proof == nil
            ? "Nobody has proven yet that \(partner.name) may speak for \(domain)."
            : "The proof of \(domain) is for another sign-in page than \(signInURL)."
        return PartnerVoice(isHeard: note("domain.proof", false, detail, list), reasons: reasons)
    }
    let isHeard = note("domain.proof", proof.isProven, sentence(proof), list)
    return PartnerVoice(isHeard: isHeard, reasons: reasons)
}

private func sentence(_ proof: DomainProof) -> String {
    let domain = proof.claim.domain
    switch proof.state {
    case .proven(.operatorsWord, _): return "The operator vouches for \(domain)."
    case .proven(.signInHost, _): return "\(domain) is proven: the sign-in page is at it or under it."
    case .proven(.record, _): return "\(domain) is proven by its TXT record."
    case .unproven: return "\(domain) is not proven. \(proof.detail)"
    case .lapsed: return "The proof of \(domain) has lapsed. \(proof.detail)"
    }
}

/// Whether a tenant may have a domain as its own: a domain has one owner in the installation, and no partner of the same
/// tenant speaks for it. All must be met.
///
/// - Parameters:
///   - owner: The tenant that has it now, or let it go so lately that nobody else can have it.
///   - partners: The tenant's.
package func ownershipRules(
    _ domain: DomainName, for tenant: Tenant.ID, owner: Tenant.ID?, partners: [Partner]
) -> [Reason] {
    let isFree = owner == nil || owner == tenant
    let listing = partners.first { $0.domains.contains(domain) }
    return [
        Reason(
            "domain.owner", met: isFree,
            isFree
                ? "No other organisation here has \(domain)."
                : "\(domain) belongs to another organisation here, or did less than 30 days ago."),
        Reason(
            "domain.notPartner", met: listing == nil,
            listing.map { "\(domain) is listed for the partner \($0.name), so it can't be the organisation's own." }
                ?? "No partner of the organisation lists \(domain).", setting: "partners"),
    ]
}
