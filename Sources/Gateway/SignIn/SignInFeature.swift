internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import OAuth
internal import Pages
internal import Storage
internal import Upstream

/// Signing in: the authorization endpoint, the pages of a sign-in, and the way back from a person's home.
struct SignInFeature {
    let installation: Installation

    private var flow: SignInFlow { SignInFlow(installation: installation) }

    var routes: [Route] {
        [
            Route([.get, .post], "/{tenant}/oauth2/v2.0/authorize", .person, authorize),
            Route(.get, "/{tenant}/signin/{id}", .person, resume),
            Route(.get, "/{tenant}/signin/{id}/another", .person, another),
            Route(.post, "/{tenant}/signin/{id}/{action}", .person, act),
            Route(.get, "/{tenant}/federation/{partner}/callback", .person) { exchange throws(Failure) in
                try await SignInFlow(installation: exchange.installation)
                    .returned(exchange, try exchange.query(), stateName: "state", kinds: Self.answersByQuery)
            },
            // A form that another site posts brings no session, so none is read; it goes on by a page of ours.
            Route(.post, "/{tenant}/federation/{partner}/callback", .person) { exchange throws(Failure) in
                try await SignInFlow(installation: exchange.installation)
                    .returned(exchange, try exchange.form(), stateName: "state", kinds: [.apple])
            },
        ]
    }

    private static let answersByQuery: Set<Partner.Kind> = [
        .oidc, .tenant, .google, .microsoftAccount, .entra, .facebook, .gitHub, .linkedIn,
    ]

    // MARK: The steps of a sign-in that is under way

    /// The page where the sign-in stands. Safe to reload; a finished one goes on from the session.
    private func resume(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let turn = try await open(exchange)
        if turn.vouched == nil, try await isFinished(turn) {
            return try await beginAgain(turn, ignoringSession: false)
        }
        return try await flow.proceed(turn)
    }

    /// The same request with another account: a new sign-in, with no use made of the session.
    private func another(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        try await beginAgain(try await open(exchange), ignoringSession: true)
    }

    private func act(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let form = try exchange.form()
        var turn = try await open(exchange)
        try FormGuard(installation: installation).check(form, token: turn.signIn.formToken, exchange.request)
        if turn.vouched == nil, try await isFinished(turn) { return try await flow.finished(turn) }
        switch (exchange.parameters["action"] ?? "", turn.vouched) {
        case ("another", _): return try await beginAgain(turn, ignoringSession: true)
        case ("cancel", _): return try await cancel(turn)
        case ("send", _): return try await flow.sendCode(turn)
        case ("code", _): return try await flow.checkCode(turn, form)
        case ("address", nil): return try await address(turn, form)
        case ("partner", nil):
            turn.signIn.chosenPartner = try form.text("partner")
            return try await flow.proceed(turn)
        case ("password", nil): return try await flow.password(turn, form)
        case ("accept", .some):
            guard try form.text("accept") == "yes" else { return try await cancel(turn) }
            // Only an answer to the page that asks: nobody accepts what they have not been shown.
            guard case .redeem = nextStep(for: try await flow.read(turn).facts) else {
                return try await flow.proceed(turn)
            }
            turn.vouched?.acceptedRedemption = true
            return try await flow.advance(turn)
        case ("signup", .some): return try await flow.answerSignUp(turn, form)
        case ("consent", .some):
            guard try form.text("accept") == "yes" else { return try await cancel(turn) }
            guard case .askConsent = nextStep(for: try await flow.read(turn).facts) else {
                return try await flow.proceed(turn)
            }
            turn.vouched?.acceptedConsent = true
            return try await flow.advance(turn)
        case ("address", _), ("partner", _), ("password", _), ("accept", _), ("consent", _), ("signup", _):
            // A page of an earlier step, sent again: go on from where the sign-in stands.
            return try await flow.proceed(turn)
        default: throw .noSuchPage
        }
    }

    /// The address, typed once and never asked again. A mailed code follows at once: sending the form asked for it.
    private func address(_ turn: Turn, _ form: Form) async throws(Failure) -> HTTPResponse {
        let typed = try form.text("email").trimmedASCII
        guard let address = EmailAddress(typed) else {
            return try await flow.proceed(turn, problem: turn.problem("email", .phrase(.wholeAddressNeeded)))
        }
        var turn = turn
        turn.signIn.address = address
        turn.signIn.chosenPartner = nil
        turn.signIn.emailCodeSentAt = nil
        if case .offerEmailCode = nextStep(for: try await flow.read(turn).facts) {
            return try await flow.sendCode(turn)
        }
        return try await flow.proceed(turn)
    }

