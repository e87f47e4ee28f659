internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Storage
internal import Upstream

/// What a connector said of a sign-up, with what is recorded of it: the step for the sign-in, and the audit record for the
/// commit that follows.
struct AskedConnector {
    let connector: String
    let reply: Result<ConnectorReply, ConnectorFailure>
    let step: RecordedStep
    let audit: Step

    init(_ id: APIConnector.ID, _ step: APIConnector.Step, _ turn: Turn, _ standing: SignUpStanding) async {
        let found = turn.snapshot.apiConnector(id)
        let name = found?.displayName ?? id.description
        let reply = await Self.reply(of: found, step, turn, standing)
        let (verdict, told): (String, String) =
            switch reply {
            case .success(.proceed): ("Continue", "\(name) said that the sign-up may go on.")
            case .success(.block(let message)): ("ShowBlockPage", "\(name) ended the sign-up: \(message)")
            case .success(.invalid(let message)): ("ValidationError", "\(name) wants other answers: \(message)")
            case .failure(let failure): ("failed", failure.cause)
            }
        connector = name
        self.reply = reply
        self.step = RecordedStep(
            "connector", verdict,
            [
                Reason(
                    "connector.\(step.rawValue)", met: verdict == "Continue", told, setting: "apiConnectors/\(id)")
            ])
        let user = standing.user
        audit = turn.installation.audit(
            "An API was called as part of a user flow", in: turn.tenant.id,
            actor: AuditParty(user: nil, name: user.userPrincipalName),
            details: [
                ("ApiConnector", id.description), ("Step", step.rawValue), ("Outcome", verdict),
                ("UserFlow", standing.flow.id.description), ("SignIn", turn.signIn.id.description),
            ])
    }

    private static func reply(
        of connector: APIConnector?, _ step: APIConnector.Step, _ turn: Turn, _ standing: SignUpStanding
    ) async -> Result<ConnectorReply, ConnectorFailure> {
        guard let connector, let vouched = turn.vouched else { return .failure(.misconfigured("it is gone")) }
        let secret: Secret
        do throws(Failure) {
            secret = try await turn.installation.secret(
                named: connector.authentication.secretName, of: turn.tenant.id)
        } catch {
            return .failure(.misconfigured("its secret can't be read"))
        }
        let identity = vouched.identity
        let link = LinkedIdentity(
            key: identity.key, user: standing.user.id, partner: identity.partner, kind: identity.kind,
            linkedAt: turn.installation.now)
        let objects = standing.user.objectIdentities(linked: [link], initialDomain: turn.tenant.initialDomain)
        let request = ConnectorRequest(
            step: step, email: standing.address.description,
            identity: objects.first { $0.signInType == "federated" }, values: standing.progress.values,
            displayName: identity.displayName, givenName: identity.givenName, surname: identity.surname,
            language: turn.wantedLanguage)
        // One pool of connections for each connector: what proves us to one never serves another.
        var policy = turn.installation.egress
        policy.name = "connector \(connector.id)"
        do throws(ConnectorFailure) {
            return .success(
                try await ConnectorExchange(turn.installation.upstream, policy: policy).ask(
                    connector, secret: secret, request, key: idempotencyKey(step, turn.signIn.id, vouched.number),
                    asked: standing.flow.asked.map(\.attribute)))
        } catch {
            return .failure(error)
        }
    }

    /// Of this step of this sign-in with these answers: a page that is loaded again, or a form sent twice, asks the same
    /// question once more.
    private static func idempotencyKey(_ step: APIConnector.Step, _ id: SignIn.ID, _ number: Int) -> [UInt8] {
        Array(Digest.sha256(Array("\(id)/\(step.rawValue)/\(number)".utf8)).prefix(16))
    }
}

extension Turn {
    /// As the application or the browser prefers it.
    fileprivate var wantedLanguage: String {
        request?.uiLocales.first ?? AcceptLanguage.parse(http.field("accept-language") ?? "").first ?? frame.language
    }
}
