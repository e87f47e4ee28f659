internal import Directory
internal import Gateway
internal import JSON
internal import Storage

/// The policies over guests: who may invite and what they see, and whether a mailed code proves an address. They count
/// from the commit on: what lags up to an hour in Entra takes effect at once here.
enum PolicyResource {
    static let authorization = GraphType(
        "authorizationPolicy",
        [
            GraphProperty("id", .string()).always, GraphProperty("displayName", .string()),
            GraphProperty("allowInvitesFrom", .choice(InvitationSource.allCases.map(\.rawValue))).always.updatable,
            GraphProperty("guestUserRoleId", .choice(GuestAccess.allCases.map(\.rawValue))).always.updatable,
            // Ours: days until an invitation's link no longer serves; null is never, as in Entra.
            GraphProperty("invitationLifetimeInDays", .integer(1...3_650)).updatable,
        ], hasETag: true)
    static let email = GraphType(
        "emailAuthenticationMethodConfiguration",
        [
            GraphProperty("id", .string()).always,
            GraphProperty("state", .choice(["enabled", "disabled"])).always,
            GraphProperty("allowExternalIdToUseEmailOtp", .choice(["default", "enabled", "disabled"])).always.updatable,
        ], hasETag: true)

    private static let emailPath = "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email"

    static let operations: [GraphOperation] = [
        GraphOperation(
            .get, "/policies/authorizationPolicy", "authorizationPolicy.get", "Get the rules for guests", .readPolicies,
            query: .entity, answers: .entity(authorization)
        ) { call throws(GraphError) in
            call.answer(
                call.authorizationPolicy, of: authorization, context: "policies/authorizationPolicy/$entity",
                etag: call.tenant.etag)
        },
        GraphOperation(
            .patch, "/policies/authorizationPolicy", "authorizationPolicy.update", "Update the rules for guests",
            .writeAuthorization, body: .update(authorization), answers: .nothing
        ) { call throws(GraphError) in
            try call.requireMatch(call.tenant.etag)
            var tenant = call.tenant
            if let source = call.body.string("allowInvitesFrom").flatMap(InvitationSource.init(rawValue:)) {
                tenant.allowsInvitesFrom = source
            }
            if let access = call.body.string("guestUserRoleId").flatMap(GuestAccess.init(rawValue:)) {
                tenant.guestAccess = access
            }
            if call.body.has("invitationLifetimeInDays") {
                tenant.invitationDays = call.body.integer("invitationLifetimeInDays").map { Int($0) }
            }
            try await call.publish(tenant, "Update authorization policy", category: "AuthorizationPolicy")
            return .noContent
        },
        GraphOperation(
            .get, emailPath, "emailAuthenticationMethod.get", "Get whether guests may use a mailed code", .readPolicies,
            query: .entity, answers: .entity(email)
        ) { call throws(GraphError) in
            call.answer(
                call.emailMethod, of: email, context: "authenticationMethodConfigurations/$entity",
                etag: call.tenant.etag)
        },
        GraphOperation(
            .patch, emailPath, "emailAuthenticationMethod.update", "Switch the mailed code for guests on or off",
            .writeAuthenticationMethods, body: .update(email), answers: .nothing
        ) { call throws(GraphError) in
            try call.requireMatch(call.tenant.etag)
            var tenant = call.tenant
            if let value = call.body.string("allowExternalIdToUseEmailOtp") {
                tenant.emailCodeEnabled = value != "disabled"
            }
            try await call.publish(
                tenant, "Authentication Methods Policy Update", category: "AuthenticationMethodsPolicy")
            return .noContent
        },
    ]
}

extension GraphCall {
    fileprivate var authorizationPolicy: JSONObject {
        [
            "id": "authorizationPolicy", "displayName": "Authorization Policy",
            "allowInvitesFrom": .string(tenant.allowsInvitesFrom.rawValue),
            "guestUserRoleId": .string(tenant.guestAccess.rawValue),
            "invitationLifetimeInDays": tenant.invitationDays.map { .integer(Int64($0)) } ?? .null,
        ]
    }

    fileprivate var emailMethod: JSONObject {
        let isOn = tenant.emailCodeEnabled
        return [
            "@odata.type": "#microsoft.graph.emailAuthenticationMethodConfiguration", "id": "Email",
            "state": isOn ? "enabled" : "disabled", "allowExternalIdToUseEmailOtp": isOn ? "default" : "disabled",
        ]
    }
}
