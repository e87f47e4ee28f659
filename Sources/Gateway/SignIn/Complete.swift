internal import Access
internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import OAuth
internal import Pages
internal import Storage
internal import Upstream

extension SignInFlow {
    /// Seconds in which a code must be redeemed (RFC 6749 §4.1.2 recommends at most ten minutes; FAPI 2.0: 60 seconds).
    static let codeLifetime: Double = 60

    /// Ends the sign-in well: session, redemption, consent, record and code in one group commit, then back to the
    /// application. For a returning guest this is the only write before the token endpoint.
    func complete(
        _ turn: Turn, _ reading: Reading, _ user: User, spending: [Step] = []
    ) async throws(Failure) -> HTTPResponse {
        guard let identity = reading.facts.identity, let input = reading.input else {
            throw .ours("a sign-in without an identity can't complete")
        }
        let tenant = turn.tenant.id
        var steps = spending
        if let vouched = turn.vouched, spending.isEmpty {
            steps.append(.finishPending(turn.signIn.id, from: vouched.number, in: tenant))
        }
        if let invited = reading.invited { steps += redemption(of: invited, with: identity, in: turn) }
        if let signUp = reading.facts.signUp { steps += creation(signUp, as: identity, in: turn) }
        if turn.vouched?.acceptedConsent == true, let access = reading.access, let application = turn.application {
            steps += Step.consent(
                to: access.scopes.map(\.value), at: access.resource?.appID, for: application.appID, by: user.id,
                in: tenant, at: installation.now)
        }
        let sessionID: Session.ID
        var sessionEndsAt: Date?
        var cookie: SetCookie?
        if let session = reading.session {
            sessionID = session.id
            sessionEndsAt = session.expiresAt
        } else if let session = turn.vouched?.session {
            // Signed out in another tab while this one asked for consent: the page's answer counts no more.
            let kept = try await storing { () async throws(StorageError) in
                try await installation.store.session(tenant, session)
            }
            guard kept?.isAlive(at: installation.now) == true else {
                return try await refuse(turn, reading, .sessionEnded, ["why": "signed out"])
            }
            sessionID = session
            sessionEndsAt = kept?.expiresAt
        } else {
            let begun = turn.sessions.begin(for: user.id, identity: identity)
            sessionID = begun.session.id
            sessionEndsAt = begun.session.expiresAt
            cookie = begun.cookie
            steps.append(.insertSession(begun.session))
        }

        var trail = SignInTrail(id: turn.signIn.id, tenant: tenant, steps: reading.trail)
        var answer: Departure?
        if case .openID(let request)? = turn.request, let client = turn.client, let access = reading.access {
            let made = authorizationCode(
                request, client, access, user, identity, session: sessionID, in: turn)
            answer = RedirectResponse.success(code: made.wire, to: request.answer, issuer: turn.issuer).departure
            steps.append(.insertCode(made.code))
            trail.issued = [
                "kind": "authorization code", "client": .string(client.registered.appID),
                "audience": .string(access.audience), "scopes": .array(access.scopeNames.map { .string($0) }),
            ]
        }
        if case .federated(let request)? = turn.request, let application = turn.application, let person = reading.person
        {
            let made = try FederatedAnswers(installation: installation, snapshot: turn.snapshot).success(
                request, application,
                FederatedAnswers.Subject(
                    person: person, identity: identity, session: sessionID, sessionEndsAt: sessionEndsAt))
            answer = made.departure
            if let participant = made.participant { steps.append(.putParticipant(participant, in: tenant)) }
            trail.issued = made.issued
        }
        let record = trail.record(
            input, identity: identity, outcome: .success, salt: installation.environment.randomBytes(32))
        steps.append(.insertSignIn(record))
        guard try await commit(steps) else {
            return try await (reading.facts.signUp == nil ? finished(turn) : page(of: turn))
        }
        var response = leave(turn, by: answer, cookie: cookie, landing: landing(turn, reading))
        if cookie != nil, identity.kind != .localMember {
            RememberedAccounts(installation: installation, tenant: tenant)
                .remember(user, typed: turn.signIn.address, in: &response, replying: turn.http)
        }
        return response
    }

