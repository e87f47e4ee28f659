internal import Access
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import OAuth
internal import Pages
internal import Storage

extension SignInFlow {
    /// Answers with whatever comes next, after any step.
    ///
    /// - Parameter problem: What was wrong with the field just sent, shown beside it.
    func proceed(_ turn: Turn, problem: FieldProblem? = nil) async throws(Failure) -> HTTPResponse {
        let reading = try await read(turn)
        let next = nextStep(for: reading.facts)
        switch next {
        case .issue(let user): return try await complete(turn, reading, user)
        case .refuse(let refusal, let values): return try await refuse(turn, reading, refusal, values)
        case .askPartner(let partner): return try await sendToPartner(turn, partner)
        case .askConnector(let standing, let connector): return try await clearSignUp(turn, standing, connector)
        case .askHostedTenant(let home): return try await sendToPartner(turn, try await hostedPartner(home))
        default: break
        }
        // A session that needs a page (redemption, consent) carries authority from here on, like a fresh proof.
        if turn.vouched == nil, let session = reading.session, let identity = reading.facts.identity {
            var vouched = turn
            vouched.vouched = VouchedSignIn(identity: identity, trail: reading.trail)
            vouched.vouched?.session = session.id
            return try await keep(vouched, spending: [], thenShow: next, problem)
        }
        return try show(turn, next, problem)
    }

    /// Somebody has vouched: the sign-in becomes the server's, and everything single-use in the proof is spent, in one
    /// commit with what it leads to.
    func vouch(
        _ turn: Turn, _ identity: ExternalIdentity, spending: [Step], trail: [RecordedStep]
    ) async throws(Failure) -> HTTPResponse {
        var turn = turn
        let provenAddress = turn.vouched?.provenAddress
        turn.vouched = VouchedSignIn(identity: identity, trail: trail)
        turn.vouched?.provenAddress = provenAddress
        turn.signIn.transaction = nil
        // A code that brought the person here proves nothing further.
        turn.signIn.emailCodeSentAt = nil
        let reading = try await read(turn)
        let next = nextStep(for: reading.facts)
        let spending = [spendSignIn(turn)] + spending
        switch next {
        case .issue(let user): return try await complete(turn, reading, user, spending: spending)
        case .refuse(let refusal, let values):
            return try await refuse(turn, reading, refusal, values, spending: spending)
        default: return try await keep(turn, spending: spending, thenShow: next, nil)
        }
    }

    /// Writes the vouched sign-in and goes to its own page, so that reload and back button repeat nothing.
    private func keep(
        _ turn: Turn, spending: [Step], thenShow next: NextStep, _ problem: FieldProblem?
    ) async throws(Failure) -> HTTPResponse {
        guard let vouched = turn.vouched else { throw .ours("a sign-in without proof can't be kept") }
        var steps = spending.isEmpty ? [spendSignIn(turn)] : spending
        steps.append(
            .insertPending(
                PendingSignIn(
                    tenant: turn.tenant.id, id: turn.signIn.id, number: vouched.number, body: vouched.encoded,
                    expiresAt: turn.signIn.startedAt.addingTimeInterval(SignIn.lifetime),
                    partner: vouched.identity.partner)))
        guard try await commit(steps) else { return try await finished(turn) }
        var response = HTTPResponse.redirect(to: "/\(turn.tenant.id)/signin/\(turn.signIn.id)")
        try seal(turn, into: &response)
        return response
    }

    /// Changes the kept sign-in and goes on. Of two requests that read the same state one wins.
    func advance(_ turn: Turn, with steps: [Step] = []) async throws(Failure) -> HTTPResponse {
        guard var vouched = turn.vouched else { throw .ours("a sign-in without proof can't advance") }
        let number = vouched.number
        vouched.number += 1
        let advance = Step.advancePending(
            turn.signIn.id, from: number, body: vouched.encoded, in: turn.tenant.id)
        guard try await commit([advance] + steps) else { return try await finished(turn) }
        var turn = turn
        turn.vouched = vouched
        return try await proceed(turn)
    }

    /// False when something single-use in the steps was spent already.
    func commit(_ steps: [Step]) async throws(Failure) -> Bool {
        do {
            return try await installation.store.applies(steps)
        } catch .conflict {
            return false
        } catch {
            throw .storage(error)
        }
    }

    /// The sign-in's id, spent once: a cookie that is put back later finds it taken.
    func spendSignIn(_ turn: Turn) -> Step {
        .spendID(
            turn.signIn.id.description, purpose: "sign-in", in: turn.tenant.id,
            until: turn.signIn.startedAt.addingTimeInterval(SignIn.lifetime + 120))
    }

    func seal(_ turn: Turn, into response: inout HTTPResponse) throws(Failure) {
        guard turn.cookies.set(turn.signIn, on: &response, replying: turn.http) else {
            throw .oauth(.parameterMalformed("state", "and the rest of the request are too long to keep in a cookie"))
        }
    }

    /// Ends the sign-in with a refusal, recorded where somebody had vouched: then there is a person to answer for it.
    func refuse(
        _ turn: Turn, _ reading: Reading, _ refusal: Refusal, _ values: [String: String], spending: [Step] = []
    ) async throws(Failure) -> HTTPResponse {
        var values = values
        values["organization"] = turn.tenant.displayName
        values["application"] = turn.applicationName
        let reasons = reading.trail.flatMap(\.reasons)
        if turn.vouched != nil, let identity = reading.facts.identity {
            let input =
                reading.input
                ?? AccessCheck(installation: installation, snapshot: turn.snapshot).input(
                    person: nil, identity: identity, application: turn.application, resource: nil, scopes: [],
                    request: turn.http)
            let trail = SignInTrail(id: turn.signIn.id, tenant: turn.tenant.id, steps: reading.trail)
            let record = trail.record(
                input, identity: identity, outcome: .failure, refusal: refusal, failureID: turn.signIn.id.description,
                salt: installation.environment.randomBytes(32))
            var steps = spending
            if let vouched = turn.vouched, spending.isEmpty {
                steps.append(.finishPending(turn.signIn.id, from: vouched.number, in: turn.tenant.id))
            }
            guard try await commit(steps + [.insertSignIn(record)]) else { return try await finished(turn) }
        }
        if turn.request?.isSilent ?? false, let answer = turn.answer(refusing: refusal, values) {
            return turn.response(leavingBy: answer)
        }
        let failure = Failure.refused(refusal, values, reasons: reasons)
        var response = FailureResponses(installation: installation).page(
            failure, turn.http, turn.snapshot, id: turn.signIn.id.description, in: turn.frame,
            actions: actions(turn, refusal, values))
        try await rememberGuest(turn, reading, in: &response)
        return response
    }

    /// A guest whose address was proven just now, but by another way than the one they redeemed with: the browser may
    /// know, so that the same address typed again leads there.
    private func rememberGuest(
        _ turn: Turn, _ reading: Reading, in response: inout HTTPResponse
    ) async throws(Failure) {
        guard turn.signIn.invitation == nil, turn.vouched != nil,
            case .refuse(.guestHasOtherIdentity(let id))? = reading.facts.mapping
        else { return }
        let found = try await storing { () async throws(StorageError) in
            try await installation.store.user(turn.tenant.id, id)
        }
        guard let found else { return }
        RememberedAccounts(installation: installation, tenant: turn.tenant.id).remember(
            found, typed: turn.vouched?.provenAddress ?? reading.facts.identity?.email, in: &response,
            replying: turn.http)
    }
}
