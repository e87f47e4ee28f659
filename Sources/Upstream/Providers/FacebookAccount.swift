internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import JSON

extension OAuthSignIn.Profile {
    /// Facebook's classic login.
    static func facebook(_ connection: ProviderConnection) -> Self {
        let endpoints = FacebookEndpoints(connection)
        return Self(
            kind: .facebook, issuer: endpoints.issuer, authorizationEndpoint: endpoints.dialog,
            tokenEndpoint: endpoints.token, scopes: ["public_profile", "email"], usesProofKey: false,
            loginHintParameter: nil
        ) { accessToken, asking async throws(UpstreamError) in
            try await FacebookAccount(endpoints: endpoints, accessToken: accessToken, asking: asking).read()
        }
    }
}

/// The person at Facebook. An access token says nothing of whom it was made for, so Facebook is asked: one that another
/// app got must not sign anybody in here. The id is another in every app; an address may be missing and is not proven.
private struct FacebookAccount {
    let endpoints: FacebookEndpoints
    let accessToken: String
    let asking: AccountAPI

    func read() async throws(UpstreamError) -> ExternalAccount {
        guard let secret = asking.secret else { throw .misconfigured("its app secret is not set") }
        let user = try await tokenOwner(secret)
        var query = FormText()
        query.add("fields", "id,name,first_name,last_name,email")
        query.add("access_token", accessToken)
        query.add(
            "appsecret_proof", Hex.encode(MAC.hmac(.sha256, key: secret, Array(accessToken.utf8))))
        let answer = try await asking.get(endpoints.me + "?" + query.text, "account")
        let value = try asking.json(answer, "the account")
        guard case .object(let members) = value, let id = value["id"]?.string, Self.isNumber(id) else {
            throw .accountMalformed("it has no id")
        }
        guard id.isExactly(user) else { throw .foreignToken("it is another person's than the account that was read") }
        let claims = Claims(members)
        var account = ExternalAccount(subject: id, evidence: answer.body)
        account.email = claims.email("email")
        account.displayName = claims.display("name")
        account.givenName = claims.display("first_name")
        account.surname = claims.display("last_name")
        return account
    }

    /// Whose token it is, after Facebook said that it is ours, and good.
    private func tokenOwner(_ secret: Secret) async throws(UpstreamError) -> String {
        let appToken = asking.connection.clientID + "|" + secret.withBytes { String(decoding: $0, as: UTF8.self) }
        var query = FormText()
        query.add("input_token", accessToken)
        query.add("access_token", appToken)
        let answer = try await asking.get(endpoints.debugToken + "?" + query.text, "token debugger")
        let value = try asking.json(answer, "the token debugger")
        guard let data = value["data"]?.object else { throw .accountMalformed("the token debugger says nothing") }
        let app = data["app_id"]?.string ?? data["app_id"]?.integer.map { String($0) }
        guard let app, app.isExactly(asking.connection.clientID) else {
            throw .foreignToken("it was made for the app \(shown(app ?? "(none)"))")
        }
        guard data["is_valid"]?.bool == true else { throw .foreignToken("Facebook says that it is not valid") }
        if let type = data["type"]?.string, type != "USER" { throw .foreignToken("it is of the type \(shown(type))") }
        // Zero: it does not expire.
        guard let expiry = data["expires_at"]?.double,
            expiry == 0 || expiry > asking.now.timeIntervalSince1970
        else { throw .foreignToken("it has expired") }
        guard let user = data["user_id"]?.string, Self.isNumber(user) else { throw .foreignToken("it is nobody's") }
        return user
    }

    private static func isNumber(_ id: String) -> Bool {
        (1...32).contains(id.utf8.count) && id.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
