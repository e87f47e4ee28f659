internal import FoundationEssentials
internal import XML

extension TokenRule {
    /// A Lifetime that is there includes now (WS-Trust §4.2). The token's own conditions are what is signed.
    static let lifetime = TokenRule(name: "lifetime") { answer throws(SAMLRejection) in
        let response = try answer.required(answer.response)
        guard let lifetime = try response.single(XMLName(response.name.namespace, "Lifetime")) else { return .silent }
        let skew = answer.expected.assertion.skew
        if let created = try lifetime.single(.utility("Created")) {
            guard let start = created.text.flatMap({ SAMLInstant.read($0) }),
                start <= answer.now.addingTimeInterval(skew)
            else {
                throw SAMLRejection(
                    .notYetValid, "Created is \(created.text.shown), now is \(answer.now.shownInstant).",
                    at: created.position)
            }
        }
        if let expires = try lifetime.single(.utility("Expires")) {
            guard let end = expires.text.flatMap({ SAMLInstant.read($0) }), answer.now < end.addingTimeInterval(skew)
            else {
                throw SAMLRejection(
                    .expired, "Expires is \(expires.text.shown), now is \(answer.now.shownInstant).",
                    at: expires.position)
            }
        }
        return .passed()
    }
}
