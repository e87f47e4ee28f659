internal import Directory
internal import HTTP

extension SignInFlow {
    /// A sign-in for an application that speaks SAML or WS-Federation. A POST from its site brings no Lax cookie, so it
    /// is sealed and answered by our own GET, where the session is read.
    func begin(
        _ request: FederatedRequest, _ exchange: Exchange, at snapshot: TenantSnapshot
    ) async throws(Failure) -> HTTPResponse {
        var signIn = SignIn(
            id: installation.newID(), startedAt: installation.now, formToken: installation.newFormToken())
        signIn.federated = request
        signIn.address = request.loginHint.flatMap { EmailAddress($0) }
        let turn = try await installation.turn(signIn, at: snapshot, exchange.request)
        guard exchange.request.method == .post else { return try await proceed(turn) }
        var response = HTTPResponse.redirect(to: "/\(snapshot.tenant.id)/signin/\(signIn.id)")
        try seal(turn, into: &response)
        return response
    }
}
