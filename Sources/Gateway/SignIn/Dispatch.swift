internal import Access
internal import Directory

/// Everything that the choice of the next step reads, gathered by `SignInFlow.facts`.
struct SignInFacts: Sendable {
    var request: SignInRequest?
    var address: EmailAddress?
    /// A code was mailed in this sign-in.
    var emailCodeSent: Bool
    /// Who the person is: vouched for in this sign-in, or by the session that is used.
    var identity: ExternalIdentity?
    /// The name of the home that vouched, where it may no longer.
    var fallenHome: String?
    /// Nil until there is an identity.
    var mapping: GuestMapping?
    var acceptedRedemption: Bool
    /// Of a stranger who may sign up.
    var signUp: SignUpStanding?
    /// Of a stranger with the proven address of a guest, who signed in another way.
    var otherGuest: User.ID?
    /// Nil until a user is known.
    var decision: AccessDecision?
    var consent: ConsentNeed
    /// Nil once there is an identity.
    var home: Home?
}

/// What the application wants that nobody has allowed it yet.
enum ConsentNeed: Sendable, Hashable {
    case none
    /// The person may allow these.
    case person([Application.Scope])
    /// Only an administrator may.
    case administrator([Application.Scope])
}

/// What happens next in a sign-in.
enum NextStep: Sendable, Hashable {
    case chooseHome(offered: [Partner], prefill: String?)
    case askPartner(Partner)
    /// A page that says what the address needs, with a button that leads there.
    case offerMicrosoftAccount(Partner, EmailAddress)
    case askHostedTenant(Tenant.ID)
    case askPassword(EmailAddress)
    /// A page with a button: nothing is ever mailed because of a GET.
    case offerEmailCode(EmailAddress)
    case askEmailCode(EmailAddress)
    case redeem(InvitedGuest)
    /// The organisation's own service has a say before anything is asked.
    case askConnector(SignUpStanding, APIConnector.ID)
    case collectAttributes(SignUpStanding)
    case askConsent([Application.Scope])
    case issue(User)
    case refuse(Refusal, [String: String])
    /// The account that signed in is not the one that was invited: the person can change it with one click.
    ///
    /// - Parameters:
    ///   - canProve: Whether a code to the invited address would let this account redeem.
    case changeAccount(invited: EmailAddress, canProve: Bool)
}

/// The only place that chooses what happens next. Steps never route to each other; each returns here with the sign-in as
/// it now stands.
func nextStep(for facts: SignInFacts) -> NextStep {
    guard let identity = facts.identity else { return stepToIdentity(facts) }
    if let home = facts.fallenHome { return .refuse(.partnerUnavailable, ["home": home]) }
    let user: User
    switch facts.mapping {
    case .known(let known): user = known
    case .redeem(let invited):
        guard facts.acceptedRedemption else {
            return facts.isSilent ? .refuse(.consentRequired, [:]) : .redeem(invited)
        }
        user = invited.user
    case .proveAddress(let address):
        if facts.isSilent { return .refuse(.noSession, [:]) }
        return facts.emailCodeSent ? .askEmailCode(address) : .offerEmailCode(address)
    case .refuse(let refusal):
        if case .stranger = refusal, let other = facts.otherGuest {
            return step(for: .guestHasOtherIdentity(other), identity, facts)
        }
        guard case .stranger = refusal, let signUp = facts.signUp, !facts.isSilent else {
            return step(for: refusal, identity, facts)
        }
        if let next = step(in: signUp, facts.decision) { return next }
        user = signUp.user
    case nil: return .refuse(.serverFault, ["error": "an identity without a mapping"])
    }
    switch facts.decision {
    case .deny(let refusal, _): return .refuse(refusal, ["user": user.userPrincipalName])
    case nil: return .refuse(.serverFault, ["error": "a user without a decision"])
    case .allow: break
    }
    switch facts.consent {
    case .none: return .issue(user)
    case .administrator(let scopes):
        return .refuse(.adminConsentRequired, ["scopes": scopes.map(\.value).joined(separator: " ")])
    case .person(let scopes):
        return facts.isSilent
            ? .refuse(.consentRequired, ["scopes": scopes.map(\.value).joined(separator: " ")]) : .askConsent(scopes)
    }
}

