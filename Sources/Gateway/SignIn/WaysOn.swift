internal import Access
internal import Directory
internal import HTTP
internal import Pages
internal import Storage
internal import Upstream

/// Where a sign-in goes on that can't go on: every page of it names a next step.
extension SignInFlow {
    /// The page of a home that can't be asked now. The sign-in stays in the browser, for another try.
    func stuck(_ turn: Turn, _ problem: UpstreamError, at partner: Partner) throws(Failure) -> HTTPResponse {
        let values = problem.values(of: partner.displayName)
        if turn.request?.isSilent ?? false, let answer = turn.answer(refusing: problem.refusal, values) {
            return turn.response(leavingBy: answer)
        }
        let again = (label: turn.frame.text(.tryAgain), url: "/\(turn.tenant.id)/signin/\(turn.signIn.id)")
        var response = FailureResponses(installation: installation).page(
            .upstream(problem, partner: partner.displayName), turn.http, turn.snapshot,
            id: turn.signIn.id.description, in: turn.frame, actions: [again] + actions(turn, problem.refusal, values))
        try seal(turn, into: &response)
        return response
    }

    /// "Already finished": with a way on from the session, for a cookie that came back.
    ///
    /// - Throws: `replay`, where what the home vouched with was used in another sign-in than this one.
    func finished(_ turn: Turn) async throws(Failure) -> HTTPResponse {
        if let replay = try await replay(in: turn) {
            let isOver = try await storing { () async throws(StorageError) in
                try await installation.store.isSpent(
                    turn.signIn.id.description, purpose: "sign-in", in: turn.tenant.id)
            }
            guard isOver else { throw replay }
            // The same answer for the same sign-in: a reload, more often than not. Whoever looks for it finds it.
            FailureResponses(installation: installation).note(
                replay, turn.http, turn.snapshot, id: turn.signIn.id.description)
        }
        let home = turn.application?.homepageURL
        var response = finishedPage(
            FinishedPage(applicationName: turn.applicationName, continueURL: home ?? "/\(turn.tenant.id)/account"),
            in: turn.frame
        ).response()
        SignInCookies.clear(turn.signIn.id, on: &response)
        return response
    }

    /// Whether what the home vouched with was spent before.
    private func replay(in turn: Turn) async throws(Failure) -> Failure? {
        for evidence in turn.evidence {
            let isSpent = try await storing { () async throws(StorageError) in
                try await installation.store.isSpent(evidence.id, purpose: evidence.purpose, in: turn.tenant.id)
            }
            guard isSpent else { continue }
            let identity = turn.vouched?.identity
            let problem = UpstreamError.replayed
            guard let partner = identity?.partner.flatMap({ turn.snapshot.partner($0) }) else {
                return .upstream(problem, partner: identity?.key.issuer ?? "")
            }
            installation.peers.failed(
                .partner(partner.id), in: turn.tenant.id,
                PeerState.Failure(at: installation.now, rule: problem.rule, detail: problem.cause))
            return .upstream(problem, partner: partner.displayName)
        }
        return nil
    }

    /// The buttons of a refusal: another account, and back to the application.
    func actions(
        _ turn: Turn, _ refusal: Refusal, _ values: [String: String]
    ) -> [(label: String, url: String)] {
        let frame = turn.frame
        var actions: [(label: String, url: String)] = []
        if turn.request != nil || turn.signIn.invitation != nil || turn.signIn.landing != nil {
            actions.append((frame.text(.useAnotherAccount), "/\(turn.tenant.id)/signin/\(turn.signIn.id)/another"))
        }
        // An answer that must be posted has no link.
        if case .redirect(let location)? = turn.answer(refusing: refusal, values) {
            let name = turn.applicationName ?? frame.text(.theApplication)
            actions.append((frame.text(.returnTo(name)), location))
        }
        return actions
    }
}
