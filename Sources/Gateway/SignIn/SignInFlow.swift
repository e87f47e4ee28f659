internal import Access
internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import OAuth
internal import Storage

/// Gathers the facts of a sign-in, asks `nextStep`, and carries out what it says. What the steps share; each step's own
/// work is in its file.
struct SignInFlow: Sendable {
    let installation: Installation

    /// The facts with what was read for them, so that nothing is read twice.
    struct Reading: Sendable {
        var facts: SignInFacts
        var person: Person?
        var session: Session?
        var input: SignInInput?
        var access: RequestedAccess?
        var trail: [RecordedStep]
        /// Of the redemption under way.
        var invited: InvitedGuest?
    }

    /// Reads everything that the next step depends on.
    func read(_ turn: Turn) async throws(Failure) -> Reading {
        let store = installation.store
        let tenant = turn.tenant.id
        var session: Session?
        if turn.vouched == nil, !turn.signIn.ignoresSession {
            session = try await usableSession(turn)
        }
        var facts = SignInFacts(
            request: turn.request, address: turn.signIn.address, emailCodeSent: turn.signIn.emailCodeSentAt != nil,
            identity: turn.vouched?.identity ?? session?.identity, mapping: nil,
            acceptedRedemption: turn.vouched?.acceptedRedemption ?? false, decision: nil, consent: .none, home: nil)
        var reading = Reading(facts: facts, session: session, trail: turn.vouched?.trail ?? [])

        guard let identity = facts.identity else {
            let decision = try await home(turn)
            facts.home = decision.home
            reading.facts = facts
            reading.trail = [RecordedStep(decision)]
            return reading
        }
        guard turn.snapshot.stands(identity) else {
            let home = identity.partner.flatMap { turn.snapshot.partner(vouching: $0)?.displayName }
            facts.fallenHome = home ?? identity.key.issuer
            reading.facts = facts
            let reason = Reason(
                "partner.enabled", met: false, "The partner that vouched is disabled, or is no longer one.")
            reading.trail.append(RecordedStep("partner", "disabled", [reason]))
            return reading
        }
        let found = try await storing { () async throws(StorageError) in try await store.guest(tenant, identity.key) }
        let mapping = try await map(turn, identity, found: found)
        facts.mapping = mapping.mapping
        if session != nil {
            reading.trail.append(
                RecordedStep(
                    "session", "used",
                    [Reason("session.stands", met: true, "The browser's session at this organisation was used.")]))
        }
        reading.trail.append(RecordedStep("guestMapping", mapping.mapping.name, mapping.reasons))
        var user: User?
        switch mapping.mapping {
        case .known(let known): user = known
        case .redeem(let invited):
            reading.invited = invited
            if facts.acceptedRedemption { user = invited.user.accepted(with: identity, at: installation.now).0 }
        case .proveAddress, .refuse: break
        }
        if let address = mapping.newcomer, session == nil, turn.vouched != nil, turn.vouched?.session == nil {
            let signUp = try await signUp(turn, identity, address)
            facts.signUp = signUp?.standing
            facts.otherGuest = signUp?.otherGuest
            user = signUp?.standing?.user
            if let step = signUp?.step { reading.trail.append(step) }
        }
        let check = AccessCheck(installation: installation, snapshot: turn.snapshot)
        let access = try requestedAccess(turn)
        reading.access = access
        if let user {
            reading.person = try await check.person(user, at: turn.application, access?.resource)
        }
        let input = check.input(
            person: reading.person, identity: identity, application: turn.application, resource: access?.resource,
            scopes: access?.scopeNames ?? [], request: turn.http)
        reading.input = input
        if let user {
            let decision = check.decide(input)
            facts.decision = decision
            reading.trail.append(
                RecordedStep("access", decision.isAllowed ? "allowed" : "denied", decision.reasons))
            facts.consent = try await consentNeed(turn, user.id, access)
        }
        reading.facts = facts
        return reading
    }

