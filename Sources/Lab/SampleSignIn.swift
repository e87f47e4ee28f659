internal import Cryptography
internal import FoundationEssentials
internal import HTTP
internal import JOSE
internal import JSON
internal import OAuth

/// A sign-in that was begun: what must come back, and from which browser.
struct BegunSignIn: Sendable {
    let state: String
    let nonce: String
    let verifier: String
    /// The value of the cookie that the browser had when it left.
    let browser: String
    let at: Date
}

/// Who signed in, with all that an application learned of them.
struct SampleSession: Sendable {
    let idToken: String
    let claims: JSONObject
    let checks: [ClaimCheck]
    let accessToken: String
    /// Of the access token, which is meant for an API and only read here to show it; nil where it does not verify.
    let accessClaims: JSONObject?
    let accessProblem: String?
    let userInfo: JSONObject?
    /// The gateway's id of the sign-in: the part of the code before the dot.
    let signInID: String
    let at: Date

    var name: String { claims["name"]?.string ?? email }
    /// The issuer that proved who they are: absent where the organisation did itself.
    var home: String? { claims["idp"]?.string }
    var email: String {
        claims["email"]?.string ?? claims["preferred_username"]?.string ?? claims["sub"]?.string ?? "somebody"
    }
}

/// An application's side of the authorization code flow, as a developer would write it: PKCE, state, nonce, the issuer of
/// the answer, and every check of the ID token (OpenID Connect Core §3.1, RFC 9700 §2.1).
struct SampleSignIn: Sendable {
    let application: SampleApplication
    let endpoints: TenantEndpoints
    let environment: Environment

    private static let algorithms: [SignatureAlgorithm] = [.rs256, .es256, .edDSA]

    // MARK: There

    /// - Parameters:
    ///   - prompt: `login` and the like, or nil.
    ///   - scope: One more scope, of an API.
    func begin(
        browser: String, prompt: String?, scope: String?
    ) async throws(LabError) -> (location: String, begun: BegunSignIn) {
        let metadata = try await endpoints.metadata()
        let begun = BegunSignIn(
            state: token(), nonce: token(), verifier: token(), browser: browser, at: environment.now())
        guard let verifier = CodeVerifier(begun.verifier) else { throw LabError("no code verifier could be made") }
        var query = [
            ("response_type", "code"), ("client_id", application.clientID), ("redirect_uri", application.redirectURI),
            ("scope", "openid profile email" + (scope.map { " \($0)" } ?? "")), ("state", begun.state),
            ("nonce", begun.nonce), ("code_challenge", verifier.challenge.description),
            ("code_challenge_method", "S256"),
        ]
        if let prompt { query.append(("prompt", prompt)) }
        let separator = metadata.authorization.contains("?") ? "&" : "?"
        return (metadata.authorization + separator + Form.encode(query), begun)
    }

    private func token() -> String { Base64URL.encode(environment.randomBytes(32)) }

    // MARK: And back

    /// - Parameter answer: The parameters of the callback; its `state` is the one of `begun`.
    func finish(_ begun: BegunSignIn, _ answer: LabParameters) async throws(LabError) -> SampleSession {
        let metadata = try await endpoints.metadata()
        // Before anything else of the answer is believed: another server's answer ends here (RFC 9207 §2.4).
        if let issuer = answer["iss"] {
            guard issuer.utf8.elementsEqual(metadata.issuer.utf8) else {
                throw LabError("the answer came from \(issuer), and we asked \(metadata.issuer)")
            }
        } else if metadata.namesIssuer {
            throw LabError("the answer does not say whose it is")
        }
        if let error = answer["error"] {
            throw LabError([error, answer["error_description"]].compactMap { $0 }.joined(separator: ": "))
        }
        guard let code = answer["code"], !code.isEmpty else { throw LabError("the answer has neither code nor error") }
        let tokens = try await redeem(code, begun, at: metadata.token)
        guard let idToken = tokens["id_token"]?.string, let accessToken = tokens["access_token"]?.string else {
            throw LabError("the token answer lacks a token")
        }
        let (claims, checks) = try await verified(idToken, nonce: begun.nonce, accessToken: accessToken)
        let access = await self.access(accessToken, issuer: metadata.issuer)
        var userInfo: JSONObject?
        if let address = metadata.userInfo, let answer = try? await endpoints.json(address, bearer: accessToken),
            answer["sub"]?.string == claims["sub"]?.string
        {
            userInfo = answer.object
        }
        return SampleSession(
            idToken: idToken, claims: claims, checks: checks, accessToken: accessToken, accessClaims: access.claims,
            accessProblem: access.problem, userInfo: userInfo, signInID: String(code.prefix { $0 != "." }),
            at: environment.now())
    }

    private func redeem(_ code: String, _ begun: BegunSignIn, at url: String) async throws(LabError) -> JSONValue {
        let credential = application.credential
        let (status, json) = try await endpoints.post(
            url,
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", application.redirectURI),
                ("code_verifier", begun.verifier),
            ] + credential.fields, authorization: credential.authorization)
        guard status == 200 else {
            let error = json["error"]?.string ?? "status \(status)"
            throw LabError("the code was not redeemed: \(error): \(json["error_description"]?.string ?? "")")
        }
        return json
    }

    private func verified(
        _ idToken: String, nonce: String, accessToken: String
    ) async throws(LabError) -> (JSONObject, [ClaimCheck]) {
        let keys = try await endpoints.keys(for: idToken)
        let issuer = try await endpoints.metadata().issuer
        var rules = ClaimRules(issuer: .exactly(issuer), audience: application.clientID, nonce: nonce)
        rules.accessToken = accessToken
        do throws(JOSEError) {
            let token = try JWT.verify(idToken, keys: keys, algorithms: Self.algorithms)
            let checks = rules.checks(token, now: environment.now())
            if let failure = checks.firstFailure { throw failure }
            return (token.claims, checks)
        } catch {
            throw LabError("the ID token is refused: \(error)")
        }
    }

    private func access(_ token: String, issuer: String) async -> (claims: JSONObject?, problem: String?) {
        guard let keys = try? await endpoints.keys(for: token) else { return (nil, "Its keys could not be fetched.") }
        do throws(JOSEError) {
            let verified = try JWT.verify(token, keys: keys, algorithms: Self.algorithms, type: "at+jwt")
            guard verified.claims["iss"]?.string == issuer else { return (nil, "It has another issuer.") }
            return (verified.claims, nil)
        } catch {
            return (nil, error.description)
        }
    }
}

/// `application/x-www-form-urlencoded`, one value: what RFC 6749 §2.3.1 asks of both halves of a Basic credential.
func formEncoded(_ text: String) -> String { PercentEncoding.component(text) }
