package import Directory
internal import FoundationEssentials
internal import Issuing
package import Storage

/// One thing that a look at an organisation found.
package struct HealthFinding: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable, CaseIterable {
        /// Somebody has to do something.
        case problem
        /// Worth knowing.
        case notice
    }

    package let severity: Severity
    /// What it is about: `partner contoso`, `application Orders`, `keys`, `domain contoso.example`, `clock`.
    package let subject: String
    /// A short name, the same over releases.
    package let rule: String
    package let sentence: String

    package init(_ severity: Severity, _ subject: String, _ rule: String, _ sentence: String) {
        (self.severity, self.subject, self.rule, self.sentence) = (severity, subject, rule, sentence)
    }
}

/// How an organisation's partners, keys and domains stand.
package struct Diagnosis: Sendable {
    package let tenant: Tenant
    package let partners: [(partner: Partner, state: PeerState?)]
    package let findings: [HealthFinding]

    package var isWell: Bool { !findings.contains { $0.severity == .problem } }
}

extension Installation {
    /// Looks at an organisation without changing anything.
    ///
    /// - Parameter asks: Whether the metadata of its peers is read now, to compare.
    package func diagnose(_ snapshot: TenantSnapshot, asks: Bool) async throws(StorageError) -> Diagnosis {
        let tenant = snapshot.tenant.id
        let states = try await store.peerStates(tenant)
        var findings: [HealthFinding] = []
        for known in snapshot.knownPeers {
            let state = states.first { $0.peer == known.peer }
            findings += PeerExamination(known: known, state: state, now: now).findings
            if asks, known.metadataURL != nil { findings += await drift(of: known, in: tenant) }
        }
        for partner in snapshot.partners {
            guard let experience = states.first(where: { $0.peer == .partner(partner.id) })?.experience else {
                continue
            }
            findings += ExperienceExamination(partner: partner, experience: experience, now: now).findings
        }
        findings += ownCertificates(snapshot)
        findings += try await domains(snapshot)
        findings += try await clock(tenant)
        return Diagnosis(
            tenant: snapshot.tenant,
            partners: snapshot.partners.map { partner in
                (partner, states.first { $0.peer == .partner(partner.id) })
            }, findings: findings)
    }

    /// What the peer publishes now, beside what is configured.
    private func drift(of known: KnownPeer, in tenant: Tenant.ID) async -> [HealthFinding] {
        do {
            let drift = PeerDrift(from: known, to: try await readMetadata(of: known).peer)
            return drift.events(of: known, in: tenant).map {
                HealthFinding(.notice, known.subject, "drift", $0.sentence)
            }
        } catch {
            return [HealthFinding(.problem, known.subject, error.rule, error.cause)]
        }
    }

    private func ownCertificates(_ snapshot: TenantSnapshot) -> [HealthFinding] {
        var findings: [HealthFinding] = []
        for purpose in [KeyRecord.Purpose.samlAssertions, .samlRequests, .samlDecryption] {
            let keys: [KeyRing.CertifiedKey]
            do throws(IssuingError) {
                keys = try snapshot.keys.certifiedKeys(purpose)
            } catch {
                findings.append(HealthFinding(.problem, "keys", "key.unusable", "\(error)"))
                continue
            }
            for key in keys where key.state == .active {
                let end = key.certificate.notAfter
                let terms = MetadataTerms(cacheDuration: nil, validUntil: nil, certificateEndsAt: end)
                guard let level = terms.warning(at: now) else { continue }
                findings.append(
                    HealthFinding(
                        level > 7 ? .notice : .problem, "keys", "certificate.own",
                        "Our own certificate for \(purpose.rawValue) ends \(end.iso8601)."))
            }
        }
        return findings
    }

    private func domains(_ snapshot: TenantSnapshot) async throws(StorageError) -> [HealthFinding] {
        try await store.domainProofs(snapshot.tenant.id).compactMap { proof in
            var name = "the organisation"
            if case .partner(let id) = proof.claim.subject {
                guard let partner = snapshot.partner(id) else { return nil }
                name = "the partner \(partner.name)"
            }
            let subject = "domain \(proof.claim.domain)"
            switch proof.state {
            case .proven:
                return proof.failingSince.map {
                    HealthFinding(.notice, subject, "domain.failing", "Nobody could be asked since \($0.iso8601).")
                }
            case .lapsed(let since):
                return HealthFinding(
                    .problem, subject, "domain.lapsed",
                    "Its proof for \(name) has lapsed \(since.iso8601): \(proof.detail)")
            case .unproven:
                return HealthFinding(
                    .notice, subject, "domain.unproven", "It is not proven for \(name). \(proof.detail)")
            }
        }
    }

    /// What was written cannot be from the future.
    private func clock(_ tenant: Tenant.ID) async throws(StorageError) -> [HealthFinding] {
        let moments = [
            try await store.settingsHistory(tenant, limit: 1).first?.at,
            try await store.signIns(tenant, limit: 1).first?.at,
        ].compactMap { $0 }
        guard let latest = moments.max(), latest > now.addingTimeInterval(60) else { return [] }
        return [
            HealthFinding(
                .problem, "clock", "clock.behind",
                "The clock says \(now.iso8601), and something was written here at \(latest.iso8601).")
        ]
    }
}
