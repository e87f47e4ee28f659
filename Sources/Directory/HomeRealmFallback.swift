/// What is left for an address whose domain has no home: the tenant's fallback (`RedemptionOrder`).
extension HomeRealmSteps {
    mutating func fallback(_ domain: DomainName) -> Home {
        let fallback = tenant.redemption.fallback
        note(
            "home.fallback", true, "The domain has no home, so the fallback decides: \(fallback.rawValue).",
            setting: "tenant/redemption")
        let microsoft = question.partners.first { $0.kind == .microsoftAccount }
        switch fallback {
        case .emailCode: return mailedCode(otherwise: .noHome(domain))
        case .microsoftAccount:
            guard let microsoft else {
                note("home.microsoftAccount", false, "No partner is for Microsoft accounts.", setting: "partners")
                return .refuse(.noHome(domain))
            }
            return microsoftAccount(microsoft, domain)
        case .standard:
            if let microsoft, microsoft.leads(domain) {
                note("home.microsoftDomain", true, "\(domain) is Microsoft's own, so the address is an account there.")
                return use(microsoft)
            }
            let code = mailedCode(otherwise: .noHome(domain))
            guard case .refuse = code, let microsoft, microsoft.isEnabled else { return code }
            return microsoftAccount(microsoft, domain)
        }
    }

    /// An account that the person has, or makes: what Microsoft knows of the address, we don't.
    private mutating func microsoftAccount(_ partner: Partner, _ domain: DomainName) -> Home {
        guard case .partner = use(partner) else { return .refuse(.partnerUnavailable(partner.name)) }
        if partner.leads(domain) { return .partner(partner) }
        note("home.microsoftAccount", true, "The person needs a Microsoft account for this address.")
        return .offerMicrosoftAccount(partner)
    }

    mutating func mailedCode(otherwise refusal: HomeRealmRefusal) -> Home {
        let partner = question.partners.first { $0.kind == .emailCode }
        guard tenant.emailCodeEnabled, partner?.isEnabled ?? true else {
            note("home.emailCode", false, "Mailed codes are off.", setting: "tenant/emailCodeEnabled")
            return .refuse(refusal)
        }
        note(
            "home.emailCode", true, "The address proves itself with a mailed code.", setting: "tenant/emailCodeEnabled")
        return .emailCode(partner)
    }
}
