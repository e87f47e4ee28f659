internal import FoundationEssentials
internal import XML

extension AssertionRule {
    /// There is one authentication statement; its session still runs, and it is as fresh as was asked for (SAML Core
    /// §2.7.2).
    static let authnStatement = AssertionRule(name: "authn_statement") { assertion throws(SAMLRejection) in
        let statements = assertion.element.children(.assertion("AuthnStatement"))
        guard let statement = statements.first, statements.count == 1 else {
            throw SAMLRejection(
                .authnStatement, "There are \(statements.count) AuthnStatements where there must be one.",
                at: assertion.element.position)
        }
        guard let instant = try statement.instant("AuthnInstant") else {
            throw SAMLRejection(.authnStatement, "The AuthnStatement has no AuthnInstant.", at: statement.position)
        }
        let outcome = try assertion.checkFreshness(instant, at: statement.position)
        if let end = try statement.instant("SessionNotOnOrAfter") {
            guard assertion.now < end.addingTimeInterval(assertion.expected.skew) else {
                throw SAMLRejection(
                    .sessionExpired, "The session ended at \(end.shownInstant), now is \(assertion.now.shownInstant).",
                    at: statement.position)
            }
            assertion.sessionNotOnOrAfter = end
        }
        if let index = statement.attribute("SessionIndex"), !index.isEmpty {
            guard index.utf8.count <= SAMLNameID.longest else {
                throw SAMLRejection(.authnStatement, "The SessionIndex is too long.", at: statement.position)
            }
            assertion.sessionIndex = index
        }
        let context = try statement.single(.assertion("AuthnContext"))
        assertion.contextClass = try context?.single(.assertion("AuthnContextClassRef"))?.text
        return outcome
    }
}

extension AssertionReading {
    /// That the person signed in not in the future, and not longer ago than was asked for.
    mutating func checkFreshness(
        _ instant: Date, at position: @autoclosure () -> String
    ) throws(SAMLRejection) -> RuleOutcome {
        guard instant <= now.addingTimeInterval(expected.skew) else {
            throw SAMLRejection(
                .authnStatement, "AuthnInstant is \(instant.shownInstant), now is \(now.shownInstant).", at: position())
        }
        var oldest = expected.authenticatedSince
        if let maxAge = expected.maxAge {
            let limit = now.addingTimeInterval(-Double(maxAge))
            oldest = oldest.map { max($0, limit) } ?? limit
        }
        if let oldest, instant < oldest.addingTimeInterval(-expected.skew) {
            throw .mismatch(
                .authnStatement, "AuthnInstant", expected: ">= \(oldest.shownInstant)", actual: instant.shownInstant,
                at: position())
        }
        authenticatedAt = instant
        return .passed(expected: oldest.map { ">= \($0.shownInstant)" }, actual: instant.shownInstant)
    }
}
