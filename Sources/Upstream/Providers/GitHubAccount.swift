internal import Directory
internal import JSON
internal import Outbound

extension OAuthSignIn.Profile {
    /// GitHub, or GitHub Enterprise at an origin of its own. Its token endpoint answers errors with status 200.
    static func gitHub(_ connection: ProviderConnection) -> Self {
        let site = connection.origin ?? "https://github.com"
        let api = connection.origin.map { "\($0)/api/v3" } ?? "https://api.github.com"
        return Self(
            kind: .gitHub, issuer: site, authorizationEndpoint: "\(site)/login/oauth/authorize",
            tokenEndpoint: "\(site)/login/oauth/access_token", scopes: ["read:user", "user:email"], usesProofKey: true,
            loginHintParameter: "login"
        ) { accessToken, asking async throws(UpstreamError) in
            try await GitHubAccount(api: api, accessToken: accessToken, asking: asking).read()
        }
    }
}

/// The person at GitHub: the number of the account, because login names are given to others again, and the primary
/// address, proven only where GitHub says so.
private struct GitHubAccount {
    let api: String
    let accessToken: String
    let asking: AccountAPI

    func read() async throws(UpstreamError) -> ExternalAccount {
        let answer = try await get("/user", "account")
        let user = try asking.json(answer, "the account")
        guard case .object(let members) = user, let number = user["id"]?.integer, number > 0 else {
            throw .accountMalformed("it has no number")
        }
        let claims = Claims(members)
        var account = ExternalAccount(subject: String(number), evidence: answer.body)
        account.displayName = claims.display("name") ?? claims.display("login")
        let primary = try await primaryAddress()
        account.email = primary?.email
        account.emailIsVerified = primary?.isVerified ?? false
        return account
    }

    /// Nil where the person did not allow us to read it.
    private func primaryAddress() async throws(UpstreamError) -> (email: EmailAddress, isVerified: Bool)? {
        let answer = try await get("/user/emails", "addresses")
        if answer.status == 403 || answer.status == 404 { return nil }
        guard let entries = try asking.json(answer, "the addresses").array else {
            throw .accountMalformed("the addresses are no list")
        }
        let primary = entries.filter { $0["primary"]?.bool == true }
        guard primary.count <= 1 else { throw .accountMalformed("several addresses are the primary one") }
        guard let entry = primary.first, let email = entry["email"]?.string.flatMap({ EmailAddress($0) }) else {
            return nil
        }
        return (email, entry["verified"]?.bool == true)
    }

    private func get(_ path: String, _ what: String) async throws(UpstreamError) -> FetchResult {
        try await asking.get(
            api + path, what,
            fields: [("Authorization", "Bearer \(accessToken)"), ("X-GitHub-Api-Version", "2022-11-28")])
    }
}
