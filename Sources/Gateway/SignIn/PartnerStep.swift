internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import JOSE
internal import OAuth
internal import Pages
internal import SAML
internal import Storage
internal import Upstream

extension SignInFlow {
    /// Sends the browser to the person's home, with the transaction's secrets sealed into its cookie.
    func sendToPartner(_ turn: Turn, _ partner: Partner) async throws(Failure) -> HTTPResponse {
        let network = turn.http.peer.remoteAddress
        let limit = installation.limits.signInsPerNetwork
        guard installation.counters.admits("sign-in/\(network)", limit: limit, seconds: 60, at: installation.now)
        else { throw .refused(.tooManyTries, ["what": "sign-ins from \(network)", "limit": "\(limit) a minute"]) }
        let hint = SignInHint(
            loginHint: turn.signIn.address?.description ?? turn.request?.loginHint,
            domainHint: nil, uiLocales: turn.request?.uiLocales ?? [],
            forcesLogin: turn.request?.forcesLogin ?? false,
            maxAge: turn.request?.maxAge, acrValues: turn.request?.contexts ?? [],
            contextComparison: turn.request?.contextComparison ?? .exact, choosesAccount: turn.signIn.ignoresSession)
        let begun: (departure: Departure, transaction: UpstreamTransaction)
        do throws(Failure) {
            begun = try await begin(turn, partner, hint)
        } catch {
            guard case .upstream(let problem, _) = error else { throw error }
            return try stuck(turn, problem, at: partner)
        }
        var turn = turn
        turn.signIn.transaction = begun.transaction
        var response = begun.departure.response(in: turn.frame, afterPost: turn.isPost, label: partner.displayName)
        response.set("Cache-Control", "no-store")
        try seal(turn, into: &response)
        return response
    }

    private func begin(
        _ turn: Turn, _ partner: Partner, _ hint: SignInHint
    ) async throws(Failure) -> (departure: Departure, transaction: UpstreamTransaction) {
        try await installation.requireFreshMetadata(of: partner, in: turn.tenant.id)
        let context = try await partnerContext(partner, at: turn.snapshot)
        do throws(UpstreamError) {
            return try await installation.upstream.begin(context, signIn: turn.signIn.id.bytes, hint: hint)
        } catch {
            throw .upstream(error, partner: partner.displayName)
        }
    }

    /// Another tenant of this installation is a home without being configured; a setting of that name overrides it.
    func hostedPartner(_ home: Tenant.ID) async throws(Failure) -> Partner {
        let hosted = try await storing { () async throws(StorageError) in
            try await installation.settings.hostedTenants()
        }
        guard let tenant = hosted.first(where: { $0.id == home }) else {
            throw .refused(.partnerUnavailable, ["home": home.description])
        }
        return Partner(
            id: Partner.ID(home.uuid), name: home.description, displayName: tenant.displayName,
            connection: .tenant(home: home, base: nil), domains: tenant.domains)
    }

    func partnerContext(_ partner: Partner, at snapshot: TenantSnapshot) async throws(Failure) -> PartnerContext {
        let tenant = snapshot.tenant.id
        var secret: Secret?
        if let name = partner.secretName {
            secret = try await installation.secret(named: name, of: tenant)
        }
        return PartnerContext(
            tenant: tenant, base: installation.base, partner: partner, clientSecret: secret,
            assertionKey: try? snapshot.keys.activeKey(.federation, .es256).plain,
            environment: installation.environment, egress: installation.egress,
            saml: partner.kind == .saml ? try samlKeys(at: snapshot) : nil)
    }

    private func samlKeys(at snapshot: TenantSnapshot) throws(Failure) -> SAMLPartnerKeys {
        do {
            return SAMLPartnerKeys(
                signer: try snapshot.signer(.samlRequests),
                decryptionKeys: try snapshot.keys.certifiedKeys(.samlDecryption).map(\.key))
        } catch {
            throw .ours("\(error)")
        }
    }

