internal import Access
internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Pages
internal import Storage

/// The link of an invitation. Opening it redeems nothing, so a mail scanner that follows links changes nothing; the button
/// begins a sign-in that is bound to the invitation.
struct InvitationFeature {
    let installation: Installation

    var routes: [Route] {
        [
            Route(.get, "/{tenant}/redeem", .person, show),
            Route(.post, "/{tenant}/redeem", .person, begin),
            Route(.post, "/{tenant}/redeem/again", .person, sendAgain),
        ]
    }

    private func show(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let (invitation, link) = try await invitation(exchange, exchange.query(), at: snapshot)
        return try await page(exchange, snapshot, invitation, link)
    }

    private func note(
        _ refusal: Refusal, of invitation: Invitation, _ http: HTTPRequest, _ snapshot: TenantSnapshot
    ) -> LookUp {
        var values: [String: String] = [:]
        if let end = invitation.expiresAt { values["expiresAt"] = end.iso8601 }
        let reason = Reason(
            "invitation.\(refusal == .invitationExpired ? "expired" : "withdrawn")", met: false,
            "It is the invitation \(invitation.id) of \(invitation.email).")
        return FailureResponses(installation: installation).note(
            .refused(refusal, values, reasons: [reason]), http, snapshot)
    }

    /// The form's token is the link's own secret: whoever can send it could as well open the link.
    private func begin(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let form = try exchange.form()
        let (invitation, link) = try await invitation(exchange, form, at: snapshot)
        try FormGuard(installation: installation).check(form, token: link, exchange.request)
        guard invitation.stands(at: installation.now) else {
            return try await page(exchange, snapshot, invitation, link)
        }
        var signIn = SignIn(
            id: installation.newID(), startedAt: installation.now, formToken: installation.newFormToken(),
            invitation: invitation.id)
        signIn.address = invitation.email
        let turn = try await installation.turn(signIn, at: snapshot, exchange.request)
        let flow = SignInFlow(installation: installation)
        if case .offerEmailCode = nextStep(for: try await flow.read(turn).facts) {
            return try await flow.sendCode(turn)
        }
        return try await flow.proceed(turn)
    }

    /// An old link can't be followed, but its holder may have the newest one mailed: to the invited address. The answer is
    /// the same whatever has become of the invitation.
    private func sendAgain(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let form = try exchange.form()
        let (invitation, link) = try await invitation(exchange, form, at: snapshot)
        try FormGuard(installation: installation).check(form, token: link, exchange.request)
        let admits = installation.counters.admits(
            "invitation again/\(invitation.user)", limit: installation.limits.invitationsAgainPerGuestAndDay,
            seconds: 86_400, at: installation.now)
        if admits, invitation.status == .replaced {
            do { try await installation.sendNewest(replacing: invitation, of: snapshot) } catch {
                if case .storage(let error) = error { throw .storage(error) }
            }
        }
        return invitationPage(
            content(of: invitation, .sentAgain, link, at: snapshot), in: frame(exchange, snapshot)
        ).response()
    }

    private func page(
        _ exchange: Exchange, _ snapshot: TenantSnapshot, _ invitation: Invitation, _ link: String
    ) async throws(Failure) -> HTTPResponse {
        let tenant = snapshot.tenant.id
        let state: InvitationPage.State
        switch invitation.status {
        case .completed: state = .alreadyAccepted(continueURL: invitation.redirectURL ?? "/\(tenant)/account")
        case .revoked: state = .withdrawn(note(.invitationWithdrawn, of: invitation, exchange.request, snapshot))
        case .replaced:
            state = .replaced(sendAgain: FormTarget(action: "/\(tenant)/redeem/again", token: link))
        case .pendingAcceptance where invitation.stands(at: installation.now): state = .open
        case .pendingAcceptance:
            state = .expired(
                note(.invitationExpired, of: invitation, exchange.request, snapshot),
                ask: try await inviterMail(of: invitation, in: tenant))
        }
        return invitationPage(
            content(of: invitation, state, link, at: snapshot), in: frame(exchange, snapshot)
        ).response()
    }

    private func content(
        of invitation: Invitation, _ state: InvitationPage.State, _ link: String, at snapshot: TenantSnapshot
    ) -> InvitationPage {
        InvitationPage(
            organization: snapshot.tenant.displayName, inviterName: invitation.inviterName,
            invitedAddress: invitation.email.description, message: invitation.message,
            target: FormTarget(action: "/\(snapshot.tenant.id)/redeem", token: link), state: state)
    }

    private func frame(_ exchange: Exchange, _ snapshot: TenantSnapshot) -> PageFrame {
        PageFrames(installation: installation).frame(for: exchange.request, tenant: snapshot.tenant, uiLocales: [])
    }

    /// The mail named it already, as the address for answers.
    private func inviterMail(of invitation: Invitation, in tenant: Tenant.ID) async throws(Failure) -> String? {
        guard let inviter = invitation.invitedBy else { return nil }
        return try await storing { () async throws(StorageError) in
            try await installation.store.user(tenant, inviter)
        }?.mail?.description
    }

    /// The invitation that the link names, its secret checked. A wrong secret and an unknown id are told alike, and cost
    /// the same.
    private func invitation(
        _ exchange: Exchange, _ form: Form, at snapshot: TenantSnapshot
    ) async throws(Failure) -> (Invitation, String) {
        let name = exchange.request.method == .post ? "token" : "invitation"
        let link = try form.text(name)
        let parts = link.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let idBytes = Base64URL.decode(String(parts[0])),
            let id = Invitation.ID(bytes: idBytes), let secret = Base64URL.decode(String(parts[1]))
        else { throw .refused(.invitationUnknown) }
        let tenant = snapshot.tenant.id
        let store = installation.store
        let (invitation, digest) = try await storing { () async throws(StorageError) in
            (try await store.invitation(tenant, id), try await store.invitationSecretDigest(tenant, id))
        }
        let isRight = constantTimeEqual(digest ?? [], Digest.sha256(secret))
        guard let invitation, isRight else { throw .refused(.invitationUnknown) }
        return (invitation, link)
    }
}
