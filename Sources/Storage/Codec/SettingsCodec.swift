package import Directory
package import JSON

/// How a tenant's settings are written as JSON. Members keep the names of the Swift properties, times are milliseconds,
/// ids are GUIDs. What a later version adds has a default, so that an old version of the settings still reads; what is
/// not known is refused by name, so that nothing is silently dropped.
package enum SettingsCodec {
    /// The greatest `version` member this program reads.
    static let formatVersion: Int64 = 1

    static let versionMember: (String, JSONValue) = ("version", .integer(formatVersion))
}

extension SettingsCodec {
    package static func encode(_ tenant: Tenant) -> JSONValue {
        .members([
            versionMember, ("id", .string(tenant.id.description)), ("displayName", .string(tenant.displayName)),
            ("initialDomain", .string(tenant.initialDomain.description)),
            ("domains", .strings(tenant.domains.map(\.description))),
            ("privacyStatementURL", .optional(tenant.privacyStatementURL)),
            ("privacyContact", .optional(tenant.privacyContact)),
            ("preferredLanguage", .string(tenant.preferredLanguage)),
            ("emailCodeEnabled", .bool(tenant.emailCodeEnabled)), ("redemption", encode(tenant.redemption)),
            ("guestAccess", .string(tenant.guestAccess.rawValue)),
            ("allowsInvitesFrom", .string(tenant.allowsInvitesFrom.rawValue)),
            // 0: never.
            ("invitationDays", .integer(Int64(tenant.invitationDays ?? 0))),
            ("allowsSelfServiceSignUp", .bool(tenant.allowsSelfServiceSignUp)),
            ("allowedInvitationDomains", .strings(tenant.allowedInvitationDomains.map(\.description))),
            ("blockedInvitationDomains", .strings(tenant.blockedInvitationDomains.map(\.description))),
        ])
    }

    private static func encode(_ order: RedemptionOrder) -> JSONValue {
        .members([
            ("primaries", .strings(order.primaries.map(\.rawValue))), ("fallback", .string(order.fallback.rawValue)),
        ])
    }

    private static func redemption(_ object: inout StrictObject) throws(SettingsFormatError) -> RedemptionOrder {
        guard var order = try object.childOrNil("redemption") else { return .standard }
        var primaries: [RedemptionOrder.Primary] = []
        for name in try order.strings("primaries") {
            guard let primary = RedemptionOrder.Primary(rawValue: name) else {
                throw order.problem("primaries", "names \"\(name)\", which is not known")
            }
            primaries.append(primary)
        }
        guard let read = RedemptionOrder(primaries: primaries, fallback: try order.choice("fallback")) else {
            throw order.problem("primaries", "names one twice")
        }
        try order.finish()
        return read
    }

    package static func tenant(_ json: JSONValue) throws(SettingsFormatError) -> Tenant {
        var object = try StrictObject(json, at: "tenant")
        try object.version(upTo: formatVersion)
        var tenant = try Tenant(
            id: object.id("id"), displayName: object.string("displayName"),
            initialDomain: object.parsed("initialDomain", "a domain"),
            domains: object.parsedList("domains", "a domain"),
            privacyStatementURL: object.stringOrNil("privacyStatementURL"),
            privacyContact: object.stringOrNil("privacyContact"),
            preferredLanguage: object.stringOrNil("preferredLanguage") ?? "en-US",
            emailCodeEnabled: object.boolOrNil("emailCodeEnabled") ?? true,
            guestAccess: object.choiceOrNil("guestAccess") ?? .limited,
            allowsInvitesFrom: object.choiceOrNil("allowsInvitesFrom") ?? .everyone,
            invitationDays: object.integerOrNil("invitationDays") ?? 30,
            allowedInvitationDomains: object.parsedListOrNil("allowedInvitationDomains", "a domain") ?? [],
            blockedInvitationDomains: object.parsedListOrNil("blockedInvitationDomains", "a domain") ?? [],
            allowsSelfServiceSignUp: object.boolOrNil("allowsSelfServiceSignUp") ?? false,
            redemption: redemption(&object))
        if tenant.invitationDays == 0 { tenant.invitationDays = nil }
        try object.finish()
        return tenant
    }
}

extension SettingsObject {
    package init(_ tenant: Tenant) {
        self.init(kind: .tenant, id: tenant.id.description, body: SettingsCodec.encode(tenant))
    }

    package init(_ application: Application) {
        self.init(kind: .application, id: application.id.description, body: SettingsCodec.encode(application))
    }

    package init(_ partner: Partner) {
        self.init(kind: .partner, id: partner.id.description, body: SettingsCodec.encode(partner))
    }
}

extension SettingsVersion {
    /// Nil: the tenant's own object was not published yet.
    package func tenant() throws(SettingsFormatError) -> Tenant? {
        guard let body = objects.first(where: { $0.kind == .tenant })?.body else { return nil }
        return try SettingsCodec.tenant(body)
    }

    package func applications() throws(SettingsFormatError) -> [Application] {
        var applications: [Application] = []
        for object in objects where object.kind == .application {
            if let body = object.body { applications.append(try SettingsCodec.application(body)) }
        }
        return applications
    }

    package func partners() throws(SettingsFormatError) -> [Partner] {
        var partners: [Partner] = []
        for object in objects where object.kind == .partner {
            if let body = object.body { partners.append(try SettingsCodec.partner(body)) }
        }
        return partners
    }
}
