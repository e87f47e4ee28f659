internal import Access
internal import Directory
internal import HTTP
internal import Pages
internal import Storage
internal import Upstream

/// The two steps of a sign-up that change something: the connector before the form, and the form with the connector behind
/// it. What comes next is chosen by `nextStep` alone.
extension SignInFlow {
    /// How often one sign-in may have its answers looked at by a connector.
    private static let connectorCalls = 20

    func clearSignUp(_ turn: Turn, _ standing: SignUpStanding, _ connector: APIConnector.ID) async throws(Failure)
        -> HTTPResponse
    {
        guard turn.vouched != nil else { throw .ours("nobody has vouched, and a connector would be asked") }
        let asked = try await ask(connector, .postFederationSignup, turn, standing)
        var progress = standing.progress
        switch asked.reply {
        case .success(.proceed(let values)):
            progress.isCleared = true
            progress.values.merge(values) { $1 }
        case .success(.block(let message)), .success(.invalid(let message)):
            progress.end = .stopped(connector: asked.connector, message: message)
        case .failure(let failure): progress.end = .unavailable(connector: asked.connector, cause: failure.cause)
        }
        return try await settle(turn, progress, asked)
    }

    func answerSignUp(_ turn: Turn, _ form: Form) async throws(Failure) -> HTTPResponse {
        let reading = try await read(turn)
        guard case .collectAttributes(let standing) = nextStep(for: reading.facts) else {
            return try await proceed(turn)
        }
        let answers = { (id: UserFlowAttribute.ID) in form.values(SignUpForm.name(of: id)) }
        let values: [UserFlowAttribute.ID: AttributeValue]
        switch AttributeCollection(standing.flow.asked, answers: answers) {
        case .problems(let problems):
            return SignUpForm(turn: turn, standing: standing, answers: answers, problems: problems).response()
        case .complete(let read): values = read
        }
        var answered = standing
        answered.progress.values = values
        answered.progress.isAnswered = true
        guard let connector = standing.flow.postAttributeCollection else {
            return try await settle(turn, answered.progress, nil)
        }
        let asked = try await ask(connector, .postAttributeCollection, turn, answered)
        switch asked.reply {
        case .success(.proceed(let values)): answered.progress.values.merge(values) { $1 }
        case .success(.invalid(let message)):
            // Counted on, so that the next answers are asked about under another key.
            guard let turn = try await kept(turn, standing.progress, asked) else { return page(of: turn) }
            return SignUpForm(turn: turn, standing: standing, answers: answers, message: message).response()
        case .success(.block(let message)):
            answered.progress.end = .stopped(connector: asked.connector, message: message)
        case .failure(let failure):
            answered.progress.end = .unavailable(connector: asked.connector, cause: failure.cause)
        }
        return try await settle(turn, answered.progress, asked)
    }

    // MARK: Going on

    private func settle(
        _ turn: Turn, _ progress: SignUpProgress, _ asked: AskedConnector?
    ) async throws(Failure) -> HTTPResponse {
        if progress.end != nil {
            var turn = turn
            turn.vouched?.signUp = progress
            if let asked { turn.vouched?.trail.append(asked.step) }
            let reading = try await read(turn)
            guard case .refuse(let refusal, let values) = nextStep(for: reading.facts), let vouched = turn.vouched
            else { return try await proceed(turn) }
            let finish = Step.finishPending(turn.signIn.id, from: vouched.number, in: turn.tenant.id)
            return try await refuse(
                turn, reading, refusal, values, spending: [finish] + [asked?.audit].compactMap(\.self))
        }
        guard let turn = try await kept(turn, progress, asked) else { return page(of: turn) }
        return try await proceed(turn)
    }

    /// Nil where another request of the same sign-in came first.
    private func kept(
        _ turn: Turn, _ progress: SignUpProgress, _ asked: AskedConnector?
    ) async throws(Failure) -> Turn? {
        var turn = turn
        guard let number = turn.vouched?.number else { throw .ours("a sign-up without proof can't go on") }
        turn.vouched?.number += 1
        turn.vouched?.signUp = progress
        if let asked { turn.vouched?.trail.append(asked.step) }
        let advance = Step.advancePending(
            turn.signIn.id, from: number, body: turn.vouched?.encoded ?? [], in: turn.tenant.id)
        return try await commit([advance] + [asked?.audit].compactMap(\.self)) ? turn : nil
    }

    /// Where the sign-in stands now, whatever another request made of it.
    func page(of turn: Turn) -> HTTPResponse { .redirect(to: "/\(turn.tenant.id)/signin/\(turn.signIn.id)") }

    // MARK: Asking

    private func ask(
        _ id: APIConnector.ID, _ step: APIConnector.Step, _ turn: Turn, _ standing: SignUpStanding
    ) async throws(Failure) -> AskedConnector {
        guard
            installation.counters.admits(
                "connector/\(turn.signIn.id)", limit: Self.connectorCalls, seconds: SignIn.lifetime,
                at: installation.now)
        else {
            throw .refused(
                .tooManyTries, ["address": standing.address.description, "limit": "\(Self.connectorCalls) answers"])
        }
        return await AskedConnector(id, step, turn, standing)
    }
}
