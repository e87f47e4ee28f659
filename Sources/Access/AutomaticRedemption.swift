package import Directory

/// Whether a redemption leaves out the consent prompt and the invitation's mail (access-policy §3): only where the home
/// says so outbound for us, and we inbound for the home. Consent to applications is another matter.
///
/// - Parameter home: The home's side; nil where the home is not of this installation: then it has not said so.
package func automaticRedemption(
    from organization: HomeOrganization, access: CrossTenantAccess, home: HomeSide?
) -> (isAutomatic: Bool, reasons: [Reason]) {
    func reason(_ rule: String, _ isMet: Bool, _ side: String, _ entry: OrganizationIdentifier?, _ name: String)
        -> Reason
    {
        Reason(
            "redemption.\(rule)", met: isMet,
            isMet ? "\(side) allows automatic redemption." : "\(side) does not allow automatic redemption.",
            setting:
                "policies/crossTenantAccessPolicy/partners/\(entry?.name ?? "-")/automaticUserConsentSettings/\(name)"
        )
    }
    let theirs = home.flatMap { $0.access.entry(for: $0.destination) }
    let ours = access.entry(for: organization)
    let reasons = [
        reason(
            "automaticAtHome", theirs?.1.automaticConsent.outbound == true, "The home", theirs?.0, "outboundAllowed"),
        reason(
            "automaticHere", ours?.1.automaticConsent.inbound == true, "This organisation", ours?.0, "inboundAllowed"),
    ]
    return (reasons.allSatisfy(\.met), reasons)
}
