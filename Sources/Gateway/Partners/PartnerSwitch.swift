package import Directory
internal import FoundationEssentials
package import Storage

/// What switching a partner on or off came to.
package struct PartnerSwitch: Sendable {
    package let partner: Partner
    /// Whether the setting was another before.
    package let isChange: Bool
    /// The settings version in force since.
    package let version: Int64
    /// Of what it had vouched for, ended with the switch.
    package let sessions: Int
    package let grants: Int
    package let pendingSignIns: Int
}

extension Installation {
    /// Switches a partner off, or on again.
    ///
    /// Off: from the commit of the setting on, nothing that it vouched for is accepted anywhere; every server reads
    /// settings anew within half a second. Then what it had led to is ended for good, so that switching on again brings
    /// nothing back: people prove themselves anew. On: what a request under way may have written meanwhile is ended
    /// first.
    ///
    /// - Parameter name: Of the partner; or the id or a domain of a hosted tenant, which gets a setting by this.
    /// - Returns: Nil where there is no such partner.
    package func setPartner(
        _ name: String, enabled: Bool, in tenant: Tenant.ID, by author: String
    ) async throws(StorageError) -> PartnerSwitch? {
        for _ in 0..<4 {
            settings.forget(tenant)
            guard let snapshot = try await settings.snapshot(tenant),
                var partner = try await home(named: name, in: snapshot)
            else { return nil }
            let isChange = partner.isEnabled != enabled
            partner.isEnabled = enabled
            let reach = try await store.reach(tenant, ofPartner: partner.vouchingIDs, at: now, limit: 0)
            let result = PartnerSwitch(
                partner: partner, isChange: isChange, version: snapshot.version + (isChange ? 1 : 0),
                sessions: reach.sessions, grants: reach.grants.reduce(0) { $0 + $1.count },
                pendingSignIns: reach.pendingSignIns)
            if enabled { try await store.commit(containmentSteps(partner, in: tenant)) }
            if isChange {
                let steps =
                    Step.publish([SettingsObject(partner)], in: tenant, over: snapshot.version, by: author, at: now)
                    + [audit(result, in: tenant, by: author)]
                guard try await store.applies(steps) else { continue }
                settings.forget(tenant)
            }
            if !enabled { try await store.commit(containmentSteps(partner, in: tenant)) }
            return result
        }
        throw .notApplied(step: 0)
    }

    /// Ends what the partner vouched for: sign-ins under way, sessions, and with them codes, and grants.
    func containmentSteps(_ partner: Partner, in tenant: Tenant.ID) -> [Step] {
        partner.vouchingIDs.flatMap { id -> [Step] in
            [
                .discardPending(ofPartner: id, in: tenant), .endSessions(ofPartner: id, in: tenant, at: now),
                .revokeGrants(ofPartner: id, in: tenant, because: "partnerDisabled", at: now),
            ]
        }
    }

    /// The partner of this name, or the setting that a hosted tenant would have.
    func home(named name: String, in snapshot: TenantSnapshot) async throws(StorageError) -> Partner? {
        if let partner = snapshot.partner(named: name) { return partner }
        let hosted = try await settings.hostedTenants().first {
            $0.id != snapshot.tenant.id && ($0.id.description == name || $0.domains.contains { $0.description == name })
        }
        guard let hosted else { return nil }
        if let setting = snapshot.partner(vouching: Partner.ID(hosted.id.uuid)) { return setting }
        return Partner(
            id: Partner.ID(hosted.id.uuid), name: hosted.id.description, displayName: hosted.displayName,
            connection: .tenant(home: hosted.id, base: nil), isOffered: false)
    }

    private func audit(_ result: PartnerSwitch, in tenant: Tenant.ID, by author: String) -> Step {
        audit(
            result.partner.isEnabled ? "Enable partner" : "Disable partner", category: "Policy", in: tenant,
            actor: AuditParty(user: nil, name: author),
            details: [
                ("partner", result.partner.id.description), ("name", result.partner.name),
                ("sessions", "\(result.sessions)"), ("grants", "\(result.grants)"),
                ("signIns", "\(result.pendingSignIns)"),
            ])
    }
}
