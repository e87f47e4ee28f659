internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import Gateway
internal import JSON
internal import Storage

/// Making and changing users.
enum UserChanging {
    static let operations: [GraphOperation] = [
        GraphOperation(
            .post, "/users", "user.create", "Create a member", .writeUsers,
            body: .create(UserSchema.written), answers: .entity(UserSchema.type, status: 201)
        ) { call throws(GraphError) in
            try await call.createUser()
        },
        GraphOperation(
            .patch, "/users/{id}", "user.update", "Update a user", .writeUsers, body: .update(UserSchema.written),
            answers: .nothing
        ) { call throws(GraphError) in
            try await call.updateUser()
        },
        GraphOperation(
            .post, "/users/{id}/revokeSignInSessions", "user.revokeSignInSessions", "End every session of a user",
            .writeUsers, answers: .object(flagged, status: 200)
        ) { call throws(GraphError) in
            let stored = try await call.storedUser()
            try await call.requireReach(over: stored.user)
            try await call.commit(
                call.endingSessions(of: stored.user.id, because: "revokedByAdministrator") + [
                    call.audit("Update StsRefreshTokenValidFrom Timestamp", on: [stored.user.party])
                ])
            return GraphAnswer(status: 200, body: ["@odata.context": call.context("Edm.Boolean"), "value": true])
        },
    ]

    static let flagged = GraphType("flag", [GraphProperty("value", .boolean).always])
}

extension GraphCall {
    func commit(_ steps: [Step]) async throws(GraphError) {
        let store = store
        try await storing { () async throws(StorageError) in try await store.commit(steps) }
    }

    func endingSessions(of user: User.ID, because reason: String) -> [Step] {
        [
            .endSessions(ofUser: user, in: tenantID, at: now),
            .revokeGrants(ofUser: user, in: tenantID, because: reason, at: now),
        ]
    }

    /// Whoever holds a directory role is changed by a Global Administrator alone: not by another administrator, and not
    /// by an application, whose permissions say nothing about roles.
    func requireReach(over user: User) async throws(GraphError) {
        if case .person(_, _, let roles) = caller.kind, roles.contains(.globalAdministrator) { return }
        let store = store
        let held = try await storing { () async throws(StorageError) in
            try await store.directoryRoles(tenantID, ofUser: user.id)
        }
        guard held.isEmpty else { throw .denied() }
    }

    /// Refuses what would leave the tenant without anybody who may do everything.
    func requireAnotherGlobalAdministrator(than user: User) async throws(GraphError) {
        let store = store
        let isLast = try await storing { () async throws(StorageError) in
            let holders = try await store.holders(tenantID, of: .globalAdministrator)
            guard holders.contains(user.id) else { return false }
            for holder in holders where holder != user.id {
                if try await store.user(tenantID, holder)?.accountEnabled == true { return false }
            }
            return true
        }
        guard !isLast else { throw .badRequest("The last Global Administrator can't be disabled or deleted.") }
    }

    // MARK: Create

    fileprivate func createUser() async throws(GraphError) -> GraphAnswer {
        guard body.string("userType") != "Guest" else {
            throw .badRequest("A guest is made by an invitation: POST /invitations.")
        }
        guard let name = body.string("userPrincipalName").flatMap({ EmailAddress($0) }),
            UserPrincipalName.isWithinDomain(name.description, domains: tenant.domains)
        else {
            throw .badRequest(
                "Property userPrincipalName is invalid: it must be in a verified domain of the organization.")
        }
        guard let profile = body.object("passwordProfile") else {
            throw .badRequest("A value is required for property 'passwordProfile' of user.")
        }
        let hash = try await passwordHash(profile)
        let (made, steps) = installation.memberSteps(
            tenantID, name: name, displayName: body.string("displayName") ?? name.description, passwordHash: hash)
        var user = made
        try assignProfile(to: &user)
        if body.has("mail") { user.mail = try address("mail") }
        user.otherMails = try addresses("otherMails") ?? []
        user.proxyAddresses = user.mail.map { ["SMTP:\($0)"] } ?? []
        try await requireFree(user)
        // The first step inserts the user as it was made; this is the user as it was asked for.
        try await commit(
            steps + [.updateUser(user, in: tenantID)] + Step.indexAddresses(of: user, in: tenantID) + [
                audit("Add user", on: [user.party])
            ])
        let stored = StoredUser(user: user, revision: 1)
        return answer(
            try await json(user), of: UserSchema.type, context: "users/$entity", status: 201, etag: stored.etag)
    }

    private func passwordHash(_ profile: GraphBody) async throws(GraphError) -> String {
        guard profile.flag("forceChangePasswordNextSignIn") != true else {
            throw .badRequest("forceChangePasswordNextSignIn can't be true: there is no page to change a password on.")
        }
        let password = profile.string("password") ?? ""
        guard (8...256).contains(password.utf8.count) else {
            throw .badRequest(
                "The specified password does not comply with password complexity requirements: 8 to 256 octets.")
        }
        return await PasswordHash.make(Secret(utf8: password), environment: installation.environment)
    }

    // MARK: Change

