internal import Cryptography
internal import Directory
internal import FoundationEssentials

extension UpstreamTransaction {
    /// Whether an answer is to this transaction: before anything else in it is looked at, errors included.
    ///
    /// - Parameters:
    ///   - state: As the answer brought it: `state`, `RelayState`, `wctx`.
    ///   - issuer: Of the connection, as it is set now.
    ///   - endpoint: Where the answer arrived.
    func requireAnswer(
        state: String?, _ context: PartnerContext, issuer: String, at endpoint: String, _ checks: inout [Check]
    ) throws(UpstreamError) {
        guard constantTimeEqual(Array((state ?? "").utf8), Array(self.state.utf8)) else {
            checks.append(Check("state", passed: false))
            throw .stateMismatch
        }
        checks.append(Check("state"))
        let other: String? =
            if partner != context.partner.id {
                "it was begun with another partner"
            } else if !self.issuer.isExactly(issuer) {
                "it was begun with the issuer \(self.issuer)"
            } else if !redirectURI.isExactly(endpoint) {
                "its answer was to come to \(redirectURI)"
            } else {
                nil
            }
        if let other {
            checks.append(Check("transaction", actual: other, passed: false))
            throw .otherTransaction(other)
        }
        checks.append(Check("transaction", expected: self.issuer))
        let age = context.environment.now().timeIntervalSince(startedAt)
        guard age <= Self.lifetime, age >= -60 else {
            checks.append(Check("transaction.age", expected: "3600 s", actual: "\(Int(age)) s", passed: false))
            throw .transactionExpired
        }
    }
}

extension [(name: String, value: String)] {
    /// The parameter, which must be there once: of two, one would be somebody else's.
    func only(_ name: String) throws(UpstreamError) -> String {
        let found = filter { $0.name == name }
        guard found.count == 1, let value = found.first?.value, !value.isEmpty else {
            throw .responseMalformed("\(name) is there \(found.count) times")
        }
        return value
    }
}
