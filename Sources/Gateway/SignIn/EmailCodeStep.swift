internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Issuing
internal import Pages
internal import Storage
internal import Upstream

extension SignInFlow {
    /// Mails a code to the address of this sign-in, which the server knows and no form names.
    ///
    /// An address that the directory does not expect gets the same page for the same work: the same reads, the same
    /// hashes, and one commit of the same two rows. Only, nobody has the code of its row, and its mail is to nobody. The
    /// counts of the day are in the row, so they hold over restarts and servers.
    func sendCode(_ turn: Turn) async throws(Failure) -> HTTPResponse {
        guard let address = try await addressToProve(turn) else { return try await proceed(turn) }
        try admitCode(turn)
        let now = installation.now
        let tenant = turn.tenant.id
        let isExpected = try await isExpected(address, turn)
        let code = EmailOneTimeCode.generate(installation.environment)
        let keys = try emailCodeKey(turn)
        let codeMAC = EmailOneTimeCode.mac(
            code, key: keys, tenant: tenant, signIn: turn.signIn.id.bytes, address: address)
        let nobodysMAC = installation.environment.randomBytes(codeMAC.count)
        let row = EmailCode(
            tenant: tenant, addressDigest: MAC.hmac(.sha256, key: keys, Array(address.normalized.utf8)),
            signIn: turn.signIn.id, codeMAC: isExpected ? codeMAC : nobodysMAC, createdAt: now,
            expiresAt: now.addingTimeInterval(EmailOneTimeCode.lifetime))
        let content = codeMail(
            CodeMail(
                organization: turn.tenant.displayName, code: code.shown, minutes: 30,
                applicationName: turn.applicationName, language: turn.frame.language))
        var mail = installation.outgoingMail(to: address, content, from: turn.tenant)
        if !isExpected { mail.recipient = "" }
        // Somebody waits for it: it goes before any heap of invitations.
        mail.nextAttemptAt = Date(timeIntervalSince1970: 0)
        guard try await commit([.replaceEmailCode(row, limits: codeLimits), .enqueueMail(mail)]) else {
            throw .refused(.emailCodeLimit, ["limit": "\(codeLimits.sendsPerDay) a day"])
        }
        installation.wakeOutbox()
        var turn = turn
        turn.signIn.emailCodeSentAt = now
        var response = HTTPResponse.redirect(to: "/\(tenant)/signin/\(turn.signIn.id)")
        try seal(turn, into: &response)
        return response
    }

    /// A typed code. The try is taken from the row, durably, before anything is compared.
    func checkCode(_ turn: Turn, _ form: Form) async throws(Failure) -> HTTPResponse {
        guard let address = try await addressToProve(turn), turn.signIn.emailCodeSentAt != nil else {
            return try await proceed(turn)
        }
        let now = installation.now
        let tenant = turn.tenant.id
        let typed = EmailOneTimeCode(typed: try form.text("code"))
        let keys = try emailCodeKey(turn)
        let digest = MAC.hmac(.sha256, key: keys, Array(address.normalized.utf8))
        let kept = try await storing { () async throws(StorageError) in
            try await installation.store.takeEmailCodeTry(
                tenant, addressDigest: digest, signIn: turn.signIn.id, limits: codeLimits, at: now)
        }
        guard let kept else {
            return try await proceed(turn, problem: turn.problem("code", .refusal(.emailCodeExpired)))
        }
        guard let typed,
            constantTimeEqual(
                kept,
                EmailOneTimeCode.mac(typed, key: keys, tenant: tenant, signIn: turn.signIn.id.bytes, address: address))
        else {
            return try await proceed(turn, problem: turn.problem("code", .refusal(.emailCodeWrong)))
        }
        let end = Step.endEmailCode(
            addressDigest: digest, signIn: turn.signIn.id, codeMAC: kept, in: tenant, at: now)
        let proof = Reason("emailCode.matches", met: true, "The code mailed to \(address) was entered.")
        if var vouched = turn.vouched {
            vouched.provenAddress = address
            vouched.trail.append(RecordedStep("partner", "email code", [proof]))
            var turn = turn
            turn.vouched = vouched
            return try await advance(turn, with: [end])
        }
        let partner = turn.snapshot.partners.first { $0.kind == .emailCode }
        let identity = EmailOneTimeCode.identity(address, partner: partner?.id, signIn: turn.signIn.id.bytes, at: now)
        let home = try await homeStep(turn)
        return try await vouch(
            turn, identity, spending: [end], trail: [home, RecordedStep("partner", "email code", [proof])])
    }

    /// The address that a code would prove now: the typed or invited one, or the one a home named without vouching.
    private func addressToProve(_ turn: Turn) async throws(Failure) -> EmailAddress? {
        switch nextStep(for: try await read(turn).facts) {
        case .offerEmailCode(let address), .askEmailCode(let address), .changeAccount(let address, canProve: true):
            address
        default: nil
        }
    }

    /// Whether somebody with this address may get in by a code: a pending guest, one whose way in is the code, or whoever
    /// the followed invitation is for (a reset may name another address than `mail`). All are asked for whatever the
    /// first answers. Where anybody may sign up, everybody gets a code.
    private func isExpected(_ address: EmailAddress, _ turn: Turn) async throws(Failure) -> Bool {
        let tenant = turn.tenant.id
        let store = installation.store
        return try await storing { () async throws(StorageError) in
            let linked = try await store.linkedIdentity(tenant, EmailOneTimeCode.key(of: address))
            let users = try await store.users(tenant, mail: address)
            var isInvited = false
            if let id = turn.signIn.invitation, let invitation = try await store.invitation(tenant, id) {
                isInvited = invitation.email == address && invitation.stands(at: installation.now)
            }
            return linked != nil || isInvited || awaitsSignUp(address, turn)
                || users.contains { $0.accountEnabled && $0.externalUserState == .pendingAcceptance }
        }
    }

    private func admitCode(_ turn: Turn) throws(Failure) {
        let now = installation.now
        let limits = installation.limits
        let network = turn.http.peer.remoteAddress
        let counters = installation.counters
        var admitted = counters.admits(
            "code/\(network)", limit: limits.emailCodesPerNetworkAndHour, seconds: 3_600, at: now)
        if !counters.admits(
            "code/\(turn.tenant.id)", limit: limits.emailCodesPerTenantAndHour, seconds: 3_600, at: now)
        {
            admitted = false
        }
        if let invitation = turn.signIn.invitation,
            !counters.admits(
                "code/\(invitation)", limit: limits.emailCodesPerNetworkAndHour, seconds: 3_600, at: now)
        {
            admitted = false
        }
        guard admitted else { throw .refused(.emailCodeLimit, ["limit": "codes an hour"]) }
    }

    private var codeLimits: EmailCodeLimits {
        EmailCodeLimits(
            sendsPerDay: installation.limits.emailCodesPerAddressAndDay,
            triesPerDay: installation.limits.emailCodeTriesPerAddressAndDay)
    }

    private func emailCodeKey(_ turn: Turn) throws(Failure) -> Secret {
        do { return try turn.snapshot.keys.secret(.emailCode) } catch { throw .ours("\(error)") }
    }
}
