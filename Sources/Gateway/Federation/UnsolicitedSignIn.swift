internal import Directory
internal import HTTP
internal import Storage
internal import Upstream

extension SignInFlow {
    /// A sign-in that began at the partner (IdP-initiated, SAML Profiles §4.1.5): off unless the partner's setting accepts
    /// it, because nothing proves that this browser wanted it. It leads to the person's own page here, whatever the
    /// relay state says: that is never an address to go to.
    func beganAtPartner(_ exchange: Exchange, _ form: Form) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        guard let partner = snapshot.partner(named: exchange.parameters["partner"] ?? ""), partner.kind == .saml
        else { throw .noSuchPage }
        guard partner.isEnabled else { throw .refused(.partnerUnavailable, ["home": partner.displayName]) }
        let response = form.pairs.map { (name: $0.name, value: $0.value) }
        let evidence = try await evidence(of: partner, at: snapshot) { context throws(UpstreamError) in
            var checks: [Check] = []
            return try installation.upstream.finishUnsolicited(context, response: response, checks: &checks)
        }
        let signIn = SignIn(
            id: installation.newID(), startedAt: installation.now, formToken: installation.newFormToken())
        let turn = try await installation.turn(signIn, at: snapshot, exchange.request)
        let home = RecordedStep(
            "homeRealm", partner.name,
            [Reason("home.beganThere", met: true, "The person began at \(partner.name), whose setting allows it.")])
        return try await accept(evidence.vouched, of: evidence.partner, turn, home: home)
    }
}
