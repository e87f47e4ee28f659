package import Directory
internal import FoundationEssentials
internal import Issuing
package import Storage

extension Installation {
    /// Makes a tenant: its domain, its first settings version and its first signing keys, in one commit.
    ///
    /// - Parameter author: Who is named in the settings' history.
    package func createTenant(_ tenant: Tenant, by author: String) async throws(StorageError) {
        let keys: [KeyRecord]
        do {
            keys = try KeyMaking.initial(tenant.id, master: masterKey, now: now, environment: environment)
        } catch {
            throw .faulty("making the tenant's keys: \(error)")
        }
        var steps: [Step] = [.createTenant(tenant.id, at: now)]
        steps += tenant.domains.flatMap { vouchedDomainSteps($0, for: tenant.id) }
        steps += keys.map { .insertKey($0) }
        steps += Step.publish([SettingsObject(tenant)], in: tenant.id, over: 0, by: author, at: now)
        try await store.commit(steps)
        settings.forget(tenant.id)
    }

    /// Makes a member with a password: they sign in with the name, whose domain the tenant owns.
    ///
    /// - Parameter passwordHash: As `PasswordHash` made it.
    package func memberSteps(
        _ tenant: Tenant.ID, name: EmailAddress, displayName: String, passwordHash: String, roles: [DirectoryRole] = []
    ) -> (user: User, steps: [Step]) {
        let user = User(
            id: .random(environment.randomBytes), userPrincipalName: name.description, displayName: displayName,
            userType: .member, createdAt: now, mail: name)
        let identity = LinkedIdentity(
            key: localIdentityKey(user.id, at: tenant), user: user.id, partner: nil, kind: .localMember, linkedAt: now)
        var steps: [Step] = [
            .insertUser(user, in: tenant), .link(identity, in: tenant),
            .setPassword(passwordHash, of: user.id, in: tenant, at: now),
        ]
        steps += roles.map { .assignRole($0, to: user.id, in: tenant) }
        return (user, steps)
    }

    /// A member is their own home's subject: the tenant's issuer, and the object id.
    func localIdentityKey(_ user: User.ID, at tenant: Tenant.ID) -> IdentityKey {
        IdentityKey(issuer: issuer(tenant), subject: user.description)
    }
}
