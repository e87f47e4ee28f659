package import Directory
package import FoundationEssentials

enum PasswordStatements {
    static let put = Statement(
        "password_put",
        """
        INSERT INTO passwords (tenant, user_id, hash, changed_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at
        """)
    static let get = Statement("password_get", "SELECT hash FROM passwords WHERE tenant = $1 AND user_id = $2")
    static let delete = Statement("password_delete", "DELETE FROM passwords WHERE tenant = $1 AND user_id = $2")
    static let all = [put, get, delete]
}

extension Store {
    /// The hash as `PasswordHash` writes it; nil: the user has no password here.
    package func passwordHash(_ tenant: Tenant.ID, _ user: User.ID) async throws(StorageError) -> String? {
        let row: SingleText? = try await first(PasswordStatements.get, [.id(tenant), .id(user)])
        return row?.text
    }
}

extension Step {
    package static func setPassword(
        _ hash: String, of user: User.ID, in tenant: Tenant.ID, at now: Date
    ) -> Step {
        Step(PasswordStatements.put, [.id(tenant), .id(user), .text(hash), .time(now)], .one)
    }

    package static func removePassword(of user: User.ID, in tenant: Tenant.ID) -> Step {
        Step(PasswordStatements.delete, [.id(tenant), .id(user)])
    }
}
