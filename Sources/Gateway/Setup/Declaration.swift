package import Cryptography
package import Directory

/// What a JSON5 file declares of one tenant: `vestibule apply` makes the installation say the same.
///
/// Names identify: an application and a group by its display name, a partner by its name in URLs, a member by the
/// address they sign in with. A key that is left out keeps what an object has, and is the default in a new one; an
/// object that is left out stays as it is.
package struct Declaration: Sendable {
    /// A place to point at when the installation, not the file alone, tells that something is wrong.
    package struct Place: Sendable {
        let make: @Sendable (String) -> FileFault

        func fault(_ problem: String) -> FileFault { make(problem) }
    }

    package enum TenantReference: Sendable {
        /// An id or a domain of a tenant that must be there.
        case existing(String, Place)
        case declared(DeclaredTenant)
    }

    package var tenant: TenantReference
    package var applications: [DeclaredApplication]
    package var partners: [DeclaredPartner]
    package var members: [DeclaredMember]
    package var groups: [DeclaredGroup]
    package var assignments: [DeclaredAssignment]
    package var connectors: [DeclaredConnector]
    package var attributes: [DeclaredAttribute]
    package var userFlows: [DeclaredUserFlow]

    /// Reads files that the declaration names, relative to its own folder.
    package struct FileReading {
        /// Answers nil where it can't be read.
        private let read: (_ path: String) -> [UInt8]?
        private let readEntity: ((_ path: String, _ entityID: String?, _ signer: String?) -> EntityFile)?

        package init(_ read: @escaping (_ path: String) -> [UInt8]?) {
            self.read = read
            readEntity = nil
        }

        /// - Parameter entity: Reads metadata, which may be a federation's.
        package init(
            _ read: @escaping (_ path: String) -> [UInt8]?,
            entity: @escaping (_ path: String, _ entityID: String?, _ signer: String?) -> EntityFile
        ) {
            self.read = read
            readEntity = entity
        }

        func callAsFunction(_ path: String) -> [UInt8]? { read(path) }

        /// The metadata of one entity in a file.
        ///
        /// - Parameters:
        ///   - entityID: Nil: the only one in it.
        ///   - signer: Who signed a federation's, base64 DER; nil: the file is believed as it is.
        func entity(_ entityID: String?, in path: String, signer: String?) -> EntityFile {
            if let readEntity { return readEntity(path, entityID, signer) }
            return read(path).map { .document($0) } ?? .unreadable("names \(path), which can't be read")
        }
    }

    /// What reading one entity's metadata gave.
    package enum EntityFile: Sendable {
        case document([UInt8])
        /// A clause that follows the key.
        case unreadable(String)
    }

    package init(_ file: DeclaredFile, reading: @escaping (_ path: String) -> [UInt8]?) throws(FileFault) {
        try self.init(file, files: FileReading(reading))
    }

    package init(_ file: DeclaredFile, files reading: FileReading) throws(FileFault) {
        var root = try file.root()
        if let name = try? root.stringOrNil("tenant") {
            tenant = .existing(name, root.place("tenant"))
        } else {
            guard var child = try root.childOrNil("tenant") else { throw root.fault("tenant", "is missing") }
            tenant = .declared(try DeclaredTenant(&child))
            try child.finish()
        }
        applications =
            try root.list("applications") { object throws(FileFault) in
                try DeclaredApplication(&object, reading)
            } ?? []
        partners = try root.list("partners") { object throws(FileFault) in try DeclaredPartner(&object, reading) } ?? []
        members = try root.list("members") { object throws(FileFault) in try DeclaredMember(&object, reading) } ?? []
        groups = try root.list("groups") { object throws(FileFault) in try DeclaredGroup(&object) } ?? []
        assignments = try root.list("assignments") { object throws(FileFault) in try DeclaredAssignment(&object) } ?? []
        connectors =
            try root.list("connectors") { object throws(FileFault) in try DeclaredConnector(&object, reading) } ?? []
        attributes =
            try root.list("userAttributes") { object throws(FileFault) in try DeclaredAttribute(&object) } ?? []
        userFlows = try root.list("userFlows") { object throws(FileFault) in try DeclaredUserFlow(&object) } ?? []
        try root.finish()
        try Self.refuseTwins(connectors.map { ($0.name, $0.place) })
        try Self.refuseTwins(attributes.map { ($0.name, $0.place) })
        try Self.refuseTwins(userFlows.map { ($0.name, $0.place) })
        try Self.refuseTwins(applications.map { ($0.name, $0.place) })
        try Self.refuseTwins(partners.map { ($0.name, $0.place) })
        try Self.refuseTwins(members.map { ($0.name.normalized, $0.place) })
        try Self.refuseTwins(groups.map { ($0.name, $0.place) })
    }

    private static func refuseTwins(_ names: [(String, Place)]) throws(FileFault) {
        var seen: Set<String> = []
        for (name, place) in names where !seen.insert(name).inserted {
            throw place.fault("is \"\(name)\", which is declared above already")
        }
    }
}