    private func landing(_ turn: Turn, _ reading: Reading) -> String? {
        turn.signIn.landing == nil ? reading.invited?.invitation.redirectURL : turn.application?.homepageURL
    }

    private func leave(_ turn: Turn, by answer: Departure?, cookie: SetCookie?, landing: String?) -> HTTPResponse {
        var response: HTTPResponse
        if let answer {
            response = turn.response(leavingBy: answer)
        } else {
            let target = landing ?? "\(installation.base)/\(turn.tenant.id)/account"
            response = Departure.redirect(target)
                .response(in: turn.frame, afterPost: turn.isPost, label: turn.tenant.displayName)
        }
        SignInCookies.clear(turn.signIn.id, on: &response)
        if let cookie { response.setCookie(cookie) }
        response.set("Cache-Control", "no-store")
        return response
    }

    /// The invitation is spent first; then the guest is accepted and the identity linked, for good.
    private func redemption(of invited: InvitedGuest, with identity: ExternalIdentity, in turn: Turn) -> [Step] {
        let tenant = turn.tenant.id
        let (user, link) = invited.user.accepted(with: identity, at: installation.now)
        let ended: [Step] =
            invited.invitation.purpose == .conversion
            ? [
                .unlinkAll(from: user.id, in: tenant), .removePassword(of: user.id, in: tenant),
                .endSessions(ofUser: user.id, in: tenant, at: installation.now),
                .revokeGrants(ofUser: user.id, in: tenant, because: "converted", at: installation.now),
            ] : []
        return ended + [
            .redeemInvitation(invited.invitation.id, in: tenant, at: installation.now),
            .updateUser(user, in: tenant),
            .link(link, in: tenant),
            installation.audit(
                "Redeem external user invite", in: tenant, actor: .init(user: user.id, name: user.displayName),
                targets: [.init(user: user.id, name: user.userPrincipalName)],
                details: [
                    ("InvitationId", invited.invitation.id.description), ("Source", identity.kind.rawValue),
                ]),
        ]
    }

    private func authorizationCode(
        _ request: AuthorizationRequest, _ client: Client, _ access: RequestedAccess, _ user: User,
        _ identity: ExternalIdentity, session: Session.ID, in turn: Turn
    ) -> (code: AuthorizationCode, wire: String) {
        let secret = installation.environment.randomBytes(32)
        let now = installation.now
        let proof = Proof(identity.kind)
        let partner = identity.partner.flatMap { turn.snapshot.partner($0) }
        let proofSeconds = partner?.proofLifetime ?? proof.lifetime
        let code = AuthorizationCode(
            tenant: turn.tenant.id, id: turn.signIn.id, secretDigest: Digest.sha256(secret), application: client.appID,
            redirectURI: request.redirectURI, challenge: request.challenge?.description, nonce: request.nonce,
            scopes: access.scopeNames, resource: access.resource?.appID, audience: access.audience, session: session,
            user: user.id, partner: identity.partner, authenticatedAt: identity.authentication.authenticatedAt,
            proofExpiresAt: proofSeconds.map {
                identity.authentication.authenticatedAt.addingTimeInterval(Double($0))
            },
            issuedAt: now, expiresAt: now.addingTimeInterval(Self.codeLifetime),
            responseExtras: ["scope": .string(access.answered)])
        return (code, Base64URL.encode(code.id.bytes) + "." + Base64URL.encode(secret))
    }
}

extension Proof {
    fileprivate init(_ kind: Partner.Kind) {
        self =
            switch kind {
            case .emailCode: .emailCode
            case .saml, .wsFederation: .assertion
            default: .session
            }
    }
}