    /// The browser's session, if the application's conditions on it are met.
    private func usableSession(_ turn: Turn) async throws(Failure) -> Session? {
        // One that rests on a home which was switched off is none: the person may have another way in.
        guard let session = try await turn.sessions.current(turn.http), turn.snapshot.stands(session.identity)
        else { return nil }
        guard let request = turn.request else { return session }
        if request.passesOverSession { return nil }
        if case .federated(let federated) = request, federated.wantsMoreProof(than: session.identity) { return nil }
        if let maxAge = request.maxAge {
            let age = installation.now.timeIntervalSince(session.identity.authentication.authenticatedAt)
            if age > Double(maxAge) { return nil }
        }
        if let hint = request.loginHint.flatMap(EmailAddress.init), let email = session.identity.email, hint != email {
            return nil
        }
        if case .openID(let request) = request, let hint = request.idTokenHint {
            // A hint that is not our own token names nobody, and one of another person asks for that person.
            guard let named = try? turn.snapshot.tokens.hint(hint), named.client.description == request.clientID,
                named.subject == turn.snapshot.tokens.subject(of: session.user, at: named.client)
            else { return nil }
        }
        return session
    }

    /// Why the person was sent where they proved who they are, for the record of the proof.
    func homeStep(_ turn: Turn) async throws(Failure) -> RecordedStep {
        RecordedStep(try await home(turn))
    }

    private func home(_ turn: Turn) async throws(Failure) -> HomeRealmDecision {
        let chosen = turn.signIn.chosenPartner.flatMap { turn.snapshot.partner(named: $0) }
        var linked: LinkedIdentity?
        if let address = turn.signIn.address {
            linked = try await RememberedAccounts(installation: installation, tenant: turn.tenant.id)
                .link(of: address, from: turn.http)
        }
        return homeRealm(
            for: HomeRealmQuestion(
                address: turn.signIn.address,
                hints: HomeRealmHints(
                    domainHint: turn.request?.domainHint, loginHint: turn.request?.loginHint, chosenPartner: chosen?.id),
                partners: turn.snapshot.partners, hostedTenants: try await hostedHomes(besides: turn.tenant.id),
                tenant: turn.tenant, linked: linked))
    }

    func hostedHomes(besides own: Tenant.ID) async throws(Failure) -> [HostedHome] {
        try await storing { () async throws(StorageError) in try await installation.settings.hostedTenants() }
            .filter { $0.id != own }
            .map { HostedHome(tenant: $0.id, domains: $0.domains) }
    }

    private func map(
        _ turn: Turn, _ identity: ExternalIdentity, found: (user: User, identity: LinkedIdentity)?
    ) async throws(Failure) -> GuestMappingDecision {
        let hosted = try await hostedHomes(besides: turn.tenant.id)
        // A tenant elsewhere may bear the id of one here: only a home of this installation speaks for its domains.
        let homeTenant = turn.snapshot.isHosted(identity) ? identity.homeTenant.flatMap { Tenant.ID($0) } : nil
        let invited = try await invitedGuest(turn)
        let address = turn.vouched?.provenAddress ?? identity.email
        let contested =
            address.map {
                isDomainOfAnotherHome(
                    $0.domain, vouching: identity.partner, homeTenant: homeTenant, partners: turn.snapshot.partners,
                    hostedTenants: hosted, tenant: turn.tenant)
            } ?? false
        let byAddress =
            found == nil && invited == nil
            ? try await guests(withAddress: address, in: turn.tenant.id) : []
        let decision = guestMapping(
            GuestMappingQuestion(
                identity: identity, found: found?.user, link: found?.identity, invitation: invited,
                guestsByAddress: byAddress,
                provenAddress: turn.vouched?.provenAddress,
                homeDomains: hosted.first { $0.tenant == homeTenant }?.domains
                    ?? identity.partner.flatMap { turn.snapshot.partner($0)?.vouchedDomains } ?? [],
                isAddressContested: contested, now: installation.now))
        return decision.heeding(turn.tenant)
    }