/// A tenant, identified by its domain.
package struct DeclaredTenant: Sendable {
    package var domain: DomainName
    package var name: String?
    /// Every domain it owns; the first one need not be repeated.
    package var domains: [DomainName]?
    package var privacyStatementURL: String?
    package var privacyContact: String?
    package var preferredLanguage: String?
    package var emailCodeEnabled: Bool?
    package var allowsInvitesFrom: InvitationSource?
    /// 0: never.
    package var invitationDays: Int?
    package var allowedInvitationDomains: [DomainName]?
    package var blockedInvitationDomains: [DomainName]?
    package var redemption: RedemptionOrder?
    package var allowsSelfServiceSignUp: Bool?
    let place: Declaration.Place

    init(_ object: inout DeclaredObject) throws(FileFault) {
        domain = try object.parsed("domain", "a domain")
        name = try object.stringOrNil("name")
        domains = try object.parsedListOrNil("domains", "a domain")
        if var privacy = try object.childOrNil("privacy") {
            privacyStatementURL = try privacy.stringOrNil("statement")
            privacyContact = try privacy.stringOrNil("contact")
            try privacy.finish()
        }
        preferredLanguage = try object.stringOrNil("language")
        emailCodeEnabled = try object.boolOrNil("emailCode")
        if var invitations = try object.childOrNil("invitations") {
            if let name = try invitations.stringOrNil("from") {
                guard let source = InvitationSource(rawValue: name) else {
                    let known = InvitationSource.allCases.map(\.rawValue).joined(separator: ", ")
                    throw invitations.fault("from", "is \"\(name)\", not one of \(known)")
                }
                allowsInvitesFrom = source
            }
            invitationDays = try invitations.integerOrNil("days", in: 0...3_650)
            allowedInvitationDomains = try invitations.parsedListOrNil("allowedDomains", "a domain")
            blockedInvitationDomains = try invitations.parsedListOrNil("blockedDomains", "a domain")
            if !(allowedInvitationDomains ?? []).isEmpty, !(blockedInvitationDomains ?? []).isEmpty {
                throw invitations.fault("blockedDomains", "can't be there beside \"allowedDomains\"")
            }
            try invitations.finish()
        }
        redemption = try Self.redemption(&object)
        allowsSelfServiceSignUp = try object.boolOrNil("selfServiceSignUp")
        place = object.place("domain")
    }
}

extension DeclaredTenant {
    /// What is left out is Entra's default.
    private static func redemption(_ object: inout DeclaredObject) throws(FileFault) -> RedemptionOrder? {
        guard var order = try object.childOrNil("redemption") else { return nil }
        var primaries = RedemptionOrder.standard.primaries
        if let names = try order.stringsOrNil("order") {
            primaries = []
            for (index, name) in names.enumerated() {
                guard let primary = RedemptionOrder.Primary(rawValue: name) else {
                    let known = RedemptionOrder.Primary.allCases.map(\.rawValue).joined(separator: ", ")
                    throw order.fault("order", index, "is \"\(name)\", not one of \(known)")
                }
                primaries.append(primary)
            }
        }
        let fallback = try order.choiceOrNil("fallback") ?? RedemptionOrder.standard.fallback
        guard let read = RedemptionOrder(primaries: primaries, fallback: fallback) else {
            throw order.fault("order", "names one twice")
        }
        try order.finish()
        return read
    }
}

