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

    package var id: ID
    package var displayName: String
    /// An https URL; its query may carry a key besides.
    package var targetURL: String
    /// RFC 7617. The password is one of the tenant's secrets, under this name.
    package var username: String
    package var secretName: String

    package init(id: ID, displayName: String, targetURL: String, username: String, secretName: String) {
        self.id = id
        self.displayName = displayName
        self.targetURL = targetURL
        self.username = username
        self.secretName = secretName
    }
}
