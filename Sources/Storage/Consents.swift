package import Directory
package import FoundationEssentials

/// What a person allowed an application to do for them at a resource.
package struct Consent: Sendable, Hashable {
    /// Nil: our own userinfo, by OpenID Connect scopes.
    package var resource: Application.AppID?
    package var scopes: [String]

    package init(resource: Application.AppID?, scopes: [String]) {
        self.resource = resource
        self.scopes = scopes
    }
}

enum ConsentStatements {
    static let grant = Statement(
        "consent_grant",
        """
        INSERT INTO consents (tenant, user_id, app_id, resource_id, scope, granted_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant, user_id, app_id, resource_id, scope) DO NOTHING
        """)
    static let ofUser = Statement(
        "consents_of_user",
        """
        SELECT resource_id, scope FROM consents WHERE tenant = $1 AND user_id = $2 AND app_id = $3
        ORDER BY resource_id, scope
        """)
    static let revoke = Statement(
        "consent_revoke", "DELETE FROM consents WHERE tenant = $1 AND user_id = $2 AND app_id = $3")
    static let deleteOfUser = Statement(
        "consents_delete_of_user", "DELETE FROM consents WHERE tenant = $1 AND user_id = $2")
    static let all = [grant, ofUser, revoke, deleteOfUser]
}

private struct ConsentRow: RowDecodable {
    let resource: Application.AppID?
    let scope: String
    init(_ row: inout RowReader) throws(StorageError) {
        resource = try row.idOrEmpty()
        scope = try row.text()
    }
}

extension Store {
    /// One per resource.
    package func consents(
        _ tenant: Tenant.ID, ofUser user: User.ID, to application: Application.AppID
    ) async throws(StorageError) -> [Consent] {
        let rows: [ConsentRow] = try await all(ConsentStatements.ofUser, [.id(tenant), .id(user), .id(application)])
        var consents: [Consent] = []
        for row in rows {
            if let last = consents.last, last.resource == row.resource {
                consents[consents.count - 1].scopes.append(row.scope)
            } else {
                consents.append(Consent(resource: row.resource, scopes: [row.scope]))
            }
        }
        return consents
    }
}

extension Step {
    /// Adds scopes to what was allowed before; nothing is taken away.
    package static func consent(
        to scopes: [String], at resource: Application.AppID?, for application: Application.AppID, by user: User.ID,
        in tenant: Tenant.ID, at now: Date
    ) -> [Step] {
        scopes.map { scope in
            Step(
                ConsentStatements.grant,
                [
                    .id(tenant), .id(user), .id(application), .bytes(resource?.bytes ?? []), .text(scope), .time(now),
                ])
        }
    }

    package static func revokeConsent(
        to application: Application.AppID, by user: User.ID, in tenant: Tenant.ID
    ) -> Step {
        Step(ConsentStatements.revoke, [.id(tenant), .id(user), .id(application)])
    }
}
