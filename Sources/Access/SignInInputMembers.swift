internal import Directory
package import FoundationEssentials

/// A recorded value, in the few shapes that a record needs.
package enum Fact: Sendable, Hashable {
    case text(String)
    case number(Int64)
    case flag(Bool)
    /// To the millisecond.
    case instant(Date)
    case list([String])
}

/// The one spelling of an input's members: flat, dotted names, absent where there is nothing to say. Storage writes them
/// as JSON and reads them back; nothing else knows their names.
extension SignInInput {
    /// Members that say something about a person beyond our own identifiers: kept in the erasable part of the record.
    package static let personalMembers: Set<String> = [
        "home.user", "home.groups", "home.emailDomain", "network.address", "redemption.domain",
    ]

    package var members: [(name: String, fact: Fact)] {
        var members: [(name: String, fact: Fact)] = []
        members.reserveCapacity(40 + signals.count)
        members += [
            ("at", .instant(at)),
            ("settingsVersion", .number(settingsVersion)),
            ("scopes", .list(scopes)),
            ("network.address", .text(network.address)),
            ("client.platform", .text(client.platform.rawValue)),
            ("client.kind", .text(client.kind.rawValue)),
        ]
        func add(_ name: String, _ text: String?) {
            if let text { members.append((name, .text(text))) }
        }
        func add(_ name: String, _ flag: Bool?) {
            if let flag { members.append((name, .flag(flag))) }
        }
        add("application", application?.description)
        add("resource", resource?.description)
        add("network.country", network.country)
        add("redemption.domain", redeemedDomain?.description)
        if isDirectConnect { add("directConnect", true) }
        if let user {
            add("user.id", user.id.description)
            add("user.userType", user.userType.rawValue)
            add("user.creationType", user.creationType?.rawValue)
            add("user.externalUserState", user.externalUserState?.rawValue)
            add("user.accountEnabled", user.accountEnabled)
            members.append(("user.groups", .list(user.groups.map(\.description))))
            members.append(("user.directoryRoles", .list(user.directoryRoles.map(\.rawValue))))
            members.append(("user.appRoles", .list(user.appRoles)))
            members.append(("user.assignments", .list(user.assignments.map(\.member))))
        }
        if let home {
            add("home.kind", home.kind.rawValue)
            add("home.issuer", home.issuer)
            add("home.partner", home.partner?.description)
            add("home.tenant", home.homeTenant)
            add("home.user", home.homeUser)
            members.append(("home.groups", .list(home.homeGroups)))
            add("home.emailDomain", home.emailDomain?.description)
            add("home.emailIsVerified", home.emailIsVerified)
            if !home.domains.isEmpty { members.append(("home.domains", .list(home.domains.map(\.description)))) }
        }
        if let evidence {
            members.append(("evidence.authenticatedAt", .instant(evidence.authenticatedAt)))
            members.append(("evidence.methods", .list(evidence.methods)))
            add("evidence.context", evidence.context)
            add("evidence.multiFactor", evidence.multiFactor)
            add("evidence.deviceIsCompliant", evidence.deviceIsCompliant)
            add("evidence.deviceIsHybridJoined", evidence.deviceIsHybridJoined)
        }
        conditions.write(to: &members)
        for (name, value) in signals.sorted(by: { $0.key < $1.key }) { add("signal." + name, value) }
        return members
    }

    /// Reads what `members` wrote. An erased personal member is simply absent: the address is then empty, and rules
    /// that ask for it find nothing.
    ///
    /// Nil if a member that no input lacks is missing, or one has a shape or value it can't have.
    package init?(members: [String: Fact]) {
        let read = MemberReader(members)
        guard let at = read.instant("at"), let settingsVersion = read.number("settingsVersion"),
            let platform = read.text("client.platform").flatMap(ClientFacts.Platform.init(rawValue:)),
            let kind = read.text("client.kind").flatMap(ClientFacts.Kind.init(rawValue:)),
            let application = read.optional("application", Application.AppID.init),
            let resource = read.optional("resource", Application.AppID.init),
            let redeemedDomain = read.optional("redemption.domain", DomainName.init)
        else { return nil }
        self.init(
            at: at, settingsVersion: settingsVersion, user: nil, home: nil, application: application,
            resource: resource, scopes: read.list("scopes"),
            network: NetworkFacts(address: read.text("network.address") ?? "", country: read.text("network.country")),
            client: ClientFacts(platform: platform, kind: kind), redeemedDomain: redeemedDomain,
            isDirectConnect: read.flag("directConnect") ?? false)
        if members["user.id"] != nil {
            guard let facts = UserFacts(read) else { return nil }
            user = facts
        }
        if members["home.kind"] != nil {
            guard let facts = HomeFacts(read) else { return nil }
            home = facts
        }
        if let authenticatedAt = read.instant("evidence.authenticatedAt") {
            evidence = AuthenticationEvidence(
                authenticatedAt: authenticatedAt, methods: read.list("evidence.methods"),
                context: read.text("evidence.context"), multiFactor: read.flag("evidence.multiFactor"),
                deviceIsCompliant: read.flag("evidence.deviceIsCompliant"),
                deviceIsHybridJoined: read.flag("evidence.deviceIsHybridJoined"))
        }
        guard let conditions = ConditionFacts(read) else { return nil }
        self.conditions = conditions
        for (name, fact) in members where name.hasPrefix("signal.") {
            guard case .text(let value) = fact else { return nil }
            signals[String(name.dropFirst("signal.".count))] = value
        }
    }
}

