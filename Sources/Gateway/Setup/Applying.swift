internal import Directory
internal import FoundationEssentials
internal import Issuing
internal import Storage

extension Installation {
    /// Makes the installation say what the declaration says: in one commit, or not at all. What it says already is not
    /// written again.
    ///
    /// - Parameters:
    ///   - asOperator: Whether tenants may be made and given domains: the installation's operator vouches for them.
    ///   - author: Who is named in the history of the settings and in the audit trail.
    package func apply(
        _ declaration: Declaration, asOperator: Bool, by author: String
    ) async throws(DeclarationRefusal) -> AppliedDeclaration {
        var attempts = 0
        while true {
            var plan = try await DeclarationPlan(declaration, asOperator: asOperator, installation: self)
            try await plan.decide()
            let applied = plan.outcome
            do throws(StorageError) {
                let steps = (applied.changesAnything ? plan.commit(by: author) : []) + plan.peerSteps
                guard !steps.isEmpty else { return applied }
                try await store.commit(steps)
                peers.forget(applied.tenant.id)
                settings.forget(applied.tenant.id)
                claims.forget()
                return applied
            } catch .notApplied where attempts < 3 {
                // Somebody published settings meanwhile: what is there is read again.
                attempts += 1
            } catch {
                throw .storage(error)
            }
        }
    }
}

/// What a declaration changes, as it is worked out.
struct DeclarationPlan {
    let installation: Installation
    let declaration: Declaration
    let asOperator: Bool
    let now: Date
    /// As it will be.
    var tenant: Tenant
    let isNew: Bool
    /// The settings version that the plan starts from.
    let version: Int64
    /// As they will be, those included that the declaration leaves out.
    var applications: [Application]
    var partners: [Partner]
    /// Steps besides the settings' own, in order.
    var steps: [Step] = []
    /// What is known of the metadata that was read: kept even where it changes nothing else.
    var peerSteps: [Step] = []
    var changedSettings: [SettingsObject] = []
    var items: [AppliedDeclaration.Item] = []
    /// Made by this plan, and not in the store yet.
    var newUsers: [String: User.ID] = [:]
    var newGroups: [String: Group.ID] = [:]

    init(
        _ declaration: Declaration, asOperator: Bool, installation: Installation
    ) async throws(DeclarationRefusal) {
        self.installation = installation
        self.declaration = declaration
        self.asOperator = asOperator
        now = installation.now
        switch declaration.tenant {
        case .existing(let name, let place):
            guard let found = try await Self.find(name, installation) else {
                throw .fault(place.fault("is \"\(name)\", and there is no organisation with this id or domain"))
            }
            (tenant, version, applications, partners) = found
            isNew = false
        case .declared(let declared):
            if let found = try await Self.find(declared.domain.description, installation) {
                (tenant, version, applications, partners) = found
                isNew = false
            } else {
                guard asOperator else {
                    throw .fault(
                        declared.place.fault(
                            "is \(declared.domain), which no organisation here has; --operator makes a new one"))
                }
                tenant = Tenant(
                    id: .random(installation.environment.randomBytes),
                    displayName: declared.name ?? declared.domain.description, initialDomain: declared.domain,
                    domains: [declared.domain])
                (version, applications, partners) = (0, [], [])
                isNew = true
            }
        }
    }

    private static func find(
        _ name: String, _ installation: Installation
    ) async throws(DeclarationRefusal) -> (Tenant, Int64, [Application], [Partner])? {
        do throws(StorageError) {
            var id = Tenant.ID(name)
            if id == nil, let domain = DomainName(name) { id = try await installation.store.tenant(forDomain: domain) }
            guard let id, let settings = try await installation.store.settings(id) else { return nil }
            do throws(SettingsFormatError) {
                guard var tenant = try settings.tenant() else { return nil }
                tenant.domains = try await domains(id, installation)
                return (tenant, settings.number, try settings.applications(), try settings.partners())
            } catch {
                throw StorageError.unreadable("version \(settings.number) of the settings of \(id): \(error)")
            }
        } catch {
            throw .storage(error)
        }
    }

    private static func domains(_ id: Tenant.ID, _ installation: Installation) async throws(SettingsFormatError)
        -> [DomainName]
    {
        do throws(StorageError) {
            return try await installation.store.domains(id).map(\.domain)
        } catch {
            throw SettingsFormatError(path: "domains", problem: "can't be read: \(error)")
        }
    }

    /// Works everything out; writes nothing.
    mutating func decide() async throws(DeclarationRefusal) {
        try await decideTenant()
        try await decideApplications()
        try await decidePartners()
        try await decideSignUp()
        try refuseDomainsOfPartners()
        for member in declaration.members { try await decide(member) }
        for group in declaration.groups { try await decide(group) }
        for assignment in declaration.assignments { try await decide(assignment) }
    }

    var outcome: AppliedDeclaration {
        AppliedDeclaration(
            tenant: tenant, version: changedSettings.isEmpty ? version : version + 1, items: items)
    }