/// A person of the tenant with a password here.
package struct DeclaredMember: Sendable {
    package var name: EmailAddress
    package var displayName: String?
    package var password: Secret?
    package var roles: [DirectoryRole]?
    let place: Declaration.Place

    init(_ object: inout DeclaredObject, _ reading: Declaration.FileReading) throws(FileFault) {
        name = try object.parsed("name", "an email address")
        displayName = try object.stringOrNil("displayName")
        password = try object.secret("password", reading).map { Secret(utf8: $0) }
        if let password, password.count < 12 { throw object.fault("password", "must have at least 12 characters") }
        place = object.place("name")
        guard let names = try object.stringsOrNil("roles") else { return }
        var roles: [DirectoryRole] = []
        for (index, name) in names.enumerated() {
            guard let role = DirectoryRole.allCases.first(where: { $0.displayName == name || $0.rawValue == name })
            else {
                let known = DirectoryRole.allCases.map(\.displayName).joined(separator: ", ")
                throw object.fault("roles", index, "is \"\(name)\", not one of \(known)")
            }
            roles.append(role)
        }
        self.roles = roles
    }
}

/// A group and who is in it; members that the file leaves out are taken out.
package struct DeclaredGroup: Sendable {
    package var name: String
    package var members: [(address: String, place: Declaration.Place)]?
    package var groups: [(name: String, place: Declaration.Place)]?
    let place: Declaration.Place

    init(_ object: inout DeclaredObject) throws(FileFault) {
        name = try object.string("name")
        place = object.place("name")
        let members = object.places("members", try object.stringsOrNil("members"))
        self.members = members?.map { (address: $0.0, place: $0.1) }
        let groups = object.places("groups", try object.stringsOrNil("groups"))
        self.groups = groups?.map { (name: $0.0, place: $0.1) }
    }
}

/// Who may use an application, and as what.
package struct DeclaredAssignment: Sendable {
    package enum Principal: Sendable {
        case user(String)
        case group(String)
    }

    package var application: String
    package var principal: Principal
    package var role: String?
    let applicationPlace: Declaration.Place
    let principalPlace: Declaration.Place
    let rolePlace: Declaration.Place

    init(_ object: inout DeclaredObject) throws(FileFault) {
        application = try object.string("application")
        let user = try object.stringOrNil("user")
        let group = try object.stringOrNil("group")
        role = try object.stringOrNil("role")
        switch (user, group) {
        case (let user?, nil): principal = .user(user)
        case (nil, let group?): principal = .group(group)
        default: throw object.fault("needs \"user\" or \"group\", and not both")
        }
        applicationPlace = object.place("application")
        principalPlace = object.place(user == nil ? "group" : "user")
        rolePlace = object.place("role")
    }
}

extension DeclaredObject {
    func place(_ name: String) -> Declaration.Place {
        let sample = fault(name, "")
        return Declaration.Place { FileFault(file: sample.file, line: sample.line, key: sample.key, problem: $0) }
    }

    func places(_ name: String, _ values: [String]?) -> [(String, Declaration.Place)]? {
        values.map { values in
            values.enumerated().map { index, value in
                let sample = fault(name, index, "")
                let place = Declaration.Place {
                    FileFault(file: sample.file, line: sample.line, key: sample.key, problem: $0)
                }
                return (value, place)
            }
        }
    }

    /// `name` itself, or the first line of the file that `nameFile` names.
    mutating func secret(_ name: String, _ reading: Declaration.FileReading) throws(FileFault) -> String? {
        let value = try stringOrNil(name)
        guard let path = try stringOrNil(name + "File") else { return value }
        guard value == nil else { throw fault(name, "and \"\(name)File\" are both there; one of them is enough") }
        guard let bytes = reading(path) else { throw fault(name + "File", "names \(path), which can't be read") }
        let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
        guard !line.isEmpty, let text = String(validating: line, as: UTF8.self) else {
            throw fault(name + "File", "names \(path), whose first line holds no text")
        }
        return text
    }
}
