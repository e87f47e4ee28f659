package import Directory

/// How somebody of another organisation comes in.
package enum CrossTenantKind: String, Sendable, Hashable, CaseIterable {
    /// As a guest with an object here.
    case collaboration
    /// Without one.
    case directConnect

    var inbound: CrossTenantFlow { self == .collaboration ? .b2bCollaborationInbound : .b2bDirectConnectInbound }
    var outbound: CrossTenantFlow { self == .collaboration ? .b2bCollaborationOutbound : .b2bDirectConnectOutbound }
}

/// Everything that cross-tenant rules read of one who comes in.
package struct CrossTenantQuestion: Sendable, Hashable {
    package var kind: CrossTenantKind
    package var organization: HomeOrganization
    /// The cloud its issuer belongs to; nil: none of Microsoft's, which is taken for our own.
    package var cloud: CloudEndpoint?
    /// Nil for somebody who is only being invited: then a setting denies where it lets nobody in at all.
    package var person: CrossTenantPerson?
    /// Client and resource. Empty stands for a page of our own.
    package var applications: Set<Application.AppID>

    package init(
        kind: CrossTenantKind = .collaboration, organization: HomeOrganization, cloud: CloudEndpoint? = nil,
        person: CrossTenantPerson?, applications: Set<Application.AppID>
    ) {
        self.kind = kind
        self.organization = organization
        self.cloud = cloud
        self.person = person
        self.applications = applications
    }
}

/// The other tenant's side, where it is one of this installation. Elsewhere it asks for itself.
package struct HomeSide: Sendable, Hashable {
    package var access: CrossTenantAccess
    /// The tenant that is entered, as the home sees it.
    package var destination: HomeOrganization

    package init(access: CrossTenantAccess, destination: Tenant) {
        self.access = access
        self.destination = HomeOrganization(
            identifiers: [.tenant(destination.id.description)]
                + destination.domains.sorted { $0.description < $1.description }.map { .domain($0) },
            isTenant: true)
    }
}

/// Our own pages as targets of cross-tenant settings, by Entra's ids.
package enum PortalApplication {
    /// My Apps: where a redemption lands, and what a page of our own counts as.
    package static let myApps = Set(["2793995e-0a7d-40d7-bd35-6968ba142197"].compactMap(Application.AppID.init))
    /// My Profile.
    package static let myProfile = Set(["8c59ead7-d703-4a27-9e55-c96a0054c8d2"].compactMap(Application.AppID.init))
    /// My Sign-ins: where second factors are registered.
    package static let mySignIns = Set(["19db86c3-b2b9-44cc-b339-36da233a3be2"].compactMap(Application.AppID.init))
}

/// Clouds, then the home's outbound side, then our inbound one; all must allow (access-policy §1.5).
package func crossTenantDecision(
    for question: CrossTenantQuestion, access: CrossTenantAccess, home: HomeSide?
) -> Verdict<Refusal> {
    Verdict(asking: crossTenantRules(question, access, home))
}

func crossTenantRules(
    _ question: CrossTenantQuestion, _ access: CrossTenantAccess, _ home: HomeSide?
) -> [(denial: Refusal, reason: Reason?)] {
    guard question.organization.isTenant || access.entry(for: question.organization) != nil else { return [] }
    let outbound = home.map { side in
        flowReason(
            "crossTenant.outbound", side.access.effective(question.kind.outbound, for: side.destination), question)
    }
    return cloudRules(question, access, home) + [
        (.homeOutbound, outbound),
        (
            .ourInbound,
            flowReason(
                "crossTenant.inbound", access.effective(question.kind.inbound, for: question.organization), question)
        ),
    ]
}