    /// The browser comes back from a home. The state names the sign-in; the sealed cookie proves the browser; nothing of
    /// the answer is looked at before both agree.
    ///
    /// - Parameters:
    ///   - answer: The parameters, from the query or a form.
    ///   - stateName: `state`, `RelayState` or `wctx`.
    ///   - kinds: Of the partners that answer at this address.
    func returned(
        _ exchange: Exchange, _ answer: Form, stateName: String, kinds: Set<Partner.Kind>
    ) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let http = exchange.request
        let state: String?
        do { state = try answer.value(stateName) } catch { throw .badField(stateName, "\(error)") }
        guard let state, let id = UpstreamTransaction.signIn(inState: state).flatMap({ SignIn.ID(bytes: $0) }) else {
            throw .refused(.signInElsewhere)
        }
        let cookies = SignInCookies(installation: installation, tenant: snapshot.tenant.id)
        guard let signIn = cookies.open(id, from: http) else { throw .refused(.signInElsewhere) }
        let turn = try await installation.turn(signIn, at: snapshot, http)
        if signIn.test != nil, signIn.transaction == nil { throw .refused(.signInElsewhere) }
        guard let transaction = signIn.transaction else {
            // The person went on another way meanwhile, or this answer was used before: go on from where they stand.
            return .redirect(to: "/\(snapshot.tenant.id)/signin/\(id)")
        }
        let name = exchange.parameters["partner"] ?? ""
        let partner = try await partner(named: name, transaction: transaction, at: snapshot)
        guard kinds.contains(partner.kind) else { throw .noSuchPage }
        if let test = signIn.test {
            return try await finishTest(test, of: partner, turn, transaction, answer)
        }
        guard partner.isEnabled else { throw .refused(.partnerUnavailable, ["home": partner.displayName]) }
        let response = answer.pairs.map { (name: $0.name, value: $0.value) }
        let evidence = try await evidence(of: partner, at: snapshot) { context throws(UpstreamError) in
            try await installation.upstream.finish(context, transaction, response: response)
        }
        return try await accept(evidence.vouched, of: evidence.partner, turn, home: try await homeStep(turn))
    }

    /// Goes on with what a home vouched for. What may be used once is spent with it.
    func accept(
        _ vouched: VouchedIdentity, of partner: Partner, _ turn: Turn, home: RecordedStep
    ) async throws(Failure) -> HTTPResponse {
        let tenant = turn.tenant.id
        var turn = turn
        turn.evidence = vouched.spends
        let spends = vouched.spends.map { Step.spendID($0.id, purpose: $0.purpose, in: tenant, until: $0.until) }
        var identity = vouched.identity
        var reasons = vouched.checks.map {
            Reason(
                "partner.\($0.name)", met: $0.passed,
                $0.actual.map { "was \($0)" } ?? ($0.expected.map { "is \($0)" } ?? "holds"))
        }
        if let federation = partner.federation, let address = identity.email {
            // Without proof of the domain the partner may say who the person is, but not that an address is theirs: our
            // own code asks.
            let voice = try await storing { () async throws(StorageError) in
                try await installation.voice(
                    of: partner, at: federation.signInURL, for: address.domain, in: turn.tenant)
            }
            identity.emailIsVerified = voice.isHeard
            reasons += voice.reasons
        }
        return try await vouch(
            turn, identity, spending: spends,
            trail: [home, RecordedStep("partner", partner.displayName, reasons)])
    }

    /// The partner that the path names, if it is the one that the transaction was begun with: an answer of one home never
    /// counts at another's callback (mix-up, RFC 9700 §4.4).
    private func partner(
        named name: String, transaction: UpstreamTransaction, at snapshot: TenantSnapshot
    ) async throws(Failure) -> Partner {
        var found = snapshot.partner(named: name)
        if found == nil, let home = Tenant.ID(name) { found = try await hostedPartner(home) }
        guard let found, found.id == transaction.partner else {
            throw .refused(
                .partnerEvidenceInvalid, ["home": name, "rule": "the answer came to another partner's callback"])
        }
        return found
    }
}
