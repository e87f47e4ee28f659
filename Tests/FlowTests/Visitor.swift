// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import HTTP
import JOSE
import JSON

/// A browser: keeps cookies, follows redirects and pages that move on within the gateway, and sends forms as they are.
final class Visitor {
    let gateway: TestGateway
    var cookies: [String: String] = [:]
    var address = "198.51.100.7"
    /// What the browser prefers, as `Accept-Language`.
    var language: String?
    /// Where the last answer came from, and what it was.
    private(set) var path = ""
    private(set) var response = HTTPResponse(status: 0)
    /// Names of cookies that travel with a POST from another site too.
    var crossSiteCookies: Set<String> = []

    init(_ gateway: TestGateway) { self.gateway = gateway }

    /// The `Cookie` field that a request of this browser bears.
    var cookieField: String { field(of: cookies) }

    private func field(of cookies: [String: String]) -> String {
        cookies.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
    }

    var page: String { String(decoding: response.body, as: UTF8.self) }

    /// The URL of another site that the last answer leads to, if it does.
    var destination: String? {
        let location = response.field("Location") ?? page.firstMatch(after: "content=\"0;url=")
        return location.flatMap { $0.hasPrefix("/") || $0.hasPrefix(TestGateway.base + "/") ? nil : $0 }
    }

    func open(_ url: String) async {
        await send(.get, url)
        await follow()
    }

    /// Sends the form whose action ends with `action`, with its hidden fields and these.
    func submit(_ action: String, _ fields: [(String, String)] = []) async {
        guard let form = forms.first(where: { $0.action.hasSuffix(action) }) else {
            response = HTTPResponse(status: 0, body: Array("no form \(action) in: \(page)".utf8))
            return
        }
        await send(.post, form.action, body: form.hidden + fields)
        await follow()
    }

    func post(_ path: String, _ fields: [(String, String)], origin: String? = TestGateway.base) async {
        await send(.post, path, body: fields, origin: origin)
    }

    /// The form that the last answer posts to another site by itself, if it does.
    var posted: PostedForm? {
        forms.first { $0.action.hasPrefix("https://") && !$0.action.hasPrefix(TestGateway.base + "/") }
            .map { PostedForm(url: $0.action, fields: $0.hidden) }
    }

    /// What another site's page posts to us: only cookies that say `SameSite=None` come with it.
    func deliver(_ form: PostedForm, from origin: String = "https://elsewhere.test") async {
        await send(.post, form.url, body: form.fields, origin: origin, isCrossSite: true)
        await follow()
    }

    var forms: [(action: String, hidden: [(String, String)])] {
        page.components(between: "<form", and: "</form>").map { form in
            let action = form.firstMatch(after: "action=\"") ?? ""
            let hidden = form.components(between: "<input type=\"hidden\"", and: ">").compactMap { input in
                input.firstMatch(after: "name=\"").map { ($0, input.firstMatch(after: "value=\"") ?? "") }
            }
            return (action, hidden)
        }
    }

    private func follow() async {
        for _ in 0..<12 {
            let next = response.field("Location") ?? page.firstMatch(after: "content=\"0;url=")?.unescaped
            guard var next, response.status != 0 else { return }
            if next.hasPrefix(TestGateway.base) { next = String(next.dropFirst(TestGateway.base.count)) }
            guard next.hasPrefix("/") else { return }
            await send(.get, next)
        }
    }

    private func send(
        _ method: HTTPMethod, _ url: String, body: [(String, String)]? = nil, origin: String? = TestGateway.base,
        isCrossSite: Bool = false
    ) async {
        path = url.hasPrefix(TestGateway.base) ? String(url.dropFirst(TestGateway.base.count)) : url
        var fields: [(String, String)] = [("Host", "gateway.test"), ("User-Agent", "Test")]
        if let language { fields.append(("Accept-Language", language)) }
        let sent = isCrossSite ? cookies.filter { crossSiteCookies.contains($0.key) } : cookies
        if !sent.isEmpty { fields.append(("Cookie", field(of: sent))) }
        if isCrossSite { fields.append(("Sec-Fetch-Site", "cross-site")) }
        var bytes: [UInt8] = []
        if let body {
            bytes = Array(Form.encode(body).utf8)
            fields.append(("Content-Type", "application/x-www-form-urlencoded"))
            if let origin { fields.append(("Origin", origin)) }
        }
        do {
            let peer = Peer(remoteAddress: address, isSecure: true)
            let request = try HTTPRequest(parsing: method, path, fields: fields, body: bytes, peer: peer)
            response = await gateway.handler.respond(to: request)
        } catch {
            response = .refusal(error)
        }
        for (name, value) in response.fields where name.lowercased() == "set-cookie" {
            let pair = value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { continue }
            if value.contains("Max-Age=0") || pair[1].isEmpty {
                cookies[String(pair[0])] = nil
            } else {
                cookies[String(pair[0])] = String(pair[1])
                if value.contains("SameSite=None") {
                    crossSiteCookies.insert(String(pair[0]))
                } else {
                    crossSiteCookies.remove(String(pair[0]))
                }
            }
        }
    }
}

