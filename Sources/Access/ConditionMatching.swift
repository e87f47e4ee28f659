internal import Directory

/// Graph's names of conditions (`conditionalAccessConditions`).
package enum PolicyCondition: String, Sendable, Hashable, CaseIterable {
    case application, users, devicePlatform, location, clientType, signInRisk, userRisk, deviceState
}

/// Which rule of a condition decided: Graph's `conditionalAccessRule`.
package enum PolicyRule: String, Sendable, Hashable, CaseIterable {
    case allUsers, userId, groupId, roleId, guest
    case allApps, appId, acr
    case userAction = "userActions"
    case allDevicePlatforms, devicePlatform
    case allLocations, allTrustedLocations, locationId
    case deviceFilter, clientType, riskLevel
}

/// A sign-in as conditions see it, read once for all policies.
struct ConditionSubject {
    let input: SignInInput
    let type: GuestOrExternalUserType?
    let homeTenant: String?
    let trusted: TrustedEvidence
    let mapping: EvidenceMapping
    let device: DeviceFacts?
    let settings: ConditionalAccessSettings

    init(_ input: SignInInput, crossTenant: CrossTenantAccess, settings: ConditionalAccessSettings) {
        let organization = input.home.flatMap { HomeOrganization($0) }
        let mapping = settings.mapping(of: input.home)
        self.input = input
        self.settings = settings
        self.mapping = mapping
        trusted = TrustedEvidence(input.evidence, of: input.home, access: crossTenant, mapping: mapping)
        homeTenant = organization?.isTenant == true ? input.home?.homeTenant.map(asciiLowercased) : nil
        let isProvider = organization.flatMap { crossTenant.entry(for: $0)?.1.isServiceProvider } ?? false
        type = Self.type(of: input, isExternal: organization != nil, isProvider: isProvider)
        device = Self.device(input, trusted, isExternal: organization != nil)
    }

    private static func type(
        of input: SignInInput, isExternal: Bool, isProvider: Bool
    ) -> GuestOrExternalUserType? {
        if input.isDirectConnect { return .b2bDirectConnectUser }
        guard let user = input.user else { return isProvider ? .serviceProvider : .otherExternalUser }
        switch (isExternal, user.userType) {
        case (true, .guest): return .b2bCollaborationGuest
        case (true, .member): return .b2bCollaborationMember
        case (false, .guest): return .internalGuest
        case (false, .member): return nil
        }
    }

    /// A guest's device counts only with its home's word on devices.
    private static func device(
        _ input: SignInInput, _ trusted: TrustedEvidence, isExternal: Bool
    ) -> DeviceFacts? {
        guard isExternal else { return input.conditions.device }
        guard trusted.compliantDevice != .notAccepted || trusted.hybridJoinedDevice != .notAccepted else { return nil }
        var device = input.conditions.device
        if device == nil, trusted.compliantDevice != .proven, trusted.hybridJoinedDevice != .proven { return nil }
        device = device ?? DeviceFacts()
        device?.isCompliant = trusted.compliantDevice == .notAccepted ? nil : trusted.compliantDevice == .proven
        if trusted.hybridJoinedDevice == .proven {
            device?.trustType = "ServerAD"
        } else if device?.trustType == "ServerAD" {
            device?.trustType = nil
        }
        return device
    }
}

/// What one condition came to.
package struct ConditionOutcome: Sendable, Hashable {
    package let condition: PolicyCondition
    package let included: PolicyRule?
    package let excluded: PolicyRule?

    package var isMet: Bool { included != nil && excluded == nil }

    /// Exclusion beats inclusion.
    init(_ condition: PolicyCondition, included: PolicyRule?, excluded: PolicyRule? = nil) {
        self.condition = condition
        self.included = included
        self.excluded = excluded
    }
}

