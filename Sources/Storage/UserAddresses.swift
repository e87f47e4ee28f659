package import Directory

enum AddressStatements {
    static let insert = Statement(
        "address_insert",
        """
        INSERT INTO user_addresses (tenant, address_key, user_id, kind) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, address_key, user_id, kind) DO NOTHING
        """)
    static let deleteOfUser = Statement(
        "addresses_delete_of_user", "DELETE FROM user_addresses WHERE tenant = $1 AND user_id = $2")
    static let owners = Statement(
        "users_with_address",
        """
        SELECT \(UserListStatements.columns) FROM users WHERE tenant = $1 AND (mail_key = $2 OR id IN (
            SELECT user_id FROM user_addresses WHERE tenant = $1 AND address_key = $2))
        ORDER BY id LIMIT 100
        """)
    static let byIdentity = Statement(
        "users_with_identity",
        """
        SELECT \(UserListStatements.columns) FROM users WHERE tenant = $1 AND id IN (
            SELECT user_id FROM identities WHERE tenant = $1 AND issuer = $2 AND subject = $3)
        ORDER BY id
        """)
    static let all = [insert, deleteOfUser, owners, byIdentity]
}

extension Store {
    /// Users that have the address as `mail`, as a proxy address or as another one: for invitations and lists, never to
    /// sign somebody in. At most a hundred.
    package func users(_ tenant: Tenant.ID, reachedBy address: EmailAddress) async throws(StorageError) -> [StoredUser]
    {
        try await all(AddressStatements.owners, [.id(tenant), .text(address.normalized)])
    }

    package func storedUsers(_ tenant: Tenant.ID, with key: IdentityKey) async throws(StorageError) -> [StoredUser] {
        try await all(AddressStatements.byIdentity, [.id(tenant), .text(key.issuer), .text(key.subject)])
    }
}

extension Step {
    /// Writes what the user is reached by beside `mail`, for the commit that changes it.
    ///
    /// Conflicts with `proxy_addresses` where another user has a proxy address already.
    package static func indexAddresses(of user: User, in tenant: Tenant.ID) -> [Step] {
        let mail = user.mail?.normalized
        let others = user.otherMails.map { ($0.normalized, "other") }
        let proxies = user.proxyAddresses.compactMap { proxy in
            proxy.split(separator: ":", maxSplits: 1).last.flatMap { EmailAddress(String($0)) }?.normalized
        }.filter { $0 != mail }.map { ($0, "proxy") }
        return [Step(AddressStatements.deleteOfUser, [.id(tenant), .id(user.id)])]
            + (others + proxies).map { address, kind in
                Step(AddressStatements.insert, [.id(tenant), .text(address), .id(user.id), .text(kind)])
            }
    }
}
