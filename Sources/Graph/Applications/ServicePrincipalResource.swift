internal import Cryptography
internal import Directory
internal import Gateway
internal import JSON
internal import Storage

/// Applications as the directory sees them: whether they are let in, and who is assigned to them.
enum ServicePrincipalResource {
    static let operations: [GraphOperation] = [
        GraphOperation(
            .get, "/servicePrincipals", "servicePrincipal.list", "List service principals", .readApplications,
            query: .page, answers: .collection(ApplicationSchema.servicePrincipal)
        ) { call throws(GraphError) in
            let list = call.principals.map(\.principalJSON)
            return call.answer(
                try await call.page(of: ApplicationSchema.servicePrincipal, list), context: "servicePrincipals")
        },
        GraphOperation(
            .get, "/servicePrincipals/{id}", "servicePrincipal.get", "Get a service principal", .readApplications,
            query: .entity, answers: .entity(ApplicationSchema.servicePrincipal)
        ) { call throws(GraphError) in
            let application = try call.principal()
            return call.answer(
                application.principalJSON, of: ApplicationSchema.servicePrincipal, context: "servicePrincipals/$entity",
                etag: application.etag)
        },
        GraphOperation(
            .patch, "/servicePrincipals/{id}", "servicePrincipal.update", "Let an application in or not",
            .writeApplications, body: .update(ApplicationSchema.servicePrincipal), answers: .nothing
        ) { call throws(GraphError) in
            let before = try call.changeablePrincipal()
            try call.requireMatch(before.etag)
            var application = before
            if let enabled = call.body.flag("accountEnabled") { application.isEnabled = enabled }
            if let required = call.body.flag("appRoleAssignmentRequired") { application.requiresAssignment = required }
            if application != before { try await call.publish(application, "Update service principal") }
            return .noContent
        },
        GraphOperation(
            .get, "/servicePrincipals/{id}/appRoleAssignedTo", "servicePrincipal.appRoleAssignedTo.list",
            "List who is assigned to an application", .readApplications, query: [.select, .top],
            answers: .collection(ApplicationSchema.assignment)
        ) { call throws(GraphError) in
            try await call.listAssigned(to: call.principal())
        },
        GraphOperation(
            .post, "/servicePrincipals/{id}/appRoleAssignedTo", "servicePrincipal.appRoleAssignedTo.create",
            "Assign a user, a group or an application to an application", .assign,
            body: .create(ApplicationSchema.assignment),
            answers: .entity(ApplicationSchema.assignment, status: 201)
        ) { call throws(GraphError) in
            try await call.assign(to: call.principal())
        },
        GraphOperation(
            .delete, "/servicePrincipals/{id}/appRoleAssignedTo/{assignment}",
            "servicePrincipal.appRoleAssignedTo.delete", "Take an assignment away", .assign, answers: .nothing
        ) { call throws(GraphError) in
            try await call.unassign(from: call.principal())
        },
    ]
}

extension GraphCall {
    /// The tenant's applications, and the management API, which every tenant has.
    var principals: [Application] {
        snapshot.applications + [ManagementAPI.application(base: installation.base)]
    }

    func principal() throws(GraphError) -> Application {
        let id = try id("id", of: Application.ServicePrincipal.self)
        guard let found = principals.first(where: { $0.servicePrincipalID == id }) else {
            throw .notFound(id.description)
        }
        return found
    }

    func changeablePrincipal() throws(GraphError) -> Application {
        let application = try principal()
        guard application.appID != ManagementAPI.appID else { throw .denied() }
        return application
    }
}

/// Who is assigned, and as what. The id is made of both, so that it needs no row of its own.
struct AppRoleAssignment: Sendable {
    enum Principal: Sendable, Hashable {
        case user(User.ID)
        case group(Group.ID)
        case application(ID<Application.ServicePrincipal>)
    }

    /// Graph's role for access without a role.
    static let plainAccess = "00000000-0000-0000-0000-000000000000"

    var principal: Principal
    var role: Application.Role.ID?

    var principalBytes: [UInt8] {
        switch principal {
        case .user(let id): id.bytes
        case .group(let id): id.bytes
        case .application(let id): id.bytes
        }
    }

    var id: String {
        Base64URL.encode(principalBytes + (role?.bytes ?? [UInt8](repeating: 0, count: 16)))
    }

    func json(_ resource: Application, name: String?) -> JSONObject {
        let (type, text): (String, String) =
            switch principal {
            case .user(let id): ("User", id.description)
            case .group(let id): ("Group", id.description)
            case .application(let id): ("ServicePrincipal", id.description)
            }
        return [
            "id": .string(id), "appRoleId": .string(role?.description ?? Self.plainAccess),
            "principalId": .string(text), "principalDisplayName": .text(name), "principalType": .string(type),
            "resourceId": .string(resource.servicePrincipalID.description),
            "resourceDisplayName": .string(resource.displayName),
        ]
    }
}