extension SignInFacts {
    fileprivate var isSilent: Bool { request?.isSilent ?? false }
}

/// Nil: the user can be made.
private func step(in signUp: SignUpStanding, _ decision: AccessDecision?) -> NextStep? {
    let address = signUp.address.description
    switch signUp.step {
    case .ended(.stopped(let connector, let message)):
        return .refuse(.signUpStopped, ["connector": connector, "message": message, "address": address])
    case .ended(.unavailable(let connector, let cause)):
        return .refuse(.signUpUnavailable, ["connector": connector, "error": cause, "address": address])
    case .ready: return nil
    case .askConnector, .answer: break
    }
    // Whoever could not use the application is not asked for anything.
    if case .deny(let refusal, _)? = decision { return .refuse(refusal, ["user": address]) }
    if case .askConnector(let connector) = signUp.step { return .askConnector(signUp, connector) }
    return .collectAttributes(signUp)
}

private func stepToIdentity(_ facts: SignInFacts) -> NextStep {
    if facts.isSilent { return .refuse(.noSession, [:]) }
    switch facts.home {
    case .ask(let offered, let prefill): return .chooseHome(offered: offered, prefill: prefill)
    case .partner(let partner): return .askPartner(partner)
    case .offerMicrosoftAccount(let partner):
        return facts.address.map { .offerMicrosoftAccount(partner, $0) } ?? .askPartner(partner)
    case .hostedTenant(let tenant): return .askHostedTenant(tenant)
    case .localPassword:
        return facts.address.map { .askPassword($0) } ?? .chooseHome(offered: [], prefill: facts.request?.loginHint)
    case .emailCode:
        guard let address = facts.address else {
            return .chooseHome(offered: [], prefill: facts.request?.loginHint)
        }
        return facts.emailCodeSent ? .askEmailCode(address) : .offerEmailCode(address)
    case .refuse(.noHome(let domain)): return .refuse(.noHomeForAddress, ["domain": domain.description])
    case .refuse(.partnerUnavailable(let name)): return .refuse(.partnerUnavailable, ["home": name])
    case .refuse(.emailCodeOff): return .refuse(.partnerUnavailable, ["home": "the mailed code"])
    case nil: return .refuse(.serverFault, ["error": "neither an identity nor a home"])
    }
}

private func step(
    for refusal: GuestMappingRefusal, _ identity: ExternalIdentity, _ facts: SignInFacts
) -> NextStep {
    let who = identity.email?.description ?? identity.displayName ?? identity.key.subject
    switch refusal {
    case .stranger: return .refuse(.noMatchingGuest, ["identity": who, "home": identity.key.issuer])
    case .disabled(let user): return .refuse(.userDisabled, ["user": user.description])
    case .wrongAccount(let invited):
        return facts.emailCodeSent ? .askEmailCode(invited) : .changeAccount(invited: invited, canProve: true)
    case .identityIsAnotherGuest(_, let invited): return .changeAccount(invited: invited, canProve: false)
    case .domainBlocked(let domain): return .refuse(.invitationDomainBlocked, ["domain": domain.description])
    case .invitationExpired(let at): return .refuse(.invitationExpired, ["expiresAt": at.iso8601])
    case .invitationWithdrawn: return .refuse(.invitationWithdrawn, [:])
    case .invitationReplaced: return .refuse(.invitationReplaced, [:])
    case .invitationUsed(let at): return .refuse(.invitationUsed, ["redeemedAt": at?.iso8601 ?? "an unknown time"])
    case .guestHasOtherIdentity(let user): return .refuse(.guestHasOtherIdentity, ["user": user.description])
    }
}
