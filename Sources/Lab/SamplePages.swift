internal import HTTP
internal import JOSE
internal import JSON

/// What a sample application shows.
struct SamplePages {
    let desk: SampleDesk

    private var application: SampleApplication { desk.application }

    private func page(_ title: String) -> LabPage {
        LabPage(
            title: title, brand: application.name, home: application.home, look: application.look,
            links: [("Mailbox", "/mailbox"), ("Accounts", "/accounts")],
            // Signing out leads over the gateway, and Chromium holds redirects after a form to this too.
            formTargets: "'self' \(desk.scene.gateway)", environment: desk.environment)
    }

    func welcome() -> HTTPResponse {
        page("Welcome to \(application.name)").response(
            """
            <section class="card hero"><p class="lead">\(application.lead)</p>
            <div class="actions"><a class="button" href="\(application.path)/sign-in">Sign in</a></div></section>
            <section class="card"><h2>What you will see</h2>
            <p>You leave for \(application.tenant.name), which asks who you are or sends you to whoever knows you. Back
            here, this application shows everything it learned: the tokens, the checks it made on them, and the reasons
            why you were let in.</p>
            <p class="soft">Who you can be is listed under <a href="/accounts">Accounts</a>; codes and invitations arrive
            in the <a href="/mailbox">Mailbox</a>.</p></section>
            """)
    }

    func account(_ session: SampleSession) -> HTTPResponse {
        let path = application.path
        let api: LabMarkup =
            desk.scene.apiScope == nil || !path.isEmpty
            ? "" : "<a class=\"button plain\" href=\"/sign-in?with=api\">Ask for the stock list too</a>"
        let access: LabMarkup
        if let claims = session.accessClaims {
            access =
                "<p class=\"soft\">For the API that is its audience; this application only passes it on.</p>\(ClaimList.of(claims))"
        } else {
            access = "<p class=\"problem\">\(session.accessProblem ?? "It could not be read.")</p>"
        }
        let userInfo: LabMarkup =
            session.userInfo.map {
                """
                <section class="card"><h2>Userinfo</h2>
                <p class="soft">What the gateway answers to the access token.</p>\(ClaimList.of($0))</section>
                """
            } ?? ""
        return page("Hello, \(session.name)").response(
            """
            <section class="card hero"><p class="lead">You are signed in as <strong>\(session.email)</strong>.</p>
            <form class="actions" method="post" action="\(path)/sign-out">
            <a class="button" href="\(path)/why">Why was I let in?</a>\(api)
            <a class="button plain" href="\(path)/sign-in?prompt=select_account">Use another account</a>
            <button class="plain" type="submit">Sign out</button></form></section>
            <div class="two">
            <section class="card"><h2>ID token</h2><p class="soft">Who you are, said to this application.</p>
            \(ClaimList.of(session.claims))\(raw(session.idToken))</section>
            <div><section class="card"><h2>Access token</h2>\(access)\(raw(session.accessToken))</section>
            \(userInfo)
            <section class="card"><h2>What this application checked</h2>
            <ul class="checks">\(checks(session))</ul></section></div>
            </div>
            """)
    }

    private func raw(_ token: String) -> LabMarkup {
        "<details><summary>As it was sent</summary><p class=\"token\"><code>\(token)</code></p></details>"
    }

    private func checks(_ session: SampleSession) -> [LabMarkup] {
        let before: [(String, String)] = [
            ("state", "The answer belongs to a sign-in that this browser began."),
            ("iss of the answer", "It came from the organisation that was asked (RFC 9207)."),
            ("code_verifier", "Only whoever began the sign-in could redeem the code (PKCE)."),
            ("signature", "The ID token is signed with a key that the organisation publishes."),
        ]
        let made = session.checks.filter { $0.outcome == .passed }.map { check in
            (check.name, check.actual.map { "It is \($0)." } ?? "As it must be.")
        }
        return (before + made).map { name, detail in
            """
            <li><span class="yes" aria-hidden="true">✓</span><span><code>\(name)</code><small>\(detail)</small></span></li>
            """
        }
    }

    func why(_ session: SampleSession, _ story: SignInReasons.Story) -> HTTPResponse {
        let told: LabMarkup
        if story.steps.isEmpty {
            told = "<section class=\"card\"><pre>\(story.text)</pre></section>"
        } else {
            let steps: [LabMarkup] = story.steps.map { step in
                "<li><h2>\(step.name)</h2><p>\(step.verdict)</p>\(reasons(step.reasons))</li>"
            }
            told = """
                <section class="card"><ol class="steps">\(steps)</ol></section>
                <section class="card"><h2>The same in a terminal</h2>
                <p><code>vestibule explain \(session.signInID)</code></p><pre>\(story.text)</pre></section>
                """
        }
        return page("Why you were let in").response(
            """
            <p class="lead"><strong>\(session.email)</strong> \(vouching(session)). These are the decisions on the way to
            \(application.name), in order, each with what it rests on. The administrator of \(application.tenant.name) sees
            the same.</p>
            \(told)
            <p><a class="button plain" href="\(application.home)">Back to \(application.name)</a></p>
            """)
    }

    /// Who proved it, in a few words.
    private func vouching(_ session: SampleSession) -> String {
        guard let home = session.home, !home.hasPrefix("\(desk.scene.gateway)/\(application.tenant.id)/") else {
            return session.claims["acct"]?.integer == 1
                ? "proved to \(application.tenant.name) that the address is theirs"
                : "belongs to \(application.tenant.name)"
        }
        if home == "mail" { return "read a code that was mailed to this address" }
        let tenant = desk.scene.tenants.first { home.hasPrefix("\(desk.scene.gateway)/\($0.id)/") }
        let isOutside = home.hasPrefix(desk.scene.providerOrigin + "/")
        let name = tenant?.name ?? (isOutside ? OutsideProvider.displayName : home)
        return "was vouched for by \(name)"
    }

    private func reasons(_ reasons: [SignInReasons.Step.Reason]) -> LabMarkup {
        if reasons.isEmpty { return "" }
        let items: [LabMarkup] = reasons.map { reason in
            let mark: LabMarkup =
                reason.isMet
                ? "<span class=\"yes\" role=\"img\" aria-label=\"Met\">✓</span>"
                : "<span class=\"no\" role=\"img\" aria-label=\"Not met\">–</span>"
            let setting: LabMarkup = reason.setting.map { " · setting <code>\($0)</code>" } ?? ""
            return """
                <li>\(mark)<span>\(reason.detail)<small><code>\(reason.rule)</code>\(setting)</small></span></li>
                """
        }
        return "<ul class=\"checks\">\(items)</ul>"
    }

    func signedOut() -> HTTPResponse {
        let tenant = application.tenant.name
        let forgotten =
            application.postLogoutRedirectURI == nil
            ? "\(application.name) has forgotten this browser; \(tenant) still knows it."
            : "\(application.name) and \(tenant) have forgotten this browser."
        return page("You are signed out").response(
            """
            <section class="card hero"><p class="lead">\(forgotten)</p>
            <div class="actions"><a class="button" href="\(application.path)/sign-in">Sign in again</a></div></section>
            """)
    }

    func trouble(_ sentence: String, status: Int) -> HTTPResponse {
        page("That did not work").response(
            status: status,
            """
            <section class="card"><p class="problem" role="alert">\(sentence)</p>
            <p>Nobody was signed in by this. Begin again from the first page.</p>
            <div class="actions"><a class="button" href="\(application.home)">To the first page</a></div></section>
            """)
    }
}