    private func invitedGuest(_ turn: Turn) async throws(Failure) -> InvitedGuest? {
        guard let id = turn.signIn.invitation else { return nil }
        let store = installation.store
        let tenant = turn.tenant.id
        return try await storing { () async throws(StorageError) in
            guard let invitation = try await store.invitation(tenant, id),
                let user = try await store.user(tenant, invitation.user)
            else { return nil }
            return InvitedGuest(user: user, invitation: invitation)
        }
    }

    private func guests(
        withAddress address: EmailAddress?, in tenant: Tenant.ID
    ) async throws(Failure) -> [InvitedGuest] {
        guard let address else { return [] }
        let store = installation.store
        return try await storing { () async throws(StorageError) in
            var guests: [InvitedGuest] = []
            for user in try await store.users(tenant, mail: address) {
                for invitation in try await store.invitations(tenant, ofUser: user.id) {
                    guests.append(InvitedGuest(user: user, invitation: invitation))
                }
            }
            return guests
        }
    }

    private func requestedAccess(_ turn: Turn) throws(Failure) -> RequestedAccess? {
        guard case .openID(let request)? = turn.request else { return nil }
        do {
            return try Resources(base: installation.base, snapshot: turn.snapshot)
                .access(request.scopes, for: turn.application)
        } catch {
            throw .oauth(error)
        }
    }

    private func consentNeed(
        _ turn: Turn, _ user: User.ID, _ access: RequestedAccess?
    ) async throws(Failure) -> ConsentNeed {
        guard let access, let application = turn.application, access.resource != nil else { return .none }
        let store = installation.store
        let tenant = turn.tenant.id
        let consents = try await storing { () async throws(StorageError) in
            try await store.consents(tenant, ofUser: user, to: application.appID)
        }
        let consented = Set(consents.filter { $0.resource == access.resource?.appID }.flatMap(\.scopes))
        let need = Resources(base: installation.base, snapshot: turn.snapshot).consentNeed(
            access, for: application, consented: consented,
            asksAgain: turn.request?.asksForConsent ?? false)
        // The person's word covers what a person may allow; an administrator's scope stays an administrator's.
        if case .person = need, turn.vouched?.acceptedConsent == true { return .none }
        return need
    }
}

extension Home {
    var name: String {
        switch self {
        case .localPassword: "password"
        case .partner(let partner): partner.name
        case .hostedTenant(let tenant): "tenant \(tenant)"
        case .emailCode: "email code"
        case .offerMicrosoftAccount(let partner): "\(partner.name), offered"
        case .ask: "ask"
        case .refuse: "none"
        }
    }
}

extension GuestMapping {
    var name: String {
        switch self {
        case .known: "known"
        case .redeem: "redeem"
        case .proveAddress: "prove the address"
        case .refuse(let refusal):
            switch refusal {
            case .stranger: "stranger"
            case .disabled: "disabled"
            case .wrongAccount: "another account"
            case .invitationExpired: "invitation expired"
            case .invitationWithdrawn: "invitation withdrawn"
            case .invitationReplaced: "invitation replaced"
            case .invitationUsed: "invitation used"
            case .guestHasOtherIdentity: "guest has another identity"
            case .domainBlocked: "domain blocked"
            case .identityIsAnotherGuest: "identity is another guest"
            }
        }
    }
}

extension GuestMappingDecision {
    /// Whoever waits is held to the list of domains as it is now; whoever has redeemed is not asked again.
    fileprivate func heeding(_ tenant: Tenant) -> GuestMappingDecision {
        guard case .redeem(let invited) = mapping else { return self }
        let domain = invited.invitation.email.domain
        let verdict = redemptionDecision(
            domain: domain, collaboration: tenant.invitationSettings.collaboration)
        return GuestMappingDecision(
            mapping: verdict.isAllowed ? mapping : .refuse(.domainBlocked(domain)), reasons: reasons + verdict.reasons)
    }
}

extension RecordedStep {
    fileprivate init(_ decision: HomeRealmDecision) { self.init("homeRealm", decision.home.name, decision.reasons) }
}