extension PolicyConditions {
    /// Every condition that is set, the assignments first. The policy applies where all are met.
    func outcomes(_ subject: ConditionSubject) -> [ConditionOutcome] {
        let input = subject.input
        var outcomes = [
            ConditionOutcome(
                .users, included: users.include.rule(subject), excluded: users.exclude.rule(subject)),
            applications.outcome(input),
        ]
        if !clientKinds.isEmpty {
            outcomes.append(
                ConditionOutcome(.clientType, included: clientKinds.contains(input.client.kind) ? .clientType : nil))
        }
        if let platforms { outcomes.append(platforms.outcome(input.client.platform)) }
        if let locations {
            outcomes.append(
                ConditionOutcome(
                    .location, included: locations.include.rule(subject), excluded: locations.exclude.rule(subject)))
        }
        if let devices {
            let matches = devices.rule.matches(subject.device)
            outcomes.append(
                ConditionOutcome(
                    .deviceState, included: matches == (devices.mode == .include) ? .deviceFilter : nil))
        }
        if !signInRisk.isEmpty {
            let level = input.conditions.signInRisk ?? .none
            outcomes.append(ConditionOutcome(.signInRisk, included: signInRisk.contains(level) ? .riskLevel : nil))
        }
        if !userRisk.isEmpty {
            let level = input.conditions.userRisk ?? .none
            outcomes.append(ConditionOutcome(.userRisk, included: userRisk.contains(level) ? .riskLevel : nil))
        }
        return outcomes
    }
}

extension PeopleCondition.Scope {
    fileprivate func rule(_ subject: ConditionSubject) -> PolicyRule? {
        if everyone { return .allUsers }
        if let user = subject.input.user {
            if users.contains(user.id) { return .userId }
            if !groups.isDisjoint(with: user.groups) { return .groupId }
            if !roles.isDisjoint(with: user.directoryRoles) { return .roleId }
        }
        guard let type = subject.type else { return nil }
        return guests.contains { $0.takesIn(type, from: subject.homeTenant) } ? .guest : nil
    }
}

extension PeopleCondition.Guests {
    fileprivate func takesIn(_ type: GuestOrExternalUserType, from home: String?) -> Bool {
        guard types.contains(type) else { return false }
        switch tenants {
        case .all: return true
        case .enumerated(let members): return home.map { members.contains($0) } ?? false
        }
    }
}

extension ApplicationCondition {
    /// A policy is about what a token is for: an excluded client does not take the API it asks for out.
    fileprivate func outcome(_ input: SignInInput) -> ConditionOutcome {
        if let action = input.conditions.userAction {
            return ConditionOutcome(.application, included: userActions.contains(action) ? .userAction : nil)
        }
        let asked = [input.application, input.resource].compactMap(\.self)
        let contexts = input.conditions.authenticationContexts
        let included: PolicyRule? =
            if everything {
                .allApps
            } else if asked.isEmpty
                ? !include.isDisjoint(with: PortalApplication.myApps) : asked.contains(where: include.contains)
            {
                .appId
            } else {
                contexts.contains(where: authenticationContexts.contains) ? .acr : nil
            }
        let target = input.resource ?? input.application
        let isExcluded = target.map(exclude.contains) ?? !exclude.isDisjoint(with: PortalApplication.myApps)
        return ConditionOutcome(.application, included: included, excluded: isExcluded ? .appId : nil)
    }
}

extension PlatformCondition {
    fileprivate func outcome(_ platform: ClientFacts.Platform) -> ConditionOutcome {
        ConditionOutcome(
            .devicePlatform,
            included: everything ? .allDevicePlatforms : include.contains(platform) ? .devicePlatform : nil,
            excluded: exclude.contains(platform) ? .devicePlatform : nil)
    }
}

extension LocationCondition.Scope {
    fileprivate func rule(_ subject: ConditionSubject) -> PolicyRule? {
        if everywhere { return .allLocations }
        let address = NetworkAddress(subject.input.network.address)
        func isIn(_ location: NamedLocation?) -> Bool {
            location?.contains(address, country: subject.input.network.country) ?? false
        }
        if trusted, subject.settings.locations.values.contains(where: { $0.isTrusted && isIn($0) }) {
            return .allTrustedLocations
        }
        return locations.contains { isIn(subject.settings.locations[$0]) } ? .locationId : nil
    }
}
