internal import Cryptography
internal import FoundationEssentials
internal import HTTP
internal import SAML

/// An application that speaks SAML or WS-Federation: what both kinds share. Answers come by POST from another site, which
/// brings no cookie of ours; so each is verified and set aside, and taken up by our own GET, where the browser is known.
struct FederatedSample: Sendable {
    /// A sign-in under way.
    struct Begun: Sendable {
        let browser: String
        let at: Date
        let forced: Bool
    }

    /// An answer that was verified, or a session.
    struct Arrival: Sendable {
        let assertion: VerifiedAssertion
        /// As it came.
        let xml: String
        /// Which browser began; nil: nobody did.
        let browser: String?
    }

    let name: String
    /// `/saml`, `/wsfed`.
    let path: String
    let protocolName: String
    let look: LabPage.Look
    let lead: String
    let tenant: LabScene.Tenant
    let scene: LabScene
    let environment: Environment
    let begun = SampleStore<Begun>()
    let arrivals = SampleStore<Arrival>()
    let sessions = SampleStore<Arrival>()
    let spent = SampleStore<Date>()

    var origin: String { scene.origin }

    /// How long a person may take, in seconds.
    private static let patience = 3600.0

    func token() -> String { Base64URL.encode(environment.randomBytes(32)) }

    // MARK: Cookies

    // Cookies know no ports, so their names say which demo's they are.
    var sessionCookie: String { "lab-\(scene.port)\(path.replacing("/", with: "-"))" }
    private var browserCookie: String { "lab-\(scene.port)-browser" }

    func session(_ exchange: LabExchange) -> Arrival? { sessions.value(exchange.request.cookie(sessionCookie)) }

    // MARK: There and back

    /// Remembers a sign-in and who began it.
    ///
    /// - Parameter key: By which its answer is found.
    func begin(_ key: String, forced: Bool, _ exchange: LabExchange, in response: inout HTTPResponse) {
        let known = exchange.request.cookie(browserCookie)
        let browser = known.flatMap { $0.utf8.count == 43 ? $0 : nil } ?? token()
        begun.keep(Begun(browser: browser, at: environment.now(), forced: forced), under: key)
        response.setCookie(SetCookie(name: browserCookie, value: browser, secure: false))
    }

    /// The sign-in that an answer belongs to, once.
    func takeBegun(_ key: String?) throws(LabError) -> Begun {
        guard let begun = begun.take(key), environment.now().timeIntervalSince(begun.at) < Self.patience else {
            throw LabError("this answer belongs to no sign-in that began here, or to one that is over")
        }
        return begun
    }

    /// Sets a verified answer aside and sends the browser to ask for it.
    func setAside(_ assertion: VerifiedAssertion, _ xml: String, browser: String?) throws(LabError) -> HTTPResponse {
        let id = "\(assertion.oneTimeUse.issuer) \(assertion.oneTimeUse.assertionID)"
        guard spent.value(id) == nil else { throw LabError("this assertion was used before") }
        spent.keep(assertion.oneTimeUse.until, under: id)
        let ticket = token()
        arrivals.keep(Arrival(assertion: assertion, xml: xml, browser: browser), under: ticket)
        return .redirect(to: "\(path)/arrive?ticket=\(ticket)")
    }

    func arrive(_ exchange: LabExchange) throws(LabError) -> HTTPResponse {
        guard let arrival = arrivals.take(exchange.query?["ticket"]) else {
            throw LabError("there is no answer to take up, or it was taken up before")
        }
        if let browser = arrival.browser {
            guard let known = exchange.request.cookie(browserCookie),
                constantTimeEqual(Array(known.utf8), Array(browser.utf8))
            else { throw LabError("another browser began this sign-in") }
        }
        // A new name for every session: one that was known before the sign-in gains nothing by it.
        let key = token()
        _ = sessions.take(exchange.request.cookie(sessionCookie))
        sessions.keep(arrival, under: key)
        var response = HTTPResponse.redirect(to: path)
        response.setCookie(SetCookie(name: sessionCookie, value: key, secure: false))
        return response
    }

    /// The session ends here.
    func endSession(_ exchange: LabExchange, in response: inout HTTPResponse) -> Arrival? {
        response.setCookie(SetCookie(name: sessionCookie, value: "", maxAge: 0, secure: false))
        return sessions.take(exchange.request.cookie(sessionCookie))
    }

    func route(
        _ methods: [HTTPMethod], _ rest: String,
        _ work: @escaping @Sendable (LabExchange) async throws(LabError) -> HTTPResponse
    ) -> LabRoute {
        LabRoute(methods, path + rest) { [self] exchange in
            do throws(LabError) {
                return try await work(exchange)
            } catch {
                return FederatedSamplePages(sample: self).trouble(error.sentence)
            }
        }
    }
}