    fileprivate func updateUser() async throws(GraphError) -> GraphAnswer {
        let stored = try await storedUser()
        try requireMatch(stored.etag)
        guard !body.isEmpty else { return .noContent }
        try await requireReach(over: stored.user)
        var user = stored.user
        try assignProfile(to: &user)
        if let type = body.string("userType").flatMap(User.UserType.init(rawValue:)) { user.userType = type }
        if let name = body.string("userPrincipalName") { try rename(&user, to: name) }
        if body.has("mail") { try changeMail(of: &user) }
        if let others = try addresses("otherMails") { user.otherMails = others }
        if user.mail != stored.user.mail || user.otherMails != stored.user.otherMails { try await requireFree(user) }
        var steps = [Step.replaceUser(stored, with: user, in: tenantID)] + Step.indexAddresses(of: user, in: tenantID)
        if let profile = body.object("passwordProfile") { steps += try await passwordSteps(profile, for: user) }
        if stored.user.accountEnabled, !user.accountEnabled {
            try await requireAnotherGlobalAdministrator(than: user)
            steps += endingSessions(of: user.id, because: "accountDisabled")
            steps.append(audit("Disable account", on: [user.party]))
        } else if !stored.user.accountEnabled, user.accountEnabled {
            steps.append(audit("Enable account", on: [user.party]))
        }
        steps.append(audit("Update user", on: [user.party], [("properties", body.names.joined(separator: ","))]))
        let (store, all) = (store, steps)
        let isApplied = try await storing { () async throws(StorageError) in try await store.applies(all) }
        guard isApplied else {
            // With If-Match the caller hears that their version is old; without it they may try again.
            throw request.ifMatch == nil
                ? .conflict("Somebody else changed the same user at the same time. Try again.") : .changedMeanwhile
        }
        return .noContent
    }

    /// What is text, or a switch.
    private func assignProfile(to user: inout User) throws(GraphError) {
        if let name = body.string("displayName") {
            guard !name.isEmpty else { throw .badRequest("Invalid value for property 'displayName': it is empty.") }
            user.displayName = name
        }
        body.assign("givenName", to: &user.givenName)
        body.assign("surname", to: &user.surname)
        body.assign("jobTitle", to: &user.jobTitle)
        body.assign("companyName", to: &user.companyName)
        body.assign("department", to: &user.department)
        body.assign("preferredLanguage", to: &user.preferredLanguage)
        body.assign("usageLocation", to: &user.usageLocation)
        if let location = user.usageLocation,
            !location.utf8.allSatisfy({ (65...90).contains($0) }) || location.utf8.count != 2
        {
            throw .badRequest("Invalid value for property 'usageLocation': it must be two capital letters.")
        }
        if let language = user.preferredLanguage, !language.utf8.allSatisfy(isLanguageByte) {
            throw .badRequest("Invalid value for property 'preferredLanguage': it must be a tag such as en-US.")
        }
        if let enabled = body.flag("accountEnabled") { user.accountEnabled = enabled }
    }

    private func isLanguageByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "-")
    }

    /// A guest's name never changes: it says whom it was made for.
    private func rename(_ user: inout User, to name: String) throws(GraphError) {
        guard name != user.userPrincipalName else { return }
        guard !UserPrincipalName.isGuest(user.userPrincipalName),
            UserPrincipalName.isWithinDomain(name, domains: tenant.domains)
        else {
            throw .badRequest(
                "Property userPrincipalName is invalid: a member's is in a verified domain of the organization, "
                    + "and a guest's never changes.")
        }
        user.userPrincipalName = name
    }

    /// The new address becomes the first proxy address; the former one stays as another.
    private func changeMail(of user: inout User) throws(GraphError) {
        let mail = try address("mail")
        guard mail != user.mail || mail?.description != user.mail?.description else { return }
        var proxies: [String] = mail.map { ["SMTP:\($0)"] } ?? []
        for proxy in user.proxyAddresses {
            let address = proxy.split(separator: ":", maxSplits: 1).last.map(String.init) ?? ""
            if EmailAddress(address) != mail, proxies.count < 20 { proxies.append("smtp:\(address)") }
        }
        user.proxyAddresses = proxies
        user.mail = mail
    }

    private func address(_ name: String) throws(GraphError) -> EmailAddress? {
        guard let text = body.string(name), !text.isEmpty else { return nil }
        guard let address = EmailAddress(text) else {
            throw .badRequest("Invalid value specified for property '\(name)' of resource 'User'.")
        }
        return address
    }

    private func addresses(_ name: String) throws(GraphError) -> [EmailAddress]? {
        guard let texts = body.strings(name) else { return nil }
        var list: [EmailAddress] = []
        for text in texts {
            guard let address = EmailAddress(text) else {
                throw .badRequest("Invalid value specified for property '\(name)' of resource 'User'.")
            }
            if !list.contains(address) { list.append(address) }
        }
        return list
    }

    /// An address leads to one user: nobody else has it as `mail` or proxy.
    private func requireFree(_ user: User) async throws(GraphError) {
        guard let mail = user.mail else { return }
        let store = store
        let others = try await storing { () async throws(StorageError) in
            try await store.users(tenantID, reachedBy: mail)
        }
        let isTaken = others.contains { other in
            other.user.id != user.id && !other.user.otherMails.contains(mail)
        }
        guard !isTaken else {
            throw .badRequest("Another object with the same value for property proxyAddresses already exists.")
        }
    }

    private func passwordSteps(_ profile: GraphBody, for user: User) async throws(GraphError) -> [Step] {
        let store = store
        let hasOne = try await storing { () async throws(StorageError) in
            try await store.passwordHash(tenantID, user.id) != nil
        }
        guard hasOne else { throw .badRequest("Only a member who signs in here has a password here.") }
        let hash = try await passwordHash(profile)
        return [.setPassword(hash, of: user.id, in: tenantID, at: now)]
            + endingSessions(of: user.id, because: "passwordChanged")
            + [audit("Reset user password", on: [user.party])]
    }
}
