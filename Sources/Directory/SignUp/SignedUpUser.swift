package import FoundationEssentials

extension User {
    /// The guest that a sign-up makes: accepted by nobody's invitation, so without a state of one.
    ///
    /// - Parameters:
    ///   - address: Proven.
    ///   - values: What was answered; it stands over what the home says of the person.
    package static func signedUp(
        as identity: ExternalIdentity, address: EmailAddress, values: [UserFlowAttribute.ID: AttributeValue], id: ID,
        userPrincipalName: String, at now: Date
    ) -> User {
        func answered(_ attribute: UserFlowAttribute.BuiltIn) -> String? {
            guard case .string(let text)? = values[UserFlowAttribute.ID(attribute)], !text.isEmpty else { return nil }
            return text
        }
        let homeName = identity.displayName.flatMap { $0.isEmpty ? nil : $0 }
        return User(
            id: id, userPrincipalName: userPrincipalName,
            displayName: answered(.displayName) ?? homeName ?? address.localPart, userType: .guest, createdAt: now,
            givenName: answered(.givenName) ?? identity.givenName, surname: answered(.surname) ?? identity.surname,
            creationType: .selfServiceSignUp, mail: address, proxyAddresses: ["SMTP:\(address)"],
            preferredLanguage: identity.preferredLanguage, jobTitle: answered(.jobTitle))
    }
}

extension UserFlowAttribute.ID {
    /// Whether the value is one of the user's own properties. What is not is kept beside them.
    package var isUserProperty: Bool {
        switch builtIn {
        case .displayName, .givenName, .surname, .jobTitle, .email: true
        case .city, .country, .postalCode, .state, .streetAddress, nil: false
        }
    }
}
