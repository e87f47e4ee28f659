internal import Directory
internal import SAML

extension FederatedAnswers {
    /// The contexts that the evidence bears, the strongest first. Whoever came through a home of theirs gave a password
    /// over TLS or did something better there; a mailed code is no password, but no weaker.
    static func contexts(bornBy identity: ExternalIdentity) -> [String] {
        let passwords = [
            SAMLContextClass.passwordProtectedTransport, SAMLContextClass.password, SAMLContextClass.unspecified,
        ]
        return identity.authentication.multiFactor == true ? severalFactors + passwords : passwords
    }

    fileprivate static let severalFactors = [
        SAMLContextClass.microsoftMultipleFactors, SAMLContextClass.refedsMultipleFactors,
    ]

    /// Weakest first, for `minimum` and `better`.
    static let ranking = [
        SAMLContextClass.unspecified, SAMLContextClass.password, SAMLContextClass.passwordProtectedTransport,
        SAMLContextClass.refedsMultipleFactors, SAMLContextClass.microsoftMultipleFactors,
    ]
}

extension FederatedRequest {
    /// Whether the application wants a context that several factors would bear and this evidence does not: then the
    /// person gets the chance to show them, instead of a session that can't serve.
    func wantsMoreProof(than identity: ExternalIdentity) -> Bool {
        guard let context, !context.classes.isEmpty else { return false }
        func isMet(_ borne: [String]) -> Bool {
            borne.contains { context.isMet(by: $0, ranking: FederatedAnswers.ranking) }
        }
        return !isMet(FederatedAnswers.contexts(bornBy: identity)) && isMet(FederatedAnswers.severalFactors)
    }
}
