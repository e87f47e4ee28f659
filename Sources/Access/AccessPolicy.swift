package import Directory

/// The settings that a decision reads beside the input: those of the version that the input names.
package struct AccessSettings: Sendable, Hashable {
    package var tenant: Tenant
    /// The application the input names; nil where there is none or it is not a setting of this version.
    package var application: Application?
    /// The partner that vouched; for another tenant of this installation its setting, if it has one. Nil for members of
    /// the tenant, or where the partner is no longer one.
    package var partner: Partner?
    package var collaboration: ExternalCollaboration
    package var crossTenant: CrossTenantAccess
    /// The home's side, where the home is another tenant of this installation.
    package var home: HomeSide?
    package var conditionalAccess: ConditionalAccessSettings

    package init(
        tenant: Tenant, application: Application?, partner: Partner?,
        collaboration: ExternalCollaboration = ExternalCollaboration(),
        crossTenant: CrossTenantAccess = CrossTenantAccess(), home: HomeSide? = nil,
        conditionalAccess: ConditionalAccessSettings = ConditionalAccessSettings()
    ) {
        self.conditionalAccess = conditionalAccess
        self.tenant = tenant
        self.application = application
        self.partner = partner
        self.collaboration = collaboration
        self.crossTenant = crossTenant
        self.home = home
    }
}

/// A rule's answer: nil where the rule has nothing to ask of this sign-in.
struct AccessRule: Sendable {
    let refusal: Refusal
    let ask: @Sendable (SignInInput, AccessSettings) -> Reason?
}

/// Every rule, in the order in which its refusal is preferred. A new rule is one entry here.
let accessRules: [AccessRule] = [
    .userExists, .accountEnabled, .invitationRedeemed, .invitationDomain, .partnerEnabled, .applicationKnown,
    .applicationEnabled,
    .assignment,
]

/// Whether this sign-in may go on to tokens. Asked at sign-in, at the token endpoint and at every refresh, and by what-if
/// and replay. Every rule is asked, so the reasons also show what would be refused next.
package func accessDecision(for input: SignInInput, settings: AccessSettings) -> AccessDecision {
    var reasons: [Reason] = []
    reasons.reserveCapacity(accessRules.count + 3)
    var refusal: Refusal?
    func note(_ reason: Reason?, _ denial: Refusal) {
        guard let reason else { return }
        reasons.append(reason)
        if !reason.met, refusal == nil { refusal = denial }
    }
    for rule in accessRules { note(rule.ask(input, settings), rule.refusal) }
    for rule in crossTenantRules(input, settings) { note(rule.reason, rule.denial) }
    return refusal.map { .deny($0, reasons) } ?? .allow(reasons)
}

private func crossTenantRules(
    _ input: SignInInput, _ settings: AccessSettings
) -> [(denial: Refusal, reason: Reason?)] {
    guard let home = input.home, let organization = HomeOrganization(home) else { return [] }
    return crossTenantRules(
        CrossTenantQuestion(
            kind: input.isDirectConnect ? .directConnect : .collaboration, organization: organization,
            cloud: CloudEndpoint(issuer: home.issuer), person: CrossTenantPerson(home),
            applications: Set([input.application, input.resource].compactMap(\.self))),
        settings.crossTenant, settings.home)
}

/// The values of the roles that a user has in an application: those of its own assignments and of its groups', enabled
/// ones for people, each once, in the application's order.
package func assignedRoles(of user: User.ID, groups: [Group.ID], assignments: [Assignment], in application: Application)
    -> [String]
{
    let held = Set(
        assignments.filter { $0.reaches(user, groups) && $0.application == application.appID }.compactMap(\.role))
    return application.roles
        .filter { $0.isEnabled && $0.allowedMemberTypes.contains(.user) && held.contains($0.id) }
        .map(\.value)
}

extension AccessRule {
    static let userExists = AccessRule(refusal: .noMatchingGuest) { input, _ in
        if input.isDirectConnect {
            return Reason("user.exists", met: true, "Direct connect takes no user of this tenant.")
        }
        return input.user == nil
            ? Reason("user.exists", met: false, "No user of this tenant has the identity that signed in.")
            : Reason("user.exists", met: true, "The identity belongs to a user of this tenant.")
    }

