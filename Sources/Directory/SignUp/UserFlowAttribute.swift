/// Something a user flow asks a person about, built in or of the organisation's own making.
package struct UserFlowAttribute: Sendable, Hashable {
    package enum DataType: String, Sendable, Hashable, CaseIterable {
        case string, boolean, int64
    }

    /// What a sign-up can write on a user without an attribute of the organisation's own. The raw value is the id that
    /// Entra gives it, and the name of the property.
    package enum BuiltIn: String, Sendable, Hashable, CaseIterable {
        case city, country, displayName, email, givenName, jobTitle, postalCode, state, streetAddress, surname

        package var displayName: String {
            switch self {
            case .city: "City"
            case .country: "Country/Region"
            case .displayName: "Display Name"
            case .email: "Email Address"
            case .givenName: "Given Name"
            case .jobTitle: "Job Title"
            case .postalCode: "Postal Code"
            case .state: "State/Province"
            case .streetAddress: "Street Address"
            case .surname: "Surname"
            }
        }

        /// In Unicode scalars (guests-and-invitations, user flows: built-ins).
        package var maximumLength: Int {
            switch self {
            case .city, .country, .jobTitle, .state: 128
            case .displayName: 256
            case .givenName, .surname: 64
            case .postalCode: 40
            case .streetAddress: 1024
            case .email: 254
            }
        }
    }

    /// The name it has on the wire: a built-in's own, or `extension_<appId without hyphens>_<Name>`.
    package struct ID: Sendable, Hashable, LosslessStringConvertible {
        package let description: String

        package init(_ builtIn: BuiltIn) { description = builtIn.rawValue }

        /// - Returns: Nil unless `name` is 1 to 100 ASCII letters, digits and underscores, a letter first.
        package init?(custom name: String, of application: Application.AppID) {
            self.init("extension_\(application.description.filter { $0 != "-" })_\(name)")
        }

        /// One of the tenant's own. Its application stands for the tenant, and has the tenant's id.
        package init?(custom name: String, of tenant: Tenant.ID) {
            self.init(custom: name, of: Application.AppID(tenant.uuid))
        }

        package init?(_ description: String) {
            if BuiltIn(rawValue: description) == nil, Self.customName(description) == nil { return nil }
            self.description = description
        }

        package var builtIn: BuiltIn? { BuiltIn(rawValue: description) }

        /// The name without `extension_<appId>_`, in which a connector may answer it; nil for a built-in.
        package var customName: String? { Self.customName(description) }

        private static func customName(_ text: String) -> String? {
            let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "extension", parts[1].utf8.count == 32,
                parts[1].utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
                (1...100).contains(parts[2].utf8.count), parts[2].utf8.first.map(isLetter) == true,
                parts[2].utf8.allSatisfy({ isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") })
            else { return nil }
            return String(parts[2])
        }

        private static func isLetter(_ byte: UInt8) -> Bool {
            (65...90).contains(byte) || (97...122).contains(byte)
        }
    }

    package var id: ID
    package var displayName: String
    package var dataType: DataType

    package init(_ builtIn: BuiltIn) {
        id = ID(builtIn)
        displayName = builtIn.displayName
        dataType = .string
    }

    package init(id: ID, displayName: String, dataType: DataType) {
        self.id = id
        self.displayName = displayName
        self.dataType = dataType
    }

    /// In Unicode scalars; what is longer is refused, never cut.
    package var maximumLength: Int { id.builtIn?.maximumLength ?? 1024 }
}

/// What somebody answered for an attribute.
package enum AttributeValue: Sendable, Hashable {
    case string(String)
    case boolean(Bool)
    case integer(Int64)
}
