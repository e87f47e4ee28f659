package import Directory
internal import FoundationEssentials
package import Issuing
package import Storage

/// What a running gateway does by the clock: it forgets what has expired and moves the tenants' keys on.
extension Installation {
    /// How long what has ended is kept, in seconds: a code that comes back a day later is answered like an unknown one.
    private static let keptAfterEnd: Double = 86_400
    /// A grant reads its sign-in's session for as long as it can be refreshed, which an application may set to this.
    private static let sessionsKept: Double = 400 * 86_400
    private static let mailKept: Double = 7 * 86_400

    /// Removes the tenant's rows that nobody can use any more. Records of sign-ins and the audit trail stay.
    package func purgeExpired(_ tenant: Tenant.ID) async throws(StorageError) {
        let ended = now.addingTimeInterval(-Self.keptAfterEnd)
        try await store.commit([
            .purgePending(in: tenant, expiredBefore: now), .purgeSpentIDs(in: tenant, before: now),
            .purgeLinks(in: tenant, before: now), .purgeEmailCodes(in: tenant, before: ended),
            .purgeCodes(in: tenant, before: ended),
            .purgeSessions(in: tenant, before: now.addingTimeInterval(-Self.sessionsKept)),
            .purgeParticipants(in: tenant, before: now.addingTimeInterval(-Self.sessionsKept)),
            .purgeGrants(in: tenant, before: ended),
            .purgeMail(in: tenant, before: now.addingTimeInterval(-Self.mailKept)),
        ])
        try await eraseDueUsers(tenant)
    }

    /// Does what is due with the tenant's keys, in one commit with a new settings version, so that every server reads
    /// them again.
    ///
    /// - Returns: What changed; nothing where nothing is due, or another server was first.
    package func rotateKeys(
        _ tenant: Tenant.ID, request: KeyRotation.Request = .scheduled, by author: String
    ) async throws(StorageError) -> [KeyChange] {
        guard let version = try await store.settingsVersion(tenant) else { return [] }
        let changes = KeyRotation().plan(try await store.keys(tenant), now: now, request: request)
        guard !changes.isEmpty else { return [] }
        var steps = Step.publish([], in: tenant, over: version, by: author, at: now)
        do {
            steps += try KeyRotation.steps(
                changes, tenant: tenant, master: masterKey, now: now, environment: environment)
        } catch {
            throw .faulty("making keys: \(error)")
        }
        steps.append(
            audit(
                "Rotate keys", category: "KeyManagement", in: tenant, actor: AuditParty(user: nil, name: author),
                details: changes.enumerated().map { ("\($0.offset)", $0.element.sentence) }))
        guard try await store.applies(steps) else { return [] }
        settings.forget(tenant)
        return changes
    }
}

extension KeyChange {
    /// For people.
    package var sentence: String {
        switch self {
        case .publish(let purpose, let algorithm, let date):
            "a new \(algorithm) key for \(purpose.rawValue) is published, and signs from \(date.iso8601)"
        case .replace(let purpose, let algorithm): "a new \(algorithm) key for \(purpose.rawValue) signs at once"
        case .activate(let keyID): "key \(keyID) signs from now on"
        case .demote(let keyID, let until): "key \(keyID) signs no more, and is published until \(until.iso8601)"
        case .retire(let keyID, _): "key \(keyID) is withdrawn"
        }
    }
}
