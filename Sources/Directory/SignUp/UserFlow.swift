/// Self-service sign-up for the applications that it is attached to: whom it lets in, what it asks, and which of the
/// organisation's services have a say. It meets people once, at their first sign-in; who is in the directory never sees
/// it again.
package struct UserFlow: Sendable, Hashable {
    /// `B2X_1_` and a name of letters, digits and underscores; given once.
    package struct ID: Sendable, Hashable, LosslessStringConvertible {
        package static let prefix = "B2X_1_"
        package let description: String

        package init?(_ description: String) {
            let name = description.dropFirst(Self.prefix.count)
            guard description.hasPrefix(Self.prefix), (1...64).contains(name.utf8.count),
                name.utf8.allSatisfy({
                    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                        || $0 == UInt8(ascii: "_")
                })
            else { return nil }
            self.description = description
        }

        /// The id that a name gets; a name that has the prefix already keeps it.
        package init?(name: String) {
            self.init(name.hasPrefix(Self.prefix) ? name : Self.prefix + name)
        }
    }

    /// The homes that a person may sign up with.
    package enum Providers: Sendable, Hashable {
        /// Every home that the sign-in page offers, and the mailed code where it is on.
        case all
        case some([Partner.ID], emailCode: Bool)

        package func admits(_ partner: Partner.ID?, kind: Partner.Kind) -> Bool {
            switch self {
            case .all: true
            case .some(let partners, let emailCode):
                kind == .emailCode ? emailCode : partner.map(partners.contains) ?? false
            }
        }
    }

    package var id: ID
    package var providers: Providers
    /// In the order in which they are asked.
    package var attributes: [AttributeAssignment]
    /// Asked after the home has vouched, before the form.
    package var postFederationSignup: APIConnector.ID?
    /// Asked after the form, always before the user is made.
    package var postAttributeCollection: APIConnector.ID?
    /// An application has one flow at the most; that is checked when the setting is written.
    package var applications: [Application.AppID]
    /// What the form says in a language, by its primary subtag: `de`. A language that is not here has the words of
    /// ``attributes``.
    package var languages: [String: Translation]

    /// The organisation's own words for its form in one language.
    package struct Translation: Sendable, Hashable {
        package var labels: [UserFlowAttribute.ID: String]
        /// Of what can be chosen: what is shown, by the value that is stored.
        package var options: [UserFlowAttribute.ID: [String: String]]

        package init(
            labels: [UserFlowAttribute.ID: String] = [:], options: [UserFlowAttribute.ID: [String: String]] = [:]
        ) {
            self.labels = labels
            self.options = options
        }
    }

    package init(
        id: ID, providers: Providers = .all, attributes: [AttributeAssignment] = [],
        postFederationSignup: APIConnector.ID? = nil, postAttributeCollection: APIConnector.ID? = nil,
        applications: [Application.AppID] = [], languages: [String: Translation] = [:]
    ) {
        self.id = id
        self.providers = providers
        self.attributes = attributes
        self.postFederationSignup = postFederationSignup
        self.postAttributeCollection = postAttributeCollection
        self.applications = applications
        self.languages = languages
    }

    /// What the form calls an attribute; nil for a built-in one that the organisation has not named, which the page has
    /// words for.
    package func label(of assignment: AttributeAssignment, in language: String) -> String? {
        let attribute = assignment.attribute
        if let label = languages[language]?.labels[attribute.id] { return label }
        if let builtIn = attribute.id.builtIn, assignment.displayName == builtIn.displayName { return nil }
        return assignment.displayName
    }

    package func label(
        of option: AttributeAssignment.Option, _ assignment: AttributeAssignment, in language: String
    ) -> String {
        languages[language]?.options[assignment.attribute.id]?[option.value] ?? option.name
    }

    /// What a person is asked. The address is none of it: it is proven, and the form only shows it.
    package var asked: [AttributeAssignment] { attributes.filter { $0.attribute.id.builtIn != .email } }
}

/// One attribute as a flow asks for it.
package struct AttributeAssignment: Sendable, Hashable {
    package enum Input: String, Sendable, Hashable, CaseIterable {
        case textBox, dateTimeDropdown, radioSingleSelect, dropdownSingleSelect, emailBox, checkboxMultiSelect

        /// Whether only listed values can be answered.
        package var isChoice: Bool {
            switch self {
            case .radioSingleSelect, .dropdownSingleSelect, .checkboxMultiSelect: true
            case .textBox, .dateTimeDropdown, .emailBox: false
            }
        }
    }

    /// A value that can be chosen: what is shown, and what is stored.
    package struct Option: Sendable, Hashable {
        package var name: String
        package var value: String
        package var isDefault: Bool

        package init(name: String, value: String, isDefault: Bool = false) {
            self.name = name
            self.value = value
            self.isDefault = isDefault
        }
    }

    package var attribute: UserFlowAttribute
    /// What the form calls it; the attribute's own name unless the organisation chose another.
    package var displayName: String
    package var isOptional: Bool
    package var input: Input
    package var options: [Option]

    package init(
        _ attribute: UserFlowAttribute, displayName: String? = nil, isOptional: Bool = false, input: Input = .textBox,
        options: [Option] = []
    ) {
        self.attribute = attribute
        self.displayName = displayName ?? attribute.displayName
        self.isOptional = isOptional
        self.input = input
        self.options = options
    }
}
