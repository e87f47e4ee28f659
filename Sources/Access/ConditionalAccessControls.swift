/// What a policy asks before it grants.
package struct GrantControls: Sendable, Hashable {
    package enum Operator: String, Sendable, Hashable, CaseIterable {
        case all = "AND"
        case any = "OR"
    }

    package enum BuiltIn: String, Sendable, Hashable, CaseIterable {
        case block, mfa, compliantDevice, domainJoinedDevice, approvedApplication, compliantApplication, passwordChange
    }

    package var `operator`: Operator
    package var builtIn: Set<BuiltIn>
    package var strength: AuthenticationStrength?
    /// Ids of agreements.
    package var termsOfUse: [String]
    /// Kept so that policies travel; no such factor exists here.
    package var customFactors: [String]

    package init(
        _ operator: Operator = .any, _ builtIn: Set<BuiltIn>, strength: AuthenticationStrength? = nil,
        termsOfUse: [String] = [], customFactors: [String] = []
    ) {
        self.operator = `operator`
        self.builtIn = builtIn
        self.strength = strength
        self.termsOfUse = termsOfUse
        self.customFactors = customFactors
    }

    /// Every control in the order in which people are asked (access-policy §6.2).
    var controls: [GrantControl] {
        var controls: [GrantControl] = []
        func add(_ control: BuiltIn) {
            if builtIn.contains(control) { controls.append(.builtIn(control)) }
        }
        add(.block)
        add(.mfa)
        if let strength { controls.append(.strength(strength)) }
        add(.compliantDevice)
        add(.domainJoinedDevice)
        add(.approvedApplication)
        add(.compliantApplication)
        add(.passwordChange)
        controls += termsOfUse.map { .termsOfUse($0) }
        controls += customFactors.map { .customFactor($0) }
        return controls
    }
}

package enum GrantControl: Sendable, Hashable {
    case builtIn(GrantControls.BuiltIn)
    case strength(AuthenticationStrength)
    case termsOfUse(String)
    case customFactor(String)

    /// As in Graph's `enforcedGrantControls`.
    package var name: String {
        switch self {
        case .builtIn(let control): control.rawValue
        case .strength(let strength): "RequireAuthenticationStrength: " + strength.displayName
        case .termsOfUse(let id): "termsOfUse: " + id
        case .customFactor(let name): name
        }
    }
}

/// What holds for the session once access is granted.
package struct SessionControls: Sendable, Hashable {
    package struct Frequency: Sendable, Hashable {
        package enum Interval: Sendable, Hashable {
            /// Seconds.
            case time(Int)
            /// Every time, with five minutes' grace.
            case everyTime
        }
        package enum Subject: String, Sendable, Hashable, CaseIterable {
            case primaryAndSecondaryAuthentication, secondaryAuthentication
        }
        package var interval: Interval
        package var subject: Subject

        package init(_ interval: Interval, of subject: Subject = .primaryAndSecondaryAuthentication) {
            self.interval = interval
            self.subject = subject
        }

        /// Seconds since the authentication for which it still serves.
        package var seconds: Int {
            switch interval {
            case .time(let seconds): seconds
            case .everyTime: 300
            }
        }
    }

    package enum Persistence: String, Sendable, Hashable, CaseIterable {
        case always, never
    }

    package var frequency: Frequency?
    package var persistentBrowser: Persistence?
    /// Kept so that policies travel; applications read nothing of them here.
    package var applicationEnforcedRestrictions: Bool
    package var cloudAppSecurity: Bool
    package var disablesResilienceDefaults: Bool

    package init(
        frequency: Frequency? = nil, persistentBrowser: Persistence? = nil,
        applicationEnforcedRestrictions: Bool = false, cloudAppSecurity: Bool = false,
        disablesResilienceDefaults: Bool = false
    ) {
        self.frequency = frequency
        self.persistentBrowser = persistentBrowser
        self.applicationEnforcedRestrictions = applicationEnforcedRestrictions
        self.cloudAppSecurity = cloudAppSecurity
        self.disablesResilienceDefaults = disablesResilienceDefaults
    }

    /// As in Graph's `enforcedSessionControls`.
    package var names: [String] {
        [
            frequency == nil ? nil : "signInFrequency", persistentBrowser == nil ? nil : "persistentBrowser",
            applicationEnforcedRestrictions ? "applicationEnforcedRestrictions" : nil,
            cloudAppSecurity ? "cloudAppSecurity" : nil,
        ].compactMap(\.self)
    }
}
