package import Directory

/// Why somebody whom nobody here knows may not sign up by themselves.
package enum SignUpDenial: Sendable, Hashable, CaseIterable {
    case noUserFlow
    case signUpSwitchedOff
    case homeNotAdmitted
    case ownDomain
    case domainBlocked
    case addressTaken
}

/// Everything that the offer of a sign-up depends on.
package struct SignUpQuestion: Sendable, Hashable {
    /// Of the application that the person came for; nil: it has none.
    package var flow: UserFlow?
    package var partner: Partner.ID?
    package var kind: Partner.Kind
    /// Proven, by the home that vouched or by our own code.
    package var address: EmailAddress
    /// A user of the tenant has the address, however they signed in so far. An address never links a second identity to
    /// somebody, and never makes a second somebody (nOAuth).
    package var isAddressTaken: Bool
    package var tenant: Tenant

    package init(
        flow: UserFlow?, partner: Partner.ID?, kind: Partner.Kind, address: EmailAddress, isAddressTaken: Bool,
        tenant: Tenant
    ) {
        self.flow = flow
        self.partner = partner
        self.kind = kind
        self.address = address
        self.isAddressTaken = isAddressTaken
        self.tenant = tenant
    }
}

/// Whether a stranger may sign up. All rules must be met.
package func signUpOffer(for question: SignUpQuestion) -> Verdict<SignUpDenial> {
    guard let flow = question.flow else {
        return Verdict(asking: [
            (.noUserFlow, Reason("signUp.userFlow", met: false, "The application has no user flow."))
        ])
    }
    let domain = question.address.domain
    let general = signUpDecision(
        domain: domain, settings: InvitationSettings(collaboration: ExternalCollaboration(question.tenant))
    ).reasons
    let admits = flow.providers.admits(question.partner, kind: question.kind)
    let isOwn = question.tenant.domains.contains(domain)
    return Verdict(asking: [
        (
            .noUserFlow,
            Reason(
                "signUp.userFlow", met: true, "The application has the user flow \(flow.id).",
                setting: "userFlows/\(flow.id)/applications")
        ),
        (.signUpSwitchedOff, general.first { $0.rule == "collaboration.signUp" }),
        (
            .homeNotAdmitted,
            Reason(
                "signUp.home", met: admits,
                "The user flow \(admits ? "admits" : "does not admit") the home that vouched.",
                setting: "userFlows/\(flow.id)/providers")
        ),
        (
            .ownDomain,
            Reason(
                "signUp.ownDomain", met: !isOwn,
                isOwn ? "\(domain) is the organisation's own." : "\(domain) is not the organisation's own.")
        ),
        (.domainBlocked, general.first { $0.rule == "collaboration.domain" }),
        (
            .addressTaken,
            Reason(
                "signUp.addressFree", met: !question.isAddressTaken,
                question.isAddressTaken
                    ? "A user of the organisation has the address already." : "Nobody here has the address.")
        ),
    ])
}
