internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import OAuth
internal import Pages

extension SignInFlow {
    /// The page of a step, with the sign-in sealed into the answer where the browser keeps it.
    func show(_ turn: Turn, _ next: NextStep, _ problem: FieldProblem?) throws(Failure) -> HTTPResponse {
        var page = page(for: next, turn, problem)
        if let problem, !problem.message.isEmpty, page.status == 200 { page.status = 400 }
        var response = page.response()
        if turn.vouched == nil { try seal(turn, into: &response) }
        return response
    }

    private func page(for next: NextStep, _ turn: Turn, _ problem: FieldProblem?) -> Page {
        let frame = turn.frame
        switch next {
        case .chooseHome(let offered, let prefill):
            let choices = offered.map {
                PartnerChoice(displayName: $0.displayName, name: $0.name, target: turn.target("partner"))
            }
            return signInPage(
                SignInPage(
                    applicationName: turn.applicationName, addressTarget: turn.target("address"),
                    address: turn.signIn.address?.description ?? prefill, problem: problem, partners: choices,
                    cancel: turn.request == nil ? nil : turn.target("cancel")),
                in: frame)
        case .askPassword(let address):
            return passwordPage(
                PasswordPage(
                    applicationName: turn.applicationName, address: address.description,
                    target: turn.target("password"), otherAddress: turn.target("another"), problem: problem),
                in: frame)
        case .offerMicrosoftAccount(let partner, let address):
            return microsoftAccountPage(
                MicrosoftAccountPage(
                    applicationName: turn.applicationName, address: address.description,
                    partner: PartnerChoice(
                        displayName: partner.displayName, name: partner.name, target: turn.target("partner")),
                    otherAddress: turn.target("another")),
                in: frame)
        case .offerEmailCode(let address):
            return sendCodePage(
                SendCodePage(
                    applicationName: turn.applicationName, address: address.description, target: turn.target("send"),
                    otherAddress: turn.target("another"), provesAddressFor: turn.vouched?.identity.key.issuer),
                in: frame)
        case .askEmailCode(let address):
            return codePage(
                CodePage(
                    applicationName: turn.applicationName, address: address.description, target: turn.target("code"),
                    resend: turn.target("send"), otherAddress: turn.target("another"), problem: problem,
                    minutesValid: 30, isForAll: awaitsSignUp(address, turn)),
                in: frame)
        case .redeem(let invited):
            return reviewPermissionsPage(
                ReviewPermissionsPage(
                    organization: turn.tenant.displayName, domain: turn.tenant.initialDomain.description,
                    guestAddress: invited.invitation.email.description,
                    guestName: turn.vouched?.identity.displayName, inviterName: invited.invitation.inviterName,
                    privacyURL: turn.tenant.privacyStatementURL, privacyContact: turn.tenant.privacyContact,
                    accept: turn.target("accept"), decline: turn.target("cancel")),
                in: frame)
        case .collectAttributes(let standing): return SignUpForm(turn: turn, standing: standing).page
        case .askConsent(let scopes):
            return consentPage(
                ConsentPage(
                    applicationName: turn.applicationName ?? "",
                    permissions: scopes.map { (title: $0.displayName, description: $0.consentDescription) },
                    guestAddress: turn.vouched?.identity.email?.description ?? "",
                    accept: turn.target("consent"), decline: turn.target("cancel")),
                in: frame)
        case .changeAccount(let invited, let canProve):
            let identity = turn.vouched?.identity
            return wrongAccountPage(
                WrongAccountPage(
                    signedInAs: identity?.email?.description ?? identity?.displayName ?? "another account",
                    invitedAddress: invited.description, change: turn.target("another"),
                    prove: canProve ? turn.target("send") : nil,
                    stay: canProve ? nil : "/\(turn.tenant.id)/account"),
                in: frame)
        case .askPartner, .askHostedTenant, .askConnector, .issue, .refuse:
            preconditionFailure("\(next) has no page; proceed and vouch carry it out")
        }
    }
}

/// What every page of a tenant shares.
struct PageFrames {
    let installation: Installation

    func frame(for request: HTTPRequest, tenant: Tenant?, uiLocales: [String]) -> PageFrame {
        let accepted = AcceptLanguage.parse(request.field("accept-language") ?? "")
        return PageFrame(
            organization: tenant?.displayName ?? "Vestibule",
            organizationDomain: tenant?.initialDomain.description,
            language: pageLanguage(preferred: uiLocales + accepted, fallback: tenant?.preferredLanguage ?? "en-US"),
            nonce: Base64URL.encode(installation.environment.randomBytes(16)),
            privacyURL: tenant?.privacyStatementURL)
    }
}
