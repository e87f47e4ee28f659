internal import SAML

/// What a partner is about to answer, before it is written and signed.
struct AnswerDraft: Sendable {
    var assertion: SAMLAssertion
    /// Of WS-Federation: which tokens, in which trust's words.
    var token: WSFederationResponseWriter.Token
    var trust = WSFederationResponseWriter.Trust.february2005
    /// Said instead of the assertion.
    var status: SAMLStatus?
    var isEncrypted = false
    /// Of the assertion before, for a replay.
    var lastAssertionID: String?

    /// The names by which partners state things; the gateway's standard mapping reads them.
    enum ClaimName {
        private static let claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

        static let email = claims + "emailaddress"
        static let name = claims + "name"
        static let givenName = claims + "givenname"
        static let surname = claims + "surname"
        static let groups = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
        static let methods = "http://schemas.microsoft.com/claims/authnmethodsreferences"
    }

    var shape: TokenShape { token == .saml11 ? .saml11 : .saml20 }

    mutating func change(_ name: String, to value: String) {
        for index in assertion.attributes.indices where assertion.attributes[index].name == name {
            assertion.attributes[index].values = [value]
        }
    }

    mutating func remove(_ name: String) { assertion.attributes.removeAll { $0.name == name } }

    /// Back or forth, with every time it states.
    mutating func shift(by seconds: Double) {
        assertion.issued.addTimeInterval(seconds)
        assertion.authenticatedAt.addTimeInterval(seconds)
    }
}
