internal import Cryptography
package import Directory
internal import FoundationEssentials
package import Storage

/// A tenant's own domain, or one that it asked for, as Graph's `domain` tells it.
package struct TenantDomain: Sendable {
    package let name: DomainName
    /// Whether it is the tenant's.
    package let isVerified: Bool
    /// Whether the tenant was made with it.
    package let isInitial: Bool
    package let proof: DomainProof
    package let verificationDnsRecords: [DomainDNSRecord]
}

/// A record to publish: Graph's `domainDnsTxtRecord`.
package struct DomainDNSRecord: Sendable, Hashable {
    package let label: String
    package let text: String
    package let recordType = "Txt"
    /// Seconds.
    package let ttl = 3600
}

/// Why a domain was not added, or is not the tenant's yet.
package enum DomainRefusal: Error, Sendable {
    /// Nobody asked for it.
    case notAdded
    /// Rules that were not met, whatever the DNS says.
    case notAllowed([Reason])
    /// The record is not there, or nobody could be asked for it.
    case notProven(DomainDecision)
    case storage(StorageError)

    /// For whoever asked.
    package var sentence: String {
        switch self {
        case .notAdded: "It was not added."
        case .notAllowed(let reasons): reasons.filter { !$0.met }.map(\.detail).joined(separator: " ")
        case .notProven(let decision): decision.reasons.map(\.detail).joined(separator: " ")
        case .storage(let error): "\(error)"
        }
    }
}

extension Installation {
    /// Asks for a domain: it becomes the tenant's with ``verifyDomain(_:of:by:)``, once its record is published. Asking
    /// again changes nothing.
    package func addDomain(
        _ domain: DomainName, to snapshot: TenantSnapshot, by author: String
    ) async throws(DomainRefusal) -> TenantDomain {
        let tenant = snapshot.tenant.id
        let known = try await proof(domain, of: tenant)
        if let known, try await owner(of: domain) == tenant { return tenantDomain(known, snapshot, isVerified: true) }
        try await requireRules(domain, snapshot)
        if let known { return tenantDomain(known, snapshot, isVerified: false) }
        let proof = DomainProof(claim: ownClaim(domain, of: tenant), state: .unproven, addedAt: now)
        do {
            try await store.commit([
                .putDomainProof(proof, in: tenant),
                audit(
                    "Add unverified domain", category: "DirectoryManagement", in: tenant,
                    actor: AuditParty(user: nil, name: author), details: [("domain", domain.description)]),
            ])
        } catch {
            throw .storage(error)
        }
        return tenantDomain(proof, snapshot, isVerified: false)
    }

    /// Looks for the record, and makes the domain the tenant's where it is there.
    package func verifyDomain(
        _ domain: DomainName, of snapshot: TenantSnapshot, by author: String
    ) async throws(DomainRefusal) -> TenantDomain {
        let tenant = snapshot.tenant.id
        guard let before = try await proof(domain, of: tenant) else { throw .notAdded }
        let isOwn = try await owner(of: domain) == tenant
        if isOwn, case .proven(.operatorsWord, _) = before.state {
            return tenantDomain(before, snapshot, isVerified: true)
        }
        try await requireRules(domain, snapshot)
        // Of one who let it go: the record is asked for again.
        var start = before
        if !isOwn { start.state = .unproven }
        let decision = await domainDecision(on: start.claim)
        let (next, change) = start.checked(decision, at: now, randomness: environment.randomBytes(1).first ?? 0)
        var steps: [Step] = [.moveDomainProof(from: before, to: next, in: tenant)]
        if let change {
            steps.append(audit(domainEvent(change, of: next, in: snapshot), by: AuditParty(user: nil, name: author)))
        }
        do throws(StorageError) {
            if next.isProven, !isOwn {
                steps.append(.claimDomain(domain, for: tenant, at: now))
                let version = try await store.settingsVersion(tenant) ?? 0
                // Every server reads a tenant's domains with its settings.
                steps += Step.publish([], in: tenant, over: version, by: author, at: now)
            }
            try await store.commit(steps)
        } catch .notApplied {
            // Somebody else has got it, or changed something, meanwhile.
            try await requireRules(domain, snapshot)
            throw .storage(.notApplied(step: 0))
        } catch {
            throw .storage(error)
        }
        settings.forget(tenant)
        guard next.isProven else { throw .notProven(decision) }
        return tenantDomain(next, snapshot, isVerified: true)
    }

