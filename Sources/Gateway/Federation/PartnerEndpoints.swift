internal import Directory
internal import HTTP
internal import Storage
internal import Upstream

/// Where partners that speak SAML or WS-Federation answer. What they read of us is `MetadataFeature`'s.
struct PartnerEndpoints {
    let installation: Installation

    var routes: [Route] {
        [
            Route(.post, "/{tenant}/federation/{partner}/acs", .person, assertionConsumer),
            Route(.post, "/{tenant}/federation/{partner}/wsfed", .person, passiveRequestor),
        ]
    }

    /// The Assertion Consumer Service (SAML Profiles §4.1.4.5). The POST comes from another site: it reads no session,
    /// and goes on by a page of ours.
    private func assertionConsumer(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        try installation.admitMessage(exchange.request)
        let form = try exchange.form()
        if try await isUnsolicited(exchange, form) {
            return try await flow.beganAtPartner(exchange, form)
        }
        return try await flow.returned(exchange, form, stateName: "RelayState", kinds: [.saml])
    }

    private func passiveRequestor(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        try installation.admitMessage(exchange.request)
        return try await flow.returned(exchange, try exchange.form(), stateName: "wctx", kinds: [.wsFederation])
    }

    private var flow: SignInFlow { SignInFlow(installation: installation) }

    /// Whether nothing in the answer claims to belong to a sign-in of ours, at a partner that may begin one.
    private func isUnsolicited(_ exchange: Exchange, _ form: Form) async throws(Failure) -> Bool {
        let state: String?
        do { state = try form.value("RelayState") } catch { throw .badField("RelayState", "\(error)") }
        if let state, UpstreamTransaction.signIn(inState: state) != nil { return false }
        let partner = try await exchange.tenant().partner(named: exchange.parameters["partner"] ?? "")
        return partner?.federation?.acceptsUnsolicited ?? false
    }
}
