internal import Directory
internal import FoundationEssentials
internal import Gateway
internal import JSON
internal import Storage

/// Graph's applications: registrations of clients and APIs.
enum ApplicationResource {
    static let operations: [GraphOperation] = [
        GraphOperation(
            .get, "/applications", "application.list", "List applications", .readApplications, query: .page,
            answers: .collection(ApplicationSchema.type)
        ) { call throws(GraphError) in
            let list = call.snapshot.applications.map(\.json)
            return call.answer(try await call.page(of: ApplicationSchema.type, list), context: "applications")
        },
        GraphOperation(
            .post, "/applications", "application.create", "Register an application", .writeApplications,
            body: .create(ApplicationSchema.type), answers: .entity(ApplicationSchema.type, status: 201)
        ) { call throws(GraphError) in
            let random = call.installation.environment.randomBytes
            var application = Application(
                id: .random(random), appID: .random(random), servicePrincipalID: .random(random), displayName: "",
                kind: .daemon, authentication: .clientSecretPost)
            try call.assign(to: &application)
            try await call.publish(application, "Add application")
            return call.answer(
                application.json, of: ApplicationSchema.type, context: "applications/$entity", status: 201,
                etag: application.etag)
        },
        GraphOperation(
            .get, "/applications/{id}", "application.get", "Get an application", .readApplications, query: .entity,
            answers: .entity(ApplicationSchema.type)
        ) { call throws(GraphError) in
            let application = try call.application()
            return call.answer(
                application.json, of: ApplicationSchema.type, context: "applications/$entity", etag: application.etag)
        },
        GraphOperation(
            .patch, "/applications/{id}", "application.update", "Update an application", .writeApplications,
            body: .update(ApplicationSchema.type), answers: .nothing
        ) { call throws(GraphError) in
            let before = try call.application()
            try call.requireMatch(before.etag)
            var application = before
            try call.assign(to: &application)
            if application != before { try await call.publish(application, "Update application") }
            return .noContent
        },
        GraphOperation(
            .delete, "/applications/{id}", "application.delete", "Delete an application for good", .writeApplications,
            answers: .nothing
        ) { call throws(GraphError) in
            let application = try call.application()
            try call.requireMatch(application.etag)
            try await call.publish(
                [SettingsObject(kind: .application, id: application.id.description, body: nil)],
                [
                    .removeAssignments(toApplication: application.appID, in: call.tenantID),
                    call.audit("Delete application", category: "ApplicationManagement", on: [application.party]),
                ])
            return .noContent
        },
        GraphOperation(
            .post, "/applications/{id}/addPassword", "application.addPassword", "Make a secret, told this once",
            .writeApplications, body: .create(ApplicationSchema.addPassword),
            answers: .object(ApplicationSchema.password)
        ) { call throws(GraphError) in
            var application = try call.application()
            guard application.secrets.count < 10 else { throw .badRequest("An application has at most ten secrets.") }
            let end = call.body.object("passwordCredential")?.time("endDateTime")
            if let end, end <= call.now { throw .badRequest("endDateTime lies in the past.") }
            let made = call.installation.newClientSecret(expiresAt: end)
            application.secrets.append(made.secret)
            try await call.publish(application, "Update application – Certificates and secrets management")
            var object = made.secret.json
            object["secretText"] = .string(made.text)
            object["displayName"] = .text(call.body.object("passwordCredential")?.string("displayName"))
            return call.answer(object, of: ApplicationSchema.password, context: "microsoft.graph.passwordCredential")
        },
        GraphOperation(
            .post, "/applications/{id}/removePassword", "application.removePassword", "Withdraw a secret",
            .writeApplications, body: .create(ApplicationSchema.removePassword), answers: .nothing
        ) { call throws(GraphError) in
            var application = try call.application()
            let key = call.body.string("keyId")?.lowercased() ?? ""
            guard application.secrets.contains(where: { $0.keyID == key }) else {
                throw .badRequest("No password credential found with keyId '\(key)'.")
            }
            application.secrets.removeAll { $0.keyID == key }
            try await call.publish(application, "Update application – Certificates and secrets management")
            return .noContent
        },
    ]
}

