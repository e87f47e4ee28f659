/// RequestedAuthnContext, SAML Core §3.3.2.2.1: how strongly the person is to be authenticated.
package struct SAMLRequestedContext: Sendable, Hashable {
    package enum Comparison: String, Sendable, Hashable { case exact, minimum, maximum, better }

    package var comparison: Comparison
    /// AuthnContextClassRef URIs, the preferred one first.
    package var classes: [String]

    package init(_ classes: [String], comparison: Comparison = .exact) {
        self.classes = classes
        self.comparison = comparison
    }

    /// Whether an authentication of this class answers the request.
    ///
    /// - Parameter ranking: Classes from weak to strong. Only those have an order; a class that is not among them answers
    ///   nothing but `exact`.
    package func isMet(by actual: String, ranking: [String] = []) -> Bool {
        if comparison == .exact { return classes.contains { $0.isExactly(actual) } }
        guard let rank = ranking.firstIndex(of: actual) else { return false }
        let ranks = classes.compactMap { ranking.firstIndex(of: $0) }
        guard let weakest = ranks.min(), let strongest = ranks.max() else { return false }
        switch comparison {
        case .exact: return false
        case .minimum: return rank >= weakest
        case .better: return ranks.count == classes.count && rank > strongest
        case .maximum: return rank <= strongest
        }
    }
}
