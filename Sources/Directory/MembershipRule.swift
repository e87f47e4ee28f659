/// Who is in a dynamic group, in Entra's words: `(user.userType -eq "Guest") and (user.mail -endsWith "@contoso.com")`.
///
/// Of Entra's language: the properties of `Property`, `-eq`, `-ne`, `-startsWith`, `-endsWith`, `-contains`, their
/// negations, `-and`, `-or`, `-not` with or without the hyphen, parentheses, text in quotation marks, `true`, `false` and
/// `null`. Text is compared without ASCII case. A rule that says anything else is refused when it is written, so a rule
/// that is stored always means something.
package struct MembershipRule: Sendable, Hashable {
    /// As it was written.
    package let text: String
    private let expression: Expression

    /// What a rule can ask of a user.
    package enum Property: String, Sendable, Hashable, CaseIterable {
        case userType, mail, userPrincipalName, displayName, givenName, surname, companyName, department, jobTitle
        case usageLocation, preferredLanguage, creationType, externalUserState, accountEnabled, objectId
    }

    indirect enum Expression: Sendable, Hashable {
        case compare(Property, Comparison, String?)
        case and(Expression, Expression)
        case or(Expression, Expression)
        case not(Expression)
    }

    enum Comparison: String, Sendable, Hashable, CaseIterable {
        case eq, ne, startsWith, notStartsWith, endsWith, notEndsWith, contains, notContains
    }

    /// A sentence for whoever wrote it.
    package struct Fault: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    package init(_ text: String) throws(Fault) {
        guard text.utf8.count <= 3_072 else { throw Fault(description: "The rule is longer than 3,072 octets.") }
        self.text = text
        var parser = MembershipRuleParser(text)
        expression = try parser.rule()
    }

    package func admits(_ user: User) -> Bool { expression.holds(for: user) }

    /// The user type that everybody in the group has, where the rule says so: a list can begin there.
    package var userType: User.UserType? { expression.requiredUserType }

    package static func == (left: MembershipRule, right: MembershipRule) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension MembershipRule.Expression {
    fileprivate func holds(for user: User) -> Bool {
        switch self {
        case .compare(let property, let comparison, let value):
            let found = property.value(of: user).map(asciiLowercased)
            let value = value.map(asciiLowercased)
            switch comparison {
            case .eq: return found == value
            case .ne: return found != value
            case .startsWith: return found?.utf8.starts(with: (value ?? "").utf8) ?? false
            case .notStartsWith: return !(found?.utf8.starts(with: (value ?? "").utf8) ?? false)
            case .endsWith: return ends(found, value)
            case .notEndsWith: return !ends(found, value)
            case .contains: return contains(found, value)
            case .notContains: return !contains(found, value)
            }
        case .and(let left, let right): return left.holds(for: user) && right.holds(for: user)
        case .or(let left, let right): return left.holds(for: user) || right.holds(for: user)
        case .not(let inner): return !inner.holds(for: user)
        }
    }

    private func ends(_ found: String?, _ value: String?) -> Bool {
        found?.utf8.reversed().starts(with: (value ?? "").utf8.reversed()) ?? false
    }

    private func contains(_ found: String?, _ value: String?) -> Bool {
        guard let found, let value, !value.isEmpty else { return false }
        return found.utf8.firstRange(of: value.utf8) != nil
    }

    fileprivate var requiredUserType: User.UserType? {
        switch self {
        case .compare(.userType, .eq, let value):
            User.UserType.allCases.first { asciiLowercased($0.rawValue) == value.map(asciiLowercased) }
        case .and(let left, let right): left.requiredUserType ?? right.requiredUserType
        case .compare, .or, .not: nil
        }
    }
}

extension MembershipRule.Property {
    fileprivate func value(of user: User) -> String? {
        switch self {
        case .userType: user.userType.rawValue
        case .mail: user.mail?.description
        case .userPrincipalName: user.userPrincipalName
        case .displayName: user.displayName
        case .givenName: user.givenName
        case .surname: user.surname
        case .companyName: user.companyName
        case .department: user.department
        case .jobTitle: user.jobTitle
        case .usageLocation: user.usageLocation
        case .preferredLanguage: user.preferredLanguage
        case .creationType: user.creationType?.rawValue
        case .externalUserState: user.externalUserState?.rawValue
        case .accountEnabled: user.accountEnabled ? "true" : "false"
        case .objectId: user.id.description
        }
    }
}