    /// Everything in one commit.
    func commit(by author: String) -> [Step] {
        var all = steps
        if !changedSettings.isEmpty {
            // After the tenant's own row, before what people get in it: its first step finds out that somebody else
            // published meanwhile.
            let head = isNew ? newTenantSteps : 0
            all.insert(
                contentsOf: Step.publish(changedSettings, in: tenant.id, over: version, by: author, at: now), at: head)
        }
        all.append(
            installation.audit(
                "Apply declaration", category: "DirectoryManagement", in: tenant.id,
                actor: AuditParty(user: nil, name: author),
                details: items.filter { $0.change != .unchanged }.enumerated().map { number, item in
                    ("\(number)", "\(item.change.rawValue) \(item.kind)")
                }))
        return all
    }

    // MARK: The tenant

    /// How many of `steps` make the tenant's row, domains and keys.
    private var newTenantSteps: Int { 1 }

    private mutating func decideTenant() async throws(DeclarationRefusal) {
        let before = tenant
        if isNew { try makeTenant() }
        if case .declared(let declared) = declaration.tenant { try change(declared) }
        let added = tenant.domains.filter { isNew || !before.domains.contains($0) }
        for domain in added { try await claim(domain) }
        for domain in before.domains where !tenant.domains.contains(domain) {
            steps += installation.releasedDomainSteps(domain, of: tenant.id)
        }
        let change: AppliedDeclaration.Change = isNew ? .created : tenant == before ? .unchanged : .updated
        if change != .unchanged { changedSettings.append(SettingsObject(tenant)) }
        items.append(
            AppliedDeclaration.Item("organisation", tenant.displayName, change, [("id", tenant.id.description)]))
    }

    private mutating func makeTenant() throws(DeclarationRefusal) {
        steps.append(.createTenant(tenant.id, at: now))
        do {
            let keys = try KeyMaking.initial(
                tenant.id, master: installation.masterKey, now: now, environment: installation.environment)
            steps += keys.map { .insertKey($0) }
        } catch {
            throw .storage(.faulty("making the tenant's keys: \(error)"))
        }
    }

    private mutating func change(_ declared: DeclaredTenant) throws(DeclarationRefusal) {
        if let name = declared.name { tenant.displayName = name }
        if let url = declared.privacyStatementURL {
            guard LandingURL(url, allowsLoopback: installation.isDevelopment) != nil else {
                throw .fault(declared.place.fault("has a privacy statement that is no https address: \(url)"))
            }
            tenant.privacyStatementURL = url
        }
        if let contact = declared.privacyContact { tenant.privacyContact = contact }
        if let language = declared.preferredLanguage { tenant.preferredLanguage = language }
        if let enabled = declared.emailCodeEnabled { tenant.emailCodeEnabled = enabled }
        if let source = declared.allowsInvitesFrom { tenant.allowsInvitesFrom = source }
        if let days = declared.invitationDays { tenant.invitationDays = days == 0 ? nil : days }
        if declared.allowedInvitationDomains != nil || declared.blockedInvitationDomains != nil {
            // One list at a time: naming one kind discards the other.
            tenant.allowedInvitationDomains = declared.allowedInvitationDomains ?? []
            tenant.blockedInvitationDomains = declared.blockedInvitationDomains ?? []
        }
        if let allows = declared.allowsSelfServiceSignUp { tenant.allowsSelfServiceSignUp = allows }
        if let redemption = declared.redemption { tenant.redemption = redemption }
        guard let domains = declared.domains else { return }
        var wanted = [tenant.initialDomain]
        for domain in domains where !wanted.contains(domain) { wanted.append(domain) }
        guard Set(wanted) != Set(tenant.domains) else { return }
        guard asOperator else {
            throw .fault(
                declared.place.fault(
                    "changes the organisation's domains, which takes --operator, or proof: 'vestibule domain add'"))
        }
        tenant.domains = wanted
    }

    /// Of the partners that the declaration leaves out too.
    private func refuseDomainsOfPartners() throws(DeclarationRefusal) {
        guard case .declared(let declared) = declaration.tenant, declared.domains != nil else { return }
        for partner in partners {
            guard let domain = partner.domains.first(where: tenant.domains.contains) else { continue }
            throw .fault(
                declared.place.fault("has the domain \(domain), which is listed for the partner \(partner.name)"))
        }
    }

    private mutating func claim(_ domain: DomainName) async throws(DeclarationRefusal) {
        let owner: DomainOwner?
        do { owner = try await installation.store.domainOwner(domain) } catch { throw .storage(error) }
        if let owner, owner.tenant != tenant.id {
            let isFree = owner.releasedAt.map { $0.addingTimeInterval(DomainOwner.quarantine) <= now } ?? false
            guard isFree else {
                let state = owner.releasedAt == nil ? "has" : "let go less than 30 days ago"
                let sentence = "\(domain) is a domain that another organisation here \(state)"
                if case .declared(let declared) = declaration.tenant { throw .fault(declared.place.fault(sentence)) }
                throw .storage(.refused(sentence))
            }
        }
        steps += installation.vouchedDomainSteps(domain, for: tenant.id)
    }
}
