internal import Access
internal import Directory
internal import FoundationEssentials
internal import Storage

/// What there is to say of a stranger who may sign up, or may not.
struct SignUpReading {
    var standing: SignUpStanding?
    var step: RecordedStep
    /// A guest who has the address, and signed in some other way.
    var otherGuest: User.ID?
}

extension SignInFlow {
    /// Whether a stranger may sign up at the application, and how far they have come. Asked only once somebody has vouched
    /// in this sign-in: before that nothing depends on it.
    ///
    /// - Parameter address: Proven.
    /// - Returns: Nil where the organisation has nothing to do with signing up.
    func signUp(
        _ turn: Turn, _ identity: ExternalIdentity, _ address: EmailAddress
    ) async throws(Failure) -> SignUpReading? {
        guard let application = turn.application else { return nil }
        let flow = turn.snapshot.userFlow(of: application.appID)
        guard flow != nil || turn.tenant.allowsSelfServiceSignUp else { return nil }
        let holder = try await holder(of: address, in: turn.tenant.id)
        let verdict = signUpOffer(
            for: SignUpQuestion(
                flow: flow, partner: identity.partner, kind: identity.kind, address: address,
                isAddressTaken: holder != nil, tenant: turn.tenant))
        guard let flow, verdict.isAllowed else {
            return SignUpReading(
                step: RecordedStep("signUp", "not open", verdict.reasons),
                otherGuest: holder.flatMap { $0.userType == .guest ? $0.id : nil })
        }
        var progress = SignUpProgress(flow: flow.id, user: .random(installation.environment.randomBytes))
        if let kept = turn.vouched?.signUp, kept.flow == flow.id { progress = kept }
        let user = User.signedUp(
            as: identity, address: address, values: progress.values, id: progress.user,
            userPrincipalName: try await freeName(for: address, in: turn.tenant), at: installation.now)
        return SignUpReading(
            standing: SignUpStanding(flow: flow, address: address, progress: progress, user: user),
            step: RecordedStep("signUp", "open", verdict.reasons))
    }

    /// Whether whoever proves this address may sign up. The same for every address of a domain, whoever has it, so that it
    /// tells nobody anything.
    func awaitsSignUp(_ address: EmailAddress, _ turn: Turn) -> Bool {
        guard turn.signIn.invitation == nil, let application = turn.application else { return false }
        let code = turn.snapshot.partners.first { $0.kind == .emailCode }?.id
        let identity = turn.vouched?.identity
        return signUpOffer(
            for: SignUpQuestion(
                flow: turn.snapshot.userFlow(of: application.appID),
                partner: identity.map { $0.partner } ?? code, kind: identity?.kind ?? .emailCode, address: address,
                isAddressTaken: false, tenant: turn.tenant)
        ).isAllowed
    }

    private func holder(of address: EmailAddress, in tenant: Tenant.ID) async throws(Failure) -> User? {
        let store = installation.store
        return try await storing { () async throws(StorageError) in
            if let found = try await store.users(tenant, reachedBy: address).first { return found.user }
            return try await store.user(tenant, userPrincipalName: address.description)
        }
    }

    private func freeName(for address: EmailAddress, in tenant: Tenant) async throws(Failure) -> String {
        let store = installation.store
        var taken: Set<String> = []
        while true {
            let name = UserPrincipalName.guest(for: address, in: tenant.initialDomain) { taken.contains($0) }
            let other = try await storing { () async throws(StorageError) in
                try await store.user(tenant.id, userPrincipalName: name)
            }
            if other == nil { return name }
            taken.insert(name)
        }
    }

    /// The user, with the identity that proved itself, and what was answered. One that is there by now, invited or signed up
    /// at the same time, has the name already: then none of it is applied.
    func creation(_ signUp: SignUpStanding, as identity: ExternalIdentity, in turn: Turn) -> [Step] {
        let (tenant, user) = (turn.tenant.id, signUp.user)
        let kept = signUp.progress.values.filter { !$0.key.isUserProperty && $0.value != .string("") }
        let party = AuditParty(user: user.id, name: user.userPrincipalName)
        return [
            .insertUser(user, in: tenant),
            .link(
                LinkedIdentity(
                    key: identity.key, user: user.id, partner: identity.partner, kind: identity.kind,
                    linkedAt: installation.now), in: tenant),
        ]
            + kept.map { id, value in .putAttribute(id, value, ofUser: user.id, in: tenant) }
            + [
                installation.audit(
                    "Add user", in: tenant, actor: party, targets: [party],
                    details: [
                        ("CreationType", User.CreationType.selfServiceSignUp.rawValue),
                        ("UserFlow", signUp.flow.id.description), ("Source", identity.kind.rawValue),
                    ])
            ]
    }
}