extension UserFacts {
    fileprivate init?(_ read: MemberReader) {
        guard let id = read.text("user.id").flatMap(User.ID.init),
            let userType = read.text("user.userType").flatMap(User.UserType.init(rawValue:)),
            let creationType = read.optional("user.creationType", User.CreationType.init(rawValue:)),
            let state = read.optional("user.externalUserState", User.ExternalUserState.init(rawValue:)),
            let accountEnabled = read.flag("user.accountEnabled"),
            let groups = read.all("user.groups", Group.ID.init),
            let directoryRoles = read.all("user.directoryRoles", DirectoryRole.init(rawValue:)),
            let assignments = read.all("user.assignments", Assignment.init(member:))
        else { return nil }
        self.init(
            id: id, userType: userType, creationType: creationType, externalUserState: state,
            accountEnabled: accountEnabled, groups: groups, directoryRoles: directoryRoles,
            appRoles: read.list("user.appRoles"), assignments: assignments)
    }
}

extension HomeFacts {
    fileprivate init?(_ read: MemberReader) {
        guard let kind = read.text("home.kind").flatMap(Partner.Kind.init(rawValue:)),
            let issuer = read.text("home.issuer"),
            let partner = read.optional("home.partner", Partner.ID.init),
            let emailDomain = read.optional("home.emailDomain", DomainName.init),
            let domains = read.all("home.domains", DomainName.init)
        else { return nil }
        self.init(
            kind: kind, issuer: issuer, partner: partner, homeTenant: read.text("home.tenant"),
            homeUser: read.text("home.user"), homeGroups: read.list("home.groups"), emailDomain: emailDomain,
            emailIsVerified: read.flag("home.emailIsVerified") ?? false, domains: domains)
    }
}

extension Assignment {
    /// `user|group : its id : the application : the role or nothing`.
    fileprivate var member: String {
        var text =
            switch principal {
            case .user(let id): "user:" + id.description
            case .group(let id): "group:" + id.description
            }
        text += ":"
        text += application.description
        text += ":"
        if let role { text += role.description }
        return text
    }

    fileprivate init?(member: String) {
        let parts = member.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let application = Application.AppID(parts[2]) else { return nil }
        let role = Application.Role.ID(parts[3])
        guard role != nil || parts[3].isEmpty else { return nil }
        switch parts[0] {
        case "user":
            guard let id = User.ID(parts[1]) else { return nil }
            self.init(principal: .user(id), application: application, role: role)
        case "group":
            guard let id = Group.ID(parts[1]) else { return nil }
            self.init(principal: .group(id), application: application, role: role)
        default: return nil
        }
    }
}

struct MemberReader {
    let members: [String: Fact]

    init(_ members: [String: Fact]) { self.members = members }

    func text(_ name: String) -> String? {
        guard case .text(let value)? = members[name] else { return nil }
        return value
    }

    func number(_ name: String) -> Int64? {
        guard case .number(let value)? = members[name] else { return nil }
        return value
    }

    func flag(_ name: String) -> Bool? {
        guard case .flag(let value)? = members[name] else { return nil }
        return value
    }

    func instant(_ name: String) -> Date? {
        guard case .instant(let value)? = members[name] else { return nil }
        return value
    }

    func list(_ name: String) -> [String] {
        guard case .list(let value)? = members[name] else { return [] }
        return value
    }

    /// `.some(nil)` where the member is absent; nil where it is there and can't be read.
    func optional<Value>(_ name: String, _ parse: (String) -> Value?) -> Value?? {
        guard let fact = members[name] else { return .some(nil) }
        guard case .text(let text) = fact, let value = parse(text) else { return nil }
        return .some(value)
    }

    /// Every element, or nil if one can't be read.
    func all<Value>(_ name: String, _ parse: (String) -> Value?) -> [Value]? {
        let texts = list(name)
        let values = texts.compactMap(parse)
        return values.count == texts.count ? values : nil
    }
}