    /// Back to the application with `access_denied`; an invitation stays as it was.
    private func cancel(_ turn: Turn) async throws(Failure) -> HTTPResponse {
        if let vouched = turn.vouched {
            _ = try await flow.commit([
                .finishPending(turn.signIn.id, from: vouched.number, in: turn.tenant.id)
            ])
        }
        var response: HTTPResponse
        if let answer = turn.answerToCancelling() {
            response = turn.response(leavingBy: answer)
        } else {
            response = FailureResponses(installation: installation).page(
                .refused(.redemptionDeclined, [:]), turn.http, turn.snapshot, id: turn.signIn.id.description,
                in: turn.frame, actions: [])
        }
        SignInCookies.clear(turn.signIn.id, on: &response)
        return response
    }

    // MARK: Reading and beginning

    /// The sign-in that the path names, as this browser holds it, with the server's part if there is one.
    private func open(_ exchange: Exchange) async throws(Failure) -> Turn {
        let snapshot = try await exchange.tenant()
        guard let id = SignIn.ID(exchange.parameters["id"] ?? "") else { throw .noSuchPage }
        let cookies = SignInCookies(installation: installation, tenant: snapshot.tenant.id)
        // One that tries a connection has no pages here: it goes nowhere but to its result.
        guard let signIn = cookies.open(id, from: exchange.request), signIn.test == nil else {
            throw .refused(.signInElsewhere)
        }
        let pending = try await storing { () async throws(StorageError) in
            try await installation.store.pendingSignIn(snapshot.tenant.id, id)
        }
        var vouched: VouchedSignIn?
        if let pending, pending.expiresAt > installation.now {
            guard let read = VouchedSignIn(pending) else { throw .ours("a pending sign-in can't be read") }
            vouched = read
        }
        return try await installation.turn(signIn, vouched: vouched, at: snapshot, exchange.request)
    }

    private func isFinished(_ turn: Turn) async throws(Failure) -> Bool {
        try await storing { () async throws(StorageError) in
            try await installation.store.isSpent(turn.signIn.id.description, purpose: "sign-in", in: turn.tenant.id)
        }
    }

    private func beginAgain(_ turn: Turn, ignoringSession: Bool) async throws(Failure) -> HTTPResponse {
        var signIn = turn.signIn.begunAgain(
            id: installation.newID(), formToken: installation.newFormToken(), at: installation.now)
        signIn.ignoresSession = ignoringSession
        if ignoringSession, let invitation = turn.signIn.invitation {
            signIn.invitation = invitation
            signIn.address = turn.signIn.address
        }
        let again = try await installation.turn(signIn, at: turn.snapshot, turn.http)
        var response = HTTPResponse.redirect(to: "/\(turn.tenant.id)/signin/\(signIn.id)")
        try flow.seal(again, into: &response)
        SignInCookies.clear(turn.signIn.id, on: &response)
        return response
    }

    /// The authorization endpoint (RFC 6749 §3.1). A POST from the application's site carries no Lax cookie, so it is
    /// sealed and answered by our own GET, where the session is read.
    private func authorize(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let form = exchange.request.method == .post ? try exchange.form() : try exchange.query()
        let pairs = form.pairs.map { (name: $0.name, value: $0.value) }
        let frame = PageFrames(installation: installation).frame(
            for: exchange.request, tenant: snapshot.tenant, uiLocales: [])
        func refusal(_ error: OAuthError, _ answer: AuthorizationReturn) -> HTTPResponse {
            RedirectResponse.failure(error, to: answer, issuer: installation.issuer(snapshot.tenant.id)).departure
                .response(in: frame, afterPost: false, label: "")
        }
        let request: AuthorizationRequest
        let client: Client
        switch try await installation.parseAuthorization(pairs, at: snapshot) {
        case .refuseHere(let error): throw .oauth(error)
        case .refuseAt(let error, let answer):
            return refusal(error, answer)
        case .accepted(let accepted, let known):
            // A scope that can't be had is the application's mistake, told before anybody is asked anything.
            do {
                _ = try Resources(base: installation.base, snapshot: snapshot)
                    .access(accepted.scopes, for: known.application)
            } catch {
                return refusal(error, accepted.answer)
            }
            (request, client) = (accepted, known)
        }
        var signIn = SignIn(
            id: installation.newID(), startedAt: installation.now, formToken: installation.newFormToken(),
            request: request.parameters.map { SignIn.Parameter(name: $0.name, value: $0.value) })
        signIn.address = request.loginHint.flatMap { EmailAddress($0) }
        let turn = Turn(
            installation: installation, snapshot: snapshot, http: exchange.request, signIn: signIn,
            request: .openID(request), client: client, vouched: nil, isPost: exchange.request.method == .post)
        if turn.isPost {
            var response = HTTPResponse.redirect(to: "/\(snapshot.tenant.id)/signin/\(signIn.id)")
            try flow.seal(turn, into: &response)
            return response
        }
        return try await flow.proceed(turn)
    }
}

extension String {
    /// Without the spaces and tabs that come with pasting.
    var trimmedASCII: String {
        var text = self[...]
        while let first = text.utf8.first, first == 32 || (9...13).contains(first) { text = text.dropFirst() }
        while let last = text.utf8.last, last == 32 || (9...13).contains(last) { text = text.dropLast() }
        return String(text)
    }
}
