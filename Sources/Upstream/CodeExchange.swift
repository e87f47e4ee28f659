internal import Cryptography
internal import FoundationEssentials
internal import JOSE
internal import JSON
internal import Outbound

/// The authorization code grant at a provider's token endpoint (OpenID Connect Core §3.1.3).
struct CodeExchange {
    let context: PartnerContext
    let clientID: String
    let authentication: TokenEndpointProof
    /// The audience of our assertions.
    let issuer: String
    var usesProofKey = true
    let fetch: PartnerFetch

    struct Tokens {
        /// Nil from a provider that knows only OAuth.
        var idToken: String?
        var accessToken: String?
    }

    static let maximumBytes = 256 * 1024
    /// Seconds that our own assertion is good for.
    private static let assertionLifetime: Int64 = 60

    func redeem(
        _ code: String, _ transaction: UpstreamTransaction, at endpoint: String
    ) async throws(UpstreamError) -> Tokens {
        var form = FormText()
        form.add("grant_type", "authorization_code")
        form.add("code", code)
        form.add("redirect_uri", transaction.redirectURI)
        if usesProofKey { form.add("code_verifier", transaction.verifier) }
        var fields = [
            (name: "Content-Type", value: "application/x-www-form-urlencoded"),
            (name: "Accept", value: "application/json"),
        ]
        try authenticate(&form, &fields)
        let answer: FetchResult
        do throws(FetchError) {
            answer = try await fetch.send(
                FetchRequest(
                    .post, endpoint, fields: fields, body: Array(form.text.utf8), timeout: .seconds(10),
                    maximumBytes: Self.maximumBytes), context.egress)
        } catch {
            throw .unreachable(error, asking: "token endpoint")
        }
        return try tokens(answer)
    }

    private func authenticate(
        _ form: inout FormText, _ fields: inout [(name: String, value: String)]
    ) throws(UpstreamError) {
        switch authentication {
        case .clientSecretBasic:
            // Each half is form-encoded before they are joined (RFC 6749 §2.3.1), so a colon in one stays there.
            let pair = FormText.encode(clientID) + ":" + FormText.encode(try secret())
            fields.append(("Authorization", "Basic " + Base64.encode(Array(pair.utf8))))
        case .clientSecretPost:
            form.add("client_id", clientID)
            form.add("client_secret", try secret())
        case .privateKeyJWT:
            form.add("client_id", clientID)
            form.add("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            form.add("client_assertion", try assertion())
        case .appleSecret(let team, let key, let audience):
            form.add("client_id", clientID)
            form.add(
                "client_secret",
                try AppleClientSecret(clientID: clientID, team: team, keyID: key, audience: audience)
                    .signed(with: context.clientSecret, at: context.environment.now()))
        }
    }

    private func secret() throws(UpstreamError) -> String {
        guard let secret = context.clientSecret else { throw .misconfigured("its client secret is not set") }
        return secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// RFC 7523 §3, for one audience: the issuer, as a single string, so that it is good at no other server.
    private func assertion() throws(UpstreamError) -> String {
        guard let signer = context.assertionKey else {
            throw .misconfigured("this tenant has no key to prove itself with")
        }
        let now = Int64(context.environment.now().timeIntervalSince1970)
        let id = Base64URL.encode(context.environment.randomBytes(16))
        do throws(JOSEError) {
            let token = try signer.sign { claims in
                claims.member("iss", clientID)
                claims.member("sub", clientID)
                claims.member("aud", issuer)
                claims.member("iat", now)
                claims.member("exp", now + Self.assertionLifetime)
                claims.member("jti", id)
            }
            return String(decoding: token, as: UTF8.self)
        } catch {
            throw .misconfigured("our assertion could not be signed: \(error)")
        }
    }

    private func tokens(_ answer: FetchResult) throws(UpstreamError) -> Tokens {
        let value: JSONValue?
        do throws(JSONError) {
            value = try JSONReader.read(answer.body, limits: JSONLimits(bytes: Self.maximumBytes, depth: 32))
        } catch {
            guard answer.status != 200 else { throw .tokenResponseMalformed("\(error)") }
            value = nil
        }
        // Some providers answer an error with status 200.
        if answer.status != 200 || value?["error"] != nil {
            throw Self.refusal(answer.status, value)
        }
        guard let type = value?["token_type"]?.string, type.lowercased() == "bearer" else {
            throw .tokenResponseMalformed("its token_type is not Bearer")
        }
        return Tokens(idToken: value?["id_token"]?.string, accessToken: value?["access_token"]?.string)
    }

    /// The error in the form of OAuth (RFC 6749 §5.2), or as Facebook's object.
    private static func refusal(_ status: Int, _ value: JSONValue?) -> UpstreamError {
        let error = value?["error"]
        let code = error?.string ?? error?["type"]?.string ?? "without an error code"
        let description = value?["error_description"]?.string ?? error?["message"]?.string
        return .tokenEndpointRefused(
            status: status, error: shown(code, limit: 100), description: description.map { shown($0) })
    }
}
