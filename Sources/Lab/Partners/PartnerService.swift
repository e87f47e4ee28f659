internal import Cryptography
internal import HTTP

extension FederationPartner {
    /// A route of the identity provider itself, which is as slow and as down as the switches say. The control page is
    /// not among these, or nobody could switch them off.
    func serviceRoute(
        _ methods: [HTTPMethod], _ path: String,
        _ work: @escaping @Sendable (LabExchange) async throws(LabError) -> HTTPResponse
    ) -> LabRoute {
        LabRoute(methods, path) { [self] exchange in
            if switches.isOn("slow") { try? await Task.sleep(for: .seconds(max(0, switches.seconds("slow")))) }
            if switches.isOn("down") {
                var response = HTTPResponse.text("\(displayName) is down.\n", status: 503)
                response.closes = true
                return response
            }
            do throws(LabError) {
                return try await work(exchange)
            } catch {
                return refusal(error.sentence)
            }
        }
    }

    // MARK: Sessions

    // Cookies know no ports, so their names say which demo's they are.
    private var cookieName: String { "lab-\(origin.split(separator: ":").last ?? "")-\(name)" }

    func session(_ exchange: LabExchange) -> PartnerSessions.Session? {
        sessions.session(exchange.request.cookie(cookieName))
    }

    func keep(_ session: PartnerSessions.Session, in response: inout HTTPResponse, for exchange: LabExchange) {
        sessions.end(exchange.request.cookie(cookieName))
        let key = Base64URL.encode(environment.randomBytes(32))
        sessions.keep(session, under: key)
        response.setCookie(SetCookie(name: cookieName, value: key, secure: false))
    }

    func endSession(_ exchange: LabExchange, in response: inout HTTPResponse) {
        sessions.end(exchange.request.cookie(cookieName))
        response.setCookie(SetCookie(name: cookieName, value: "", maxAge: 0, secure: false))
    }

    /// Whether a form was sent from a page of this partner's.
    func isFromOwnPage(_ exchange: LabExchange) -> Bool {
        guard let origin = exchange.request.field("origin") else { return true }
        return origin == self.origin
    }

    // MARK: Answers

    /// The faults of one answer: what its form chose, else what is switched on.
    func faults(choosing name: String?) throws(LabError) -> [PartnerFault] {
        guard let name, !name.isEmpty else { return switches.messageFaults }
        if name == "none" { return [] }
        guard let fault = switches.fault(name), !fault.isOfService else {
            throw LabError("\(name) is no fault of this partner's answers")
        }
        return [fault]
    }
}
