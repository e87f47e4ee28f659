/// A service of the organisation's that is asked while somebody signs up: it may go on, fill in, correct or refuse.
package struct APIConnector: Sendable, Hashable {
    package typealias ID = Directory.ID<APIConnector>

    /// When in a sign-up it is asked.
    package enum Step: String, Sendable, Hashable, CaseIterable {
        /// The home has vouched; nothing was asked yet.
        case postFederationSignup
        /// The form is filled in; the user is not made yet.
        case postAttributeCollection
    }

    /// How we prove ourselves to it. What that takes is one of the tenant's secrets, under `secretName`.
    package enum Authentication: Sendable, Hashable {
        /// RFC 7617; the secret is the password.
        case basic(username: String, secretName: String)
        /// TLS; the secret is the certificate with its chain, and its key, in PEM.
        case clientCertificate(secretName: String)

        package var secretName: String {
            switch self {
            case .basic(_, let secretName), .clientCertificate(let secretName): secretName
            }
        }
    }

    package var id: ID
    /// Unique within the tenant.
    package var displayName: String
    /// An https URL; its query may carry a key besides.
    package var targetURL: String
    package var authentication: Authentication

    package init(id: ID, displayName: String, targetURL: String, authentication: Authentication) {
        self.id = id
        self.displayName = displayName
        self.targetURL = targetURL
        self.authentication = authentication
    }
}
