package import Directory
internal import JSON

/// What a connector is told about the person who signs up. Values that are not known are left out, never sent empty.
package struct ConnectorRequest: Sendable {
    package var step: APIConnector.Step
    /// Always sent: the proven address, or the one that the home says.
    package var email: String
    /// Sent only where it is the same for every organisation: Google, Facebook and the mailed code.
    package var identity: ObjectIdentity?
    package var values: [UserFlowAttribute.ID: AttributeValue]
    package var displayName: String?
    package var givenName: String?
    package var surname: String?
    /// As the browser prefers it, such as `en-US`.
    package var language: String?

    package init(
        step: APIConnector.Step, email: String, identity: ObjectIdentity? = nil,
        values: [UserFlowAttribute.ID: AttributeValue] = [:], displayName: String? = nil, givenName: String? = nil,
        surname: String? = nil, language: String? = nil
    ) {
        self.step = step
        self.email = email
        self.identity = identity
        self.values = values
        self.displayName = displayName
        self.givenName = givenName
        self.surname = surname
        self.language = language
    }

    private static let portableIssuers = ["google.com", "facebook.com", "mail"]

    var body: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("email", email)
            if let identity, let subject = identity.issuerAssignedID, Self.portableIssuers.contains(identity.issuer) {
                writer.array("identities") { writer in
                    writer.object { writer in
                        writer.member("signInType", identity.signInType)
                        writer.member("issuer", identity.issuer)
                        writer.member("issuerAssignedId", subject)
                    }
                }
            }
            for (name, value) in claims { write(name, value, &writer) }
            if let language, !language.isEmpty { writer.member("ui_locales", language) }
        }
        return writer.bytes
    }

    /// What the person answered, over what the home said. The first step's documents call the surname `lastName` and the
    /// second's `surname`; there both are sent.
    private var claims: [(String, AttributeValue)] {
        var claims: [String: AttributeValue] = [:]
        for (name, said) in [("displayName", displayName), ("givenName", givenName), ("surname", surname)] {
            if let said, !said.isEmpty { claims[name] = .string(said) }
        }
        for (id, value) in values where id.builtIn != .email { claims[id.description] = value }
        if step == .postFederationSignup, let surname = claims["surname"] { claims["lastName"] = surname }
        return claims.filter { $0.value != .string("") }.sorted { $0.key < $1.key }
    }

    private func write(_ name: String, _ value: AttributeValue, _ writer: inout JSONWriter) {
        switch value {
        case .string(let text): writer.member(name, text)
        case .boolean(let flag): writer.member(name, flag)
        case .integer(let number): writer.member(name, number)
        }
    }
}
