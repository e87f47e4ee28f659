/// Why a policy can't be written.
package enum ConditionalAccessFault: Error, Sendable, Hashable {
    case multiFactorWithStrength
    case blockWithOtherControls
    case passwordChangeConditions
    case userActionControls
    case persistenceNeedsAllApplications
    case nothingIncluded
    case noControls
    case guestTenantsWithoutTypes

    package var message: String {
        switch self {
        case .multiFactorWithStrength: "'mfa' and an authentication strength exclude each other."
        case .blockWithOtherControls: "'block' stands alone."
        case .passwordChangeConditions:
            "'passwordChange' needs 'mfa' with AND, a user risk, all applications, and no other condition."
        case .userActionControls: "For a user action only 'mfa' or an authentication strength can be asked."
        case .persistenceNeedsAllApplications: "A persistent browser session needs all applications."
        case .nothingIncluded: "The policy includes no application, user action or authentication context."
        case .noControls: "The policy has neither grant nor session controls."
        case .guestTenantsWithoutTypes: "External tenants need at least one type of external user."
        }
    }
}

extension ConditionalAccessPolicy {
    /// - Throws: The first rule of access-policy §6.1 that the policy breaks.
    package func check() throws(ConditionalAccessFault) {
        let applications = conditions.applications
        let include = conditions.users.include
        guard (include.guests + conditions.users.exclude.guests).allSatisfy({ !$0.types.isEmpty }) else {
            throw .guestTenantsWithoutTypes
        }
        if !applications.namesAnything { throw .nothingIncluded }
        if session.persistentBrowser != nil, !applications.everything || !applications.exclude.isEmpty {
            throw .persistenceNeedsAllApplications
        }
        guard let grant else {
            if session.names.isEmpty, !session.disablesResilienceDefaults { throw .noControls }
            return
        }
        guard !grant.controls.isEmpty else { throw .noControls }
        if grant.builtIn.contains(.mfa), grant.strength != nil { throw .multiFactorWithStrength }
        if grant.builtIn.contains(.block), grant.controls.count > 1 { throw .blockWithOtherControls }
        if grant.builtIn.contains(.passwordChange) { try checkPasswordChange(grant) }
        if !applications.userActions.isEmpty, !grant.controls.allSatisfy(\.isForUserActions) {
            throw .userActionControls
        }
    }

    private func checkPasswordChange(_ grant: GrantControls) throws(ConditionalAccessFault) {
        let other = conditions
        guard grant.operator == .all, grant.builtIn.contains(.mfa) || grant.strength != nil, !other.userRisk.isEmpty,
            other.applications.everything, other.applications.exclude.isEmpty, other.clientKinds.isEmpty,
            other.platforms == nil, other.locations == nil, other.devices == nil, other.signInRisk.isEmpty
        else { throw .passwordChangeConditions }
    }
}

extension ApplicationCondition {
    var namesAnything: Bool {
        everything || !include.isEmpty || !suites.isEmpty || !userActions.isEmpty || !authenticationContexts.isEmpty
    }
}

extension GrantControl {
    fileprivate var isForUserActions: Bool {
        switch self {
        case .builtIn(.mfa), .strength: true
        default: false
        }
    }
}