    static let accountEnabled = AccessRule(refusal: .userDisabled) { input, _ in
        guard let user = input.user else { return nil }
        return Reason(
            "user.accountEnabled", met: user.accountEnabled,
            user.accountEnabled ? "The account is enabled." : "The account is disabled.",
            setting: "users/" + user.id.description + "/accountEnabled")
    }

    static let invitationRedeemed = AccessRule(refusal: .guestPending) { input, _ in
        guard let user = input.user, let state = user.externalUserState else { return nil }
        // A member who is being converted signs in with the own password until another home takes its place.
        let isMember = state != .accepted && input.home?.kind == .localMember
        let detail =
            isMember
            ? "Until the invitation is redeemed, the own password counts."
            : state == .accepted ? "The invitation was redeemed." : "The invitation has not been redeemed yet."
        return Reason(
            "user.invitationRedeemed", met: isMember || state == .accepted, detail,
            setting: "users/" + user.id.description + "/externalUserState")
    }

    static let invitationDomain = AccessRule(refusal: .invitationDomainBlocked) { input, settings in
        input.redeemedDomain.map { settings.collaboration.domains.reason($0) }
    }

    static let partnerEnabled = AccessRule(refusal: .partnerUnavailable) { input, settings in
        guard let home = input.home, let id = home.partner else { return nil }
        let setting = "partners/" + id.description + "/isEnabled"
        guard let partner = settings.partner, partner.id == id || partner.hostedTenant?.uuid == id.uuid else {
            // Another tenant of this installation is a partner by its own id until a setting says otherwise.
            let isImplied = home.kind == .tenant && home.homeTenant == id.description
            return Reason(
                "partner.enabled", met: isImplied,
                isImplied
                    ? "The hosted tenant has no partner setting: the defaults apply."
                    : "The partner that vouched is no longer one.", setting: setting)
        }
        return Reason(
            "partner.enabled", met: partner.isEnabled,
            partner.isEnabled ? "The partner \(partner.name) is enabled." : "The partner \(partner.name) is disabled.",
            setting: setting)
    }

    static let applicationKnown = AccessRule(refusal: .applicationUnknown) { input, settings in
        guard let appID = input.application else { return nil }
        let known = settings.application?.appID == appID
        return Reason(
            "application.exists", met: known,
            known ? "The application is one of this tenant's." : "No application of this tenant has this client id.",
            setting: "applications/" + appID.description)
    }

    static let applicationEnabled = AccessRule(refusal: .applicationDisabled) { input, settings in
        guard let application = settings.application, application.appID == input.application else { return nil }
        return Reason(
            "application.enabled", met: application.isEnabled,
            application.isEnabled ? "The application is enabled." : "The application is disabled.",
            setting: "applications/" + application.appID.description + "/isEnabled")
    }

    static let assignment = AccessRule(refusal: .notAssigned) { input, settings in
        guard let application = settings.application, application.appID == input.application, let user = input.user
        else { return nil }
        let setting = "applications/" + application.appID.description + "/requiresAssignment"
        guard application.requiresAssignment else {
            return Reason(
                "assignment.required", met: true, "The application is open to every user.", setting: setting)
        }
        let fitting = user.assignments.first {
            $0.application == application.appID && $0.reaches(user.id, user.groups)
        }
        switch fitting?.principal {
        case .user: return Reason("assignment.required", met: true, "The user is assigned.", setting: setting)
        case .group(let id):
            return Reason(
                "assignment.required", met: true, "The group \(id) is assigned, and the user is in it.",
                setting: setting)
        case nil:
            return Reason(
                "assignment.required", met: false, "Neither the user nor any of its groups is assigned.",
                setting: setting)
        }
    }
}

extension Partner {
    /// The tenant of this installation that it stands for.
    fileprivate var hostedTenant: Tenant.ID? {
        if case .tenant(let home, nil, _) = connection { home } else { nil }
    }
}

extension Assignment {
    func reaches(_ user: User.ID, _ groups: [Group.ID]) -> Bool {
        switch principal {
        case .user(let id): id == user
        case .group(let id): groups.contains(id)
        }
    }
}