/// The same for somebody who is known but has not said where to: whether any application is open to them.
func crossTenantPersonRules(
    _ person: CrossTenantPerson, _ question: CrossTenantQuestion, _ access: CrossTenantAccess, _ home: HomeSide?
) -> [(denial: Refusal, reason: Reason?)] {
    func reason(_ rule: String, _ effective: EffectiveAccess) -> Reason {
        let setting = effective.setting
        let met =
            switch (setting.people.accessType, setting.people.contains(person)) {
            case (.allowed, true?), (.blocked, false?): true
            case (.blocked, _): setting.applications.accessType == .blocked && !setting.applications.everything
            case (.allowed, _): false
            }
        return Reason(
            rule, met: met,
            met ? "Some application is open to the person." : "No application is open to the person.",
            setting: effective.peoplePath)
    }
    return cloudRules(question, access, home) + [
        (
            .homeOutbound,
            home.map {
                reason(
                    "crossTenant.outbound", $0.access.effective(question.kind.outbound, for: $0.destination))
            }
        ),
        (
            .ourInbound,
            reason("crossTenant.inbound", access.effective(question.kind.inbound, for: question.organization))
        ),
    ]
}

/// A tenant of another cloud is let in once both sides allow the cloud and name each other.
private func cloudRules(
    _ question: CrossTenantQuestion, _ access: CrossTenantAccess, _ home: HomeSide?
) -> [(denial: Refusal, reason: Reason?)] {
    guard question.organization.isTenant else { return [] }
    let theirs = home?.access.cloud ?? question.cloud ?? access.cloud
    guard theirs != access.cloud else { return [] }
    func reason(_ allowed: Bool, _ named: Bool, _ isOurs: Bool) -> Reason {
        let side = isOurs ? "this organisation" : "the home"
        let detail =
            if question.kind == .directConnect {
                "There is no direct connect between \(access.cloud.rawValue) and \(theirs.rawValue)."
            } else if !allowed {
                "The other cloud is not allowed by \(side)."
            } else if !named {
                "The other cloud is allowed by \(side), but the tenant has no entry of its own."
            } else {
                "The other cloud is allowed by \(side), and the tenant has an entry."
            }
        return Reason(
            isOurs ? "crossTenant.cloud" : "crossTenant.homeCloud",
            met: allowed && named && question.kind == .collaboration, detail,
            setting: "policies/crossTenantAccessPolicy/allowedCloudEndpoints")
    }
    let homeReason = home.map { side in
        reason(side.access.allowedClouds.contains(access.cloud), side.access.entry(for: side.destination) != nil, false)
    }
    let ours = reason(
        access.allowedClouds.contains(theirs) && access.cloud.canWork(with: theirs),
        access.entryByTenant(question.organization), true)
    return [(.homeCloud, homeReason), (.ourCloud, ours)]
}

extension CrossTenantAccess {
    /// Across clouds a domain is no name.
    fileprivate func entryByTenant(_ organization: HomeOrganization) -> Bool {
        organization.identifiers.contains { identifier in
            if case .tenant = identifier { organizations[identifier] != nil } else { false }
        }
    }
}

private func flowReason(_ rule: String, _ effective: EffectiveAccess, _ question: CrossTenantQuestion) -> Reason {
    let setting = effective.setting
    if setting == .allowAll {
        return Reason(rule, met: true, "Everybody may come, to every application.", setting: effective.peoplePath)
    }
    guard let person = question.person else {
        let met = setting.admitsAnybody
        return Reason(
            rule, met: met,
            met ? "The settings let people of that organisation through." : "The settings let nobody through.",
            setting: effective.peoplePath)
    }
    let applications = question.applications.isEmpty ? PortalApplication.myApps : question.applications
    let isPerson = setting.people.contains(person)
    let isApplication = setting.applications.contains(applications)
    let admitted = setting.admits(isPerson, isApplication)
    let who =
        switch isPerson {
        case true?: "among"
        case false?: "not among"
        case nil: "not known to be among or not among"
        }
    let detail =
        "The person is \(who) the \(setting.people.accessType.rawValue) users and groups, and the application is "
        + "\(isApplication ? "" : "not ")among the \(setting.applications.accessType.rawValue) applications."
    let isByApplication =
        switch setting.applications.accessType {
        case .allowed: !isApplication
        case .blocked: isApplication && setting.people.accessType == .allowed && isPerson == true
        }
    return Reason(
        rule, met: admitted == true, detail,
        setting: isByApplication ? effective.applicationsPath : effective.peoplePath)
}
