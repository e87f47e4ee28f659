internal import Cryptography
package import Directory
internal import FoundationEssentials
internal import Issuing
internal import JSON
internal import Storage

/// Who calls the management API, and what the token lets the application do there. Everything in it stands now: the
/// application, its permissions, and behind a code's token the grant, the session, the partner and the account.
package struct ManagementCaller: Sendable {
    /// The tenant that the token is of: the only one that the caller ever sees.
    package let snapshot: TenantSnapshot
    package let client: Application.AppID
    /// The client's registration; nil for another tenant of this installation.
    package let application: Application?
    package let kind: Kind

    package enum Kind: Sendable {
        /// The application for itself, with the roles that it was granted.
        case application(roles: Set<ManagementPermission>)
        /// The application for a person, with the scopes that were consented to.
        case person(User, scopes: Set<ManagementPermission>, roles: [DirectoryRole])
    }

    package var user: User? {
        if case .person(let user, _, _) = kind { user } else { nil }
    }

    /// The caller as the audit trail names them.
    package var party: AuditParty {
        switch kind {
        case .person(let user, _, _): AuditParty(user: user.id, name: user.userPrincipalName)
        case .application:
            AuditParty(kind: "Application", id: client.description, name: application?.displayName ?? "")
        }
    }
}

extension Installation {
    /// Reads a bearer token for the management API.
    ///
    /// An application's own roles are asked for again in its registration, so that what was taken from it counts no
    /// more, whatever its tokens say.
    ///
    /// - Throws: ``Failure/bearer(_:)`` for a token that does not stand, ``Failure/notClaimed``, ``Failure/storage(_:)``.
    package func managementCaller(_ wire: String) async throws(Failure) -> ManagementCaller {
        guard let tenant = Self.tenant(namedIn: wire) else { throw .bearer(.invalid("it is no token of ours")) }
        let found = try await storing { () async throws(StorageError) in
            (try await claims.isClaimed(), try await settings.snapshot(tenant))
        }
        guard found.0 else { throw .notClaimed }
        guard let snapshot = found.1 else { throw .bearer(.invalid("its organisation is not here")) }
        let resources = Resources(base: base, snapshot: snapshot)
        let standing = try await TokenStanding(installation: self, snapshot: snapshot)
            .accessToken(wire, audience: resources.audience(of: snapshot.managementAPI))
        let token = standing.token
        let application = snapshot.application(token.client)
        guard let user = standing.user else {
            let held = application?.roleGrants.filter { $0.resource == ManagementAPI.appID }.map(\.role) ?? []
            let roles = token.roles.filter(held.contains).compactMap(ManagementPermission.init(rawValue:))
            return ManagementCaller(
                snapshot: snapshot, client: token.client, application: application,
                kind: .application(roles: Set(roles)))
        }
        let roles = try await storing { () async throws(StorageError) in
            try await store.directoryRoles(tenant, ofUser: user.id)
        }
        let scopes = token.scopes.compactMap(ManagementPermission.init(rawValue:))
        return ManagementCaller(
            snapshot: snapshot, client: token.client, application: application,
            kind: .person(user, scopes: Set(scopes), roles: roles))
    }

    /// The `tid` that the token says, nothing of it checked: it chooses whose keys it is checked with.
    private static func tenant(namedIn wire: String) -> Tenant.ID? {
        let parts = wire.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].count <= 16 << 10, let payload = Base64URL.decode(parts[1]) else { return nil }
        return (try? JSONReader.read(payload))?["tid"]?.string.flatMap { Tenant.ID($0) }
    }
}
