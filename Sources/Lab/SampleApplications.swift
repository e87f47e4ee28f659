internal import Cryptography
internal import HTTP
internal import JSON
internal import Outbound

/// The pages of the sample applications: each signs people in at its own organisation.
struct SampleApplications: Sendable {
    private let desks: [SampleDesk]

    init(scene: LabScene, fetcher: Fetcher, environment: Environment) {
        var endpoints: [String: TenantEndpoints] = [:]
        for tenant in scene.tenants {
            endpoints[tenant.id] = TenantEndpoints(issuer: "\(scene.gateway)/\(tenant.id)/v2.0", fetcher: fetcher)
        }
        desks = SampleApplication.all(in: scene).compactMap { application in
            guard let endpoints = endpoints[application.tenant.id] else { return nil }
            return SampleDesk(
                scene: scene, environment: environment, sessions: SampleSessions(),
                signIn: SampleSignIn(application: application, endpoints: endpoints, environment: environment))
        }
    }

    var routes: [LabRoute] { desks.flatMap(\.routes) }
}

/// One application's routes.
struct SampleDesk: Sendable {
    let scene: LabScene
    let environment: Environment
    let sessions: SampleSessions
    let signIn: SampleSignIn

    var application: SampleApplication { signIn.application }

    var routes: [LabRoute] {
        let path = application.path
        return [
            LabRoute([.get], application.home, home), LabRoute([.get], "\(path)/sign-in", begin),
            LabRoute([.get], "\(path)/callback", callback), LabRoute([.get], "\(path)/why", why),
            LabRoute([.post], "\(path)/sign-out", signOut), LabRoute([.get], "\(path)/signed-out", signedOut),
        ]
    }

    // MARK: Steps

    private func home(_ exchange: LabExchange) async -> HTTPResponse {
        guard let session = sessions.session(exchange.request.cookie(sessionCookie)) else {
            return SamplePages(desk: self).welcome()
        }
        return SamplePages(desk: self).account(session)
    }

    private func begin(_ exchange: LabExchange) async -> HTTPResponse {
        let known = exchange.request.cookie(browserCookie)
        let browser = known.flatMap { $0.utf8.count == 43 ? $0 : nil } ?? Base64URL.encode(environment.randomBytes(32))
        let prompt = exchange.query?["prompt"].flatMap { ["login", "select_account"].contains($0) ? $0 : nil }
        let scope = exchange.query?["with"] == "api" ? scene.apiScope : nil
        do throws(LabError) {
            let (location, begun) = try await signIn.begin(browser: browser, prompt: prompt, scope: scope)
            sessions.begin(begun)
            var response = HTTPResponse.redirect(to: location)
            response.setCookie(SetCookie(name: browserCookie, value: browser, secure: false))
            return response
        } catch {
            return SamplePages(desk: self).trouble(error.sentence, status: 502)
        }
    }

    private func callback(_ exchange: LabExchange) async -> HTTPResponse {
        guard let answer = exchange.query, let state = answer["state"],
            let begun = sessions.take(
                state, browser: exchange.request.cookie(browserCookie), now: environment.now())
        else {
            return SamplePages(desk: self).trouble(
                "this answer belongs to no sign-in that this browser began here, or to one that is over", status: 400)
        }
        do throws(LabError) {
            let session = try await signIn.finish(begun, answer)
            // A new name for every session: one that was known before the sign-in gains nothing by it.
            let key = Base64URL.encode(environment.randomBytes(32))
            _ = sessions.end(exchange.request.cookie(sessionCookie))
            sessions.keep(session, under: key)
            var response = HTTPResponse.redirect(to: application.home)
            response.setCookie(SetCookie(name: sessionCookie, value: key, secure: false))
            return response
        } catch {
            return SamplePages(desk: self).trouble(error.sentence, status: 400)
        }
    }

    private func why(_ exchange: LabExchange) async -> HTTPResponse {
        guard let session = sessions.session(exchange.request.cookie(sessionCookie)) else {
            return .redirect(to: application.home)
        }
        do throws(LabError) {
            let reasons = try await SignInReasons(controlSocket: scene.controlSocket).of(session.signInID)
            return SamplePages(desk: self).why(session, reasons)
        } catch {
            return SamplePages(desk: self).trouble(error.sentence, status: 502)
        }
    }

    private func signOut(_ exchange: LabExchange) async -> HTTPResponse {
        guard exchange.isFromOurPage(scene) else { return .text("This form is not from here.\n", status: 403) }
        var response = HTTPResponse.redirect(to: "\(application.path)/signed-out")
        if let session = sessions.end(exchange.request.cookie(sessionCookie)),
            let endSession = try? await signIn.endpoints.metadata().endSession,
            let returning = application.postLogoutRedirectURI
        {
            // Out at the organisation too (OpenID Connect RP-Initiated Logout 1.0 §2).
            let query = [
                ("id_token_hint", session.idToken), ("client_id", application.clientID),
                ("post_logout_redirect_uri", returning),
            ]
            response = .redirect(to: "\(endSession)?\(Form.encode(query))")
        }
        response.setCookie(SetCookie(name: sessionCookie, value: "", maxAge: 0, secure: false))
        return response
    }

    private func signedOut(_ exchange: LabExchange) async -> HTTPResponse { SamplePages(desk: self).signedOut() }

    // MARK: Cookies

    // Cookies know no ports, so their names say which demo's they are.
    private var sessionCookie: String { "lab-\(scene.port)-\(application.key)" }
    private var browserCookie: String { "lab-\(scene.port)-browser" }
}
