package import Directory

/// Whether the targets that a setting names are let through, or everything else is.
package enum AccessType: String, Sendable, Hashable, CaseIterable {
    case allowed, blocked
}

/// The users-and-groups half of a setting. Inbound it names the home's object ids, never those of guests; outbound one's
/// own.
package struct PeopleTargets: Sendable, Hashable {
    package var accessType: AccessType
    /// The keyword `AllUsers`.
    package var everyone: Bool
    package var users: Set<String>
    package var groups: Set<String>

    package init(_ accessType: AccessType, everyone: Bool = false, users: Set<String> = [], groups: Set<String> = []) {
        self.accessType = accessType
        self.everyone = everyone
        self.users = users
        self.groups = groups
    }

    /// Whether the person is among the targets; nil where the home did not say what that takes.
    func contains(_ person: CrossTenantPerson) -> Bool? {
        if everyone { return true }
        if let user = person.user, users.contains(user) { return true }
        if let theirs = person.groups, !groups.isDisjoint(with: theirs) { return true }
        if person.user == nil, !users.isEmpty { return nil }
        if person.groups == nil, !groups.isEmpty { return nil }
        return false
    }
}

/// The applications half of a setting; client and resource ids alike.
package struct ApplicationTargets: Sendable, Hashable {
    /// Names of whole suites. No application of this gateway is in one: they are kept so that settings travel.
    package enum Suite: String, Sendable, Hashable, CaseIterable {
        case office365 = "Office365"
        case allMicrosoftApps = "AllMicrosoftApps"
    }

    package var accessType: AccessType
    /// The keyword `AllApplications`.
    package var everything: Bool
    package var applications: Set<Application.AppID>
    package var suites: Set<Suite>

    package init(
        _ accessType: AccessType, everything: Bool = false, applications: Set<Application.AppID> = [],
        suites: Set<Suite> = []
    ) {
        self.accessType = accessType
        self.everything = everything
        self.applications = applications
        self.suites = suites
    }

    func contains(_ asked: Set<Application.AppID>) -> Bool {
        everything || !applications.isDisjoint(with: asked)
    }
}

/// One of the four settings as it is written: a half that is missing is inherited.
package struct AccessSetting: Sendable, Hashable {
    package var people: PeopleTargets?
    package var applications: ApplicationTargets?

    package init(people: PeopleTargets?, applications: ApplicationTargets?) {
        self.people = people
        self.applications = applications
    }
}

/// A setting with both halves, as the defaults have it.
package struct WholeAccessSetting: Sendable, Hashable {
    package var people: PeopleTargets
    package var applications: ApplicationTargets

    package init(people: PeopleTargets, applications: ApplicationTargets) {
        self.people = people
        self.applications = applications
    }

    package static let allowAll = WholeAccessSetting(
        people: PeopleTargets(.allowed, everyone: true), applications: ApplicationTargets(.allowed, everything: true))
    package static let blockAll = WholeAccessSetting(
        people: PeopleTargets(.blocked, everyone: true), applications: ApplicationTargets(.blocked, everything: true))

    /// The four-way table of access-policy §1.4. Nil where it would take what the home did not say.
    ///
    /// - Parameters:
    ///   - isPerson: Whether the person is a target of the one half.
    ///   - isApplication: Whether the application is one of the other.
    func admits(_ isPerson: Bool?, _ isApplication: Bool) -> Bool? {
        switch (people.accessType, applications.accessType) {
        case (.allowed, .allowed): isApplication ? isPerson : false
        case (.allowed, .blocked): isApplication ? false : isPerson
        case (.blocked, .allowed): isApplication ? isPerson.map { !$0 } : false
        case (.blocked, .blocked): isApplication ? isPerson.map { !$0 } : true
        }
    }

    /// Whether anybody at all, at any application, gets through. All that can be said of somebody who was not seen yet.
    var admitsAnybody: Bool {
        switch (people.accessType, applications.accessType) {
        case (.allowed, .allowed): people.namesAny && applications.namesAny
        case (.allowed, .blocked): people.namesAny && !applications.everything
        case (.blocked, .allowed): !people.everyone && applications.namesAny
        case (.blocked, .blocked): !people.everyone || !applications.everything
        }
    }
}

extension PeopleTargets {
    var namesAny: Bool { everyone || !users.isEmpty || !groups.isEmpty }
}

extension ApplicationTargets {
    var namesAny: Bool { everything || !applications.isEmpty || !suites.isEmpty }
}

/// A person as their home calls them.
package struct CrossTenantPerson: Sendable, Hashable {
    /// The home's object id; nil where it named none.
    package var user: String?
    /// The home's group ids; nil where it does not say which groups there are.
    package var groups: [String]?

    package init(user: String?, groups: [String]?) {
        self.user = user
        self.groups = groups
    }

    /// A tenant names each group that rules here name; of another home an empty list says nothing.
    package init(_ home: HomeFacts) {
        self.init(
            user: home.homeUser,
            groups: home.kind == .tenant || !home.homeGroups.isEmpty ? home.homeGroups : nil)
    }
}
