internal import FoundationEssentials
internal import JSON

/// Claims as a person reads them: name, value, and what it means.
enum ClaimList {
    static func of(_ claims: JSONObject) -> LabMarkup {
        let rows: [LabMarkup] = claims.members.map { name, value in
            let meaning: LabMarkup = meanings[name].map { "<small>\($0)</small>" } ?? ""
            return "<div><dt class=\"mono\">\(name)</dt><dd>\(shown(name, value))\(meaning)</dd></div>"
        }
        return "<dl>\(rows)</dl>"
    }

    private static let times: Set<String> = ["exp", "iat", "nbf", "auth_time", "updated_at"]

    private static func shown(_ name: String, _ value: JSONValue) -> String {
        if times.contains(name), let seconds = value.integer {
            return LabTime.text(Date(timeIntervalSince1970: TimeInterval(seconds)))
        }
        if let string = value.string { return string }
        if let strings = value.strings { return strings.isEmpty ? "none" : strings.joined(separator: ", ") }
        return String(decoding: JSONWriter.write(value), as: UTF8.self)
    }

    private static let meanings: [String: String] = [
        "iss": "who says so", "aud": "for whom", "sub": "you, as this application alone knows you",
        "oid": "you, as every application of the organisation knows you", "tid": "the organisation",
        "idp": "who proved who you are", "acct": "1 is a guest, 0 a member", "exp": "until then", "iat": "issued",
        "nbf": "not before", "auth_time": "when you proved who you are", "nonce": "ties the token to the sign-in",
        "xms_edov": "whether the domain's owner vouches for the address", "amr": "how you proved it",
        "acr": "how strongly", "azp": "the application that asked", "scp": "what it may do on your behalf",
        "scope": "the same, in the words of RFC 9068", "roles": "what you may do there", "ver": "form of the token",
        "jti": "this token's own id", "sid": "your session at the organisation",
        "at_hash": "ties it to the access token",
        "client_id": "the application that asked",
    ]
}

/// Times as the pages write them.
enum LabTime {
    static func text(_ date: Date) -> String {
        let iso = date.ISO8601Format()
        return iso.replacing("T", with: " ").replacing("Z", with: " UTC")
    }

    static func machine(_ date: Date) -> String { date.ISO8601Format() }
}