    /// The tenant's domains and those it asked for, in the order in which they came.
    package func tenantDomains(_ snapshot: TenantSnapshot) async throws(StorageError) -> [TenantDomain] {
        let owned = Set(try await store.domains(snapshot.tenant.id).map(\.domain))
        let proofs = try await store.domainProofs(snapshot.tenant.id)
        return proofs.filter { $0.claim.subject == .own }
            .map { tenantDomain($0, snapshot, isVerified: owned.contains($0.claim.domain)) }
    }

    // MARK: For those who make and change tenants

    /// Gives the tenant a domain by the operator's word.
    func vouchedDomainSteps(_ domain: DomainName, for tenant: Tenant.ID) -> [Step] {
        [
            .claimDomain(domain, for: tenant, at: now),
            .putDomainProof(.byOperator(ownClaim(domain, of: tenant), at: now), in: tenant),
        ]
    }

    func releasedDomainSteps(_ domain: DomainName, of tenant: Tenant.ID) -> [Step] {
        [.releaseDomain(domain, of: tenant, at: now), .removeDomainProof(domain, of: .own, in: tenant)]
    }

    // MARK: Parts

    /// The token is 128 bits that only this installation can make of the tenant and the domain; it is kept with the
    /// claim, so that another master key later does not ask for other records.
    private func ownClaim(_ domain: DomainName, of tenant: Tenant.ID) -> DomainClaim {
        let key = masterKey.derive(purpose: "domain verification")
        let code = MAC.hmac(.sha256, key: key, tenant.bytes + Array(domain.description.utf8))
        return DomainClaim(domain: domain, subject: .own, reference: Hex.encode(Array(code.prefix(16))))
    }

    private func tenantDomain(_ proof: DomainProof, _ snapshot: TenantSnapshot, isVerified: Bool) -> TenantDomain {
        let domain = proof.claim.domain
        // Domains of before there were records have no token in their row.
        let claim = proof.claim.reference.isEmpty ? ownClaim(domain, of: snapshot.tenant.id) : proof.claim
        return TenantDomain(
            name: domain, isVerified: isVerified, isInitial: domain == snapshot.tenant.initialDomain, proof: proof,
            verificationDnsRecords: [DomainDNSRecord(label: domain.description, text: claim.recordText)])
    }

    private func proof(_ domain: DomainName, of tenant: Tenant.ID) async throws(DomainRefusal) -> DomainProof? {
        do { return try await store.domainProof(tenant, domain, of: .own) } catch { throw .storage(error) }
    }

    private func owner(of domain: DomainName) async throws(DomainRefusal) -> Tenant.ID? {
        do { return try await store.tenant(forDomain: domain) } catch { throw .storage(error) }
    }

    private func requireRules(_ domain: DomainName, _ snapshot: TenantSnapshot) async throws(DomainRefusal) {
        let owner: DomainOwner?
        do { owner = try await store.domainOwner(domain) } catch { throw .storage(error) }
        let isHeld = owner.map { $0.releasedAt.map { $0.addingTimeInterval(DomainOwner.quarantine) > now } ?? true }
        let reasons = ownershipRules(
            domain, for: snapshot.tenant.id, owner: isHeld == true ? owner?.tenant : nil, partners: snapshot.partners)
        guard reasons.allSatisfy(\.met) else { throw .notAllowed(reasons) }
    }
}