/// A form on its way through the browser.
struct PostedForm: Sendable {
    var url: String
    var fields: [(String, String)]

    func value(_ name: String) -> String? { fields.first { $0.0 == name }?.1 }

    func setting(_ name: String, _ value: String?) -> PostedForm {
        var form = self
        form.fields = fields.filter { $0.0 != name } + (value.map { [(name, $0)] } ?? [])
        return form
    }

    func adding(_ name: String, _ value: String) -> PostedForm {
        PostedForm(url: url, fields: fields + [(name, value)])
    }
}

/// What an application does: begins, and turns the answer into tokens.
struct ApplicationRun {
    let gateway: TestGateway
    let app: TestApplication
    let verifier = Base64URL.encode(Environment.live.randomBytes(32))
    let state = Base64URL.encode(Environment.live.randomBytes(12))
    let nonce = Base64URL.encode(Environment.live.randomBytes(12))
    var tenant: Tenant { gateway.woodgrove }

    init(_ gateway: TestGateway, _ app: TestApplication) {
        self.gateway = gateway
        self.app = app
    }

    func url(_ extra: [(String, String)] = [], scope: String = "openid profile email offline_access") -> String {
        let pairs =
            [
                ("client_id", app.clientID), ("redirect_uri", app.redirectURI), ("response_type", "code"),
                ("scope", scope), ("state", state), ("nonce", nonce),
                ("code_challenge", Base64URL.encode(Digest.sha256(Array(verifier.utf8)))),
                ("code_challenge_method", "S256"),
            ].filter { pair in !extra.contains { $0.0 == pair.0 } } + extra
        return "/\(tenant.id)/oauth2/v2.0/authorize?" + Form.encode(pairs)
    }

    /// The parameters of the answer at the redirect URI.
    func answer(_ destination: String?) throws -> [String: String] {
        let parts = (destination ?? "").unescaped.split(separator: "?", maxSplits: 1)
        guard parts.count == 2, parts[0] == app.redirectURI else {
            return ["error": "not at the redirect URI: \(destination ?? "nowhere")"]
        }
        return Dictionary(try Form.parse(Array(parts[1].utf8)).pairs.map { ($0.name, $0.value) }) { $1 }
    }

    func redeem(_ code: String, verifier: String? = nil) async throws -> (status: Int, body: JSONValue) {
        await token([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", app.redirectURI),
            ("code_verifier", verifier ?? self.verifier),
        ])
    }

    func token(_ fields: [(String, String)]) async -> (status: Int, body: JSONValue) {
        var fields = fields + [("client_id", app.clientID)]
        if !app.application.isPublicClient { fields.append(("client_secret", app.secret)) }
        let response = await gateway.handler.respond(
            to: HTTPRequest(
                method: .post, target: "/\(tenant.id)/oauth2/v2.0/token",
                fields: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(Form.encode(fields).utf8)))
        return (response.status, (try? JSONReader.read(response.body)) ?? .null)
    }

    /// Verified against the tenant's published keys.
    func claims(_ token: String, type: String) async throws -> JSONObject {
        let response = await gateway.handler.respond(
            to: HTTPRequest(method: .get, target: "/\(tenant.id)/discovery/v2.0/keys"))
        return try JWT.verify(
            token, keys: JWKSet(bytes: response.body), algorithms: [.rs256, .es256, .edDSA],
            type: type == "JWT" ? nil : type
        ).claims
    }
}

extension String {
    func firstMatch(after marker: String) -> String? {
        guard let range = self.firstRange(of: marker) else { return nil }
        return String(self[range.upperBound...].prefix { $0 != "\"" }).unescaped
    }

    func components(between start: String, and end: String) -> [String] {
        var found: [String] = []
        var rest = self[...]
        while let open = rest.firstRange(of: start), let close = rest[open.upperBound...].firstRange(of: end) {
            found.append(String(rest[open.upperBound..<close.lowerBound]))
            rest = rest[close.upperBound...]
        }
        return found
    }

    var unescaped: String {
        replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }
}
