internal import Cryptography
internal import HTTP
internal import OAuth

/// The outside provider's authorization endpoint: its request, its one page, and the way back.
struct OutsideAuthorization: Sendable {
    let provider: OutsideProvider

    /// An authorization request that was judged good.
    private struct Request {
        let state: String?
        let nonce: String?
        let scopes: Set<String>
        let challenge: CodeChallenge
        let loginHint: String?
        let allowsAsking: Bool
    }

    private enum Judgement {
        case good(Request)
        /// Nothing that could be sent back: whose request it is, is not known.
        case refusedHere(String)
        case refusedThere(error: String, description: String, state: String?)
    }

    /// What is carried through the page, in order.
    private static let parameters = [
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method", "login_hint", "prompt",
    ]

    func ask(_ exchange: LabExchange) async -> HTTPResponse {
        guard let query = exchange.query else { return refusal("The request can't be read.") }
        switch judge(query) {
        case .refusedHere(let sentence): return refusal(sentence)
        case .refusedThere(let error, let description, let state):
            return back([("error", error), ("error_description", description)], state)
        case .good(let request):
            guard request.allowsAsking else {
                return back([("error", "login_required"), ("error_description", "nobody is signed in")], request.state)
            }
            return page(query, email: request.loginHint, problem: nil)
        }
    }

    func answer(_ exchange: LabExchange) async -> HTTPResponse {
        guard let form = exchange.form else { return refusal("The form can't be read.") }
        switch judge(form) {
        case .refusedHere(let sentence): return refusal(sentence)
        case .refusedThere(let error, let description, let state):
            return back([("error", error), ("error_description", description)], state)
        case .good(let request):
            if form["cancel"] != nil {
                let refused = [("error", "access_denied"), ("error_description", "the person declined")]
                return back(refused, request.state)
            }
            let email = form["email"] ?? ""
            let isRight = constantTimeEqual(Array((form["password"] ?? "").utf8), Array(provider.password.utf8))
            guard email.lowercased() == provider.account.email, isRight else {
                return page(form, email: email, problem: "That address and that password do not belong together.")
            }
            let now = provider.environment.now()
            let code = Base64URL.encode(provider.environment.randomBytes(32))
            provider.grants.add(
                OutsideGrants.Grant(
                    redirectURI: provider.redirectURI, challenge: request.challenge, nonce: request.nonce,
                    scopes: request.scopes, authenticatedAt: now, expiresAt: now.addingTimeInterval(60)),
                code: code, now: now)
            return back([("code", code)], request.state)
        }
    }

    private func judge(_ parameters: LabParameters) -> Judgement {
        guard parameters["client_id"] == provider.clientID else { return .refusedHere("The client is not known here.") }
        guard let uri = parameters["redirect_uri"], uri.utf8.elementsEqual(provider.redirectURI.utf8) else {
            return .refusedHere("The redirect URI is not the registered one.")
        }
        let state = parameters["state"]
        func refused(_ error: String, _ description: String) -> Judgement {
            .refusedThere(error: error, description: description, state: state)
        }
        for name in ["request", "request_uri"] where parameters[name] != nil {
            return refused("\(name)_not_supported", "\(name) is not supported")
        }
        guard parameters["response_type"] == "code" else {
            return refused("unsupported_response_type", "response_type must be code")
        }
        if let mode = parameters["response_mode"], mode != "query" {
            return refused("invalid_request", "response_mode must be query")
        }
        let scopes = Set((parameters["scope"] ?? "").split(separator: " ").map(String.init))
        guard scopes.contains("openid") else { return refused("invalid_scope", "scope must contain openid") }
        guard parameters["code_challenge_method"] == "S256",
            let challenge = parameters["code_challenge"].flatMap({ CodeChallenge($0) })
        else { return refused("invalid_request", "a code_challenge of the method S256 is required") }
        let prompts = Set((parameters["prompt"] ?? "").split(separator: " ").map(String.init))
        return .good(
            Request(
                state: state, nonce: parameters["nonce"], scopes: scopes, challenge: challenge,
                loginHint: parameters["login_hint"], allowsAsking: !prompts.contains("none")))
    }

    /// Back to the client, with the issuer's name on the answer (RFC 9207).
    private func back(_ fields: [(String, String)], _ state: String?) -> HTTPResponse {
        var all = fields
        if let state { all.append(("state", state)) }
        all.append(("iss", provider.issuer))
        return .redirect(to: "\(provider.redirectURI)?\(Form.encode(all))")
    }

    // MARK: Pages

    private func frame(_ title: String) -> LabPage {
        LabPage(
            title: title, brand: "Northwind ID", home: "/\(OutsideProvider.name)/authorize", look: .night,
            isNarrow: true,
            formTargets: nil, environment: provider.environment)
    }

    private func page(_ parameters: LabParameters, email: String?, problem: String?) -> HTTPResponse {
        let hidden: [LabMarkup] = Self.parameters.compactMap { name in
            parameters[name].map { "<input type=\"hidden\" name=\"\(name)\" value=\"\($0)\">" }
        }
        let alert: LabMarkup =
            problem.map { "<p class=\"problem\" role=\"alert\" id=\"problem\">\($0)</p>" } ?? ""
        // Whoever was sent here with this account's address does not type it again.
        let isKnown = email?.lowercased() == provider.account.email
        let address: LabMarkup =
            isKnown
            ? """
            <p class="lead">\(provider.account.email)</p><input type="hidden" name="email" value="\(provider.account.email)">
            """
            : """
            <label for="email">Email address</label>
            <input id="email" name="email" type="email" autocomplete="username" required value="\(email ?? "")">
            """
        return frame("Your Northwind account").response(
            """
            <section class="card"><p class="soft">Northwind Traders is another organisation, on another site: an identity
            provider of its own.</p>
            <form method="post" action="/\(OutsideProvider.name)/authorize">\(hidden)\(address)\(alert)
            <label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" autofocus>
            <div class="row"><button class="wide" type="submit">Continue</button>
            <button class="wide plain" type="submit" name="cancel" value="yes">Cancel</button></div></form></section>
            """)
    }

    private func refusal(_ sentence: String) -> HTTPResponse {
        frame("This can't go on").response(status: 400, "<p class=\"problem\" role=\"alert\">\(sentence)</p>")
    }
}