extension GraphCall {
    func application() throws(GraphError) -> Application {
        let id = try id("id", of: Application.self)
        guard let found = snapshot.applications.first(where: { $0.id == id }) else { throw .notFound(id.description) }
        return found
    }

    func publish(_ application: Application, _ activity: String) async throws(GraphError) {
        do throws(RegistrationFault) {
            try installation.checkRegistration(application, in: snapshot)
        } catch {
            throw .badRequest(error.sentence)
        }
        try await publish(
            [SettingsObject(application)],
            [audit(activity, category: "ApplicationManagement", on: [application.party])])
    }

    /// Publishes over the version that this call decided over.
    func publish(_ changes: [SettingsObject], _ steps: [Step]) async throws(GraphError) {
        let (installation, snapshot, author) = (installation, snapshot, caller.party.name)
        let isApplied = try await storing { () async throws(StorageError) in
            try await installation.publish(changes, over: snapshot, by: author, with: steps)
        }
        guard isApplied else {
            throw request.ifMatch == nil
                ? .conflict("Somebody else changed the settings at the same time. Try again.") : .changedMeanwhile
        }
    }

    fileprivate func assign(to application: inout Application) throws(GraphError) {
        if let name = body.string("displayName") { application.displayName = name }
        guard !application.displayName.isEmpty else {
            throw .badRequest("Invalid value for property 'displayName': it is empty.")
        }
        if let uris = body.strings("identifierUris") { application.identifierURIs = uris }
        if let api = body.object("api"), let scopes = api.objects("oauth2PermissionScopes") {
            var list: [Application.Scope] = []
            for scope in scopes { list.append(try Application.Scope(scope)) }
            guard Set(list.map(\.value)).count == list.count else { throw .badRequest("Two scopes have one value.") }
            application.scopes = list
        }
        if let roles = body.objects("appRoles") { try assignRoles(roles, to: &application) }
        try assignRedirects(to: &application)
        if let web = body.object("web") { web.assign("homePageUrl", to: &application.homepageURL) }
    }

    private func assignRoles(_ roles: [GraphBody], to application: inout Application) throws(GraphError) {
        var list: [Application.Role] = []
        for role in roles {
            let value = role.string("value") ?? ""
            guard let name = role.string("displayName"), !name.isEmpty, !value.isEmpty,
                value.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
            else { throw .badRequest("An appRole needs a displayName, and a value without spaces.") }
            let types = (role.strings("allowedMemberTypes") ?? []).compactMap(
                Application.Role.MemberType.init(rawValue:))
            guard !types.isEmpty else { throw .badRequest("An appRole needs allowedMemberTypes.") }
            let known = application.roles.first { $0.value == value }?.id
            let id = role.string("id").flatMap { Application.Role.ID($0) } ?? known
            list.append(
                Application.Role(
                    id: id ?? .random(installation.environment.randomBytes), value: value, displayName: name,
                    allowedMemberTypes: Set(types), isEnabled: role.flag("isEnabled") ?? true))
        }
        guard Set(list.map(\.value)).count == list.count, Set(list.map(\.id)).count == list.count else {
            throw .badRequest("Two appRoles have one value or one id.")
        }
        application.roles = list
    }

    /// Where its redirect URIs stand says what kind of client it is: one kind each, here.
    private func assignRedirects(to application: inout Application) throws(GraphError) {
        let given = [
            (Application.Kind.web, body.object("web")?.strings("redirectUris")),
            (.spa, body.object("spa")?.strings("redirectUris")),
            (.native, body.object("publicClient")?.strings("redirectUris")),
        ]
        let filled = given.filter { !($0.1 ?? []).isEmpty }
        guard filled.count <= 1 else {
            throw .badRequest(
                "Redirect URIs stand under one of web, spa and publicClient here: register another application.")
        }
        if let (kind, uris) = filled.first, let uris {
            if application.kind != kind {
                application.kind = kind
                application.authentication = kind == .web ? .clientSecretPost : .none
            }
            application.redirectURIs = uris
        } else if given.contains(where: { $0.0 == application.kind && $0.1 != nil }) {
            application.redirectURIs = []
        }
    }
}
