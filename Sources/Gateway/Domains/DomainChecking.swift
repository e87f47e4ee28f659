package import Directory
internal import FoundationEssentials
internal import HTTP
package import Storage

/// What a check made of a proof, for the log.
package struct DomainEvent: Sendable {
    package let tenant: Tenant.ID
    package let domain: DomainName
    /// Nil: the tenant's own.
    package let partner: Partner.ID?
    package let change: DomainProofChange
    /// For whoever runs the installation: what changed, what follows from it, and why.
    package let sentence: String
}

/// A proof that was looked at.
package struct CheckedDomain: Sendable {
    package let proof: DomainProof
    package let decision: DomainDecision
    package let event: DomainEvent?
}

extension Installation {
    private static let checksAtOnce = 8
    private static let checksInBatch = 64
    private static let batchesAtOnce = 32

    /// Looks at every proof of the installation that is due. One server's work at a time, though two do no harm.
    ///
    /// - Returns: What changed; each change stands in the tenant's audit trail already.
    package func checkDueDomains() async throws(StorageError) -> [DomainEvent] {
        var events: [DomainEvent] = []
        for _ in 0..<Self.batchesAtOnce {
            let due = try await store.dueDomainProofs(at: now, limit: Self.checksInBatch)
            for result in await results(of: due) {
                if let event = try result.get() { events.append(event) }
            }
            if due.count < Self.checksInBatch || Task.isCancelled { break }
        }
        return events
    }

    private func results(of due: [TenantDomainProof]) async -> [Result<DomainEvent?, StorageError>] {
        await withTaskGroup(of: Result<DomainEvent?, StorageError>.self) { group in
            var waiting = due.makeIterator()
            func begin(_ next: TenantDomainProof) {
                group.addTask {
                    do throws(StorageError) {
                        return .success(try await self.checkDue(next.proof, in: next.tenant))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            for _ in 0..<Self.checksAtOnce {
                if let next = waiting.next() { begin(next) }
            }
            var results: [Result<DomainEvent?, StorageError>] = []
            while let result = await group.next() {
                results.append(result)
                if let next = waiting.next() { begin(next) }
            }
            return results
        }
    }

    private func checkDue(_ proof: DomainProof, in tenant: Tenant.ID) async throws(StorageError) -> DomainEvent? {
        guard let snapshot = try await settings.snapshot(tenant) else { return nil }
        if case .partner(let id) = proof.claim.subject,
            snapshot.partner(id)?.domains.contains(proof.claim.domain) != true
        {
            // Nobody lists it any more, so there is nothing to prove.
            try await store.commit([.removeDomainProof(proof.claim.domain, of: proof.claim.subject, in: tenant)])
            return nil
        }
        return try await check(proof, in: snapshot, by: AuditParty(user: nil, name: "vestibule serve"))?.event
    }

    /// Looks at one proof now, and keeps what it came to.
    ///
    /// - Returns: Nil where somebody else changed the proof meanwhile, or the work was withdrawn.
    func check(
        _ proof: DomainProof, in snapshot: TenantSnapshot, by actor: AuditParty
    ) async throws(StorageError) -> CheckedDomain? {
        let decision = await domainDecision(on: proof.claim)
        // A server that ends asks nobody to the end: that says nothing about the resolver.
        guard !Task.isCancelled else { return nil }
        let (next, change) = proof.checked(decision, at: now, randomness: environment.randomBytes(1).first ?? 0)
        let event = change.map { domainEvent($0, of: next, in: snapshot) }
        var steps: [Step] = [.moveDomainProof(from: proof, to: next, in: snapshot.tenant.id)]
        if let event { steps.append(audit(event, by: actor)) }
        guard try await store.applies(steps) else { return nil }
        return CheckedDomain(proof: next, decision: decision, event: event)
    }

    /// First by the rule that asks nobody, then by the records.
    func domainDecision(on claim: DomainClaim) async -> DomainDecision {
        let byHost = claim.provenByHost(claim.signInHost)
        if case .proven = byHost.verdict { return byHost }
        var decision = claim.proven(by: await domainLookup.evidence(claim.domain))
        decision.reasons = byHost.reasons + decision.reasons
        return decision
    }

    func domainEvent(_ change: DomainProofChange, of proof: DomainProof, in snapshot: TenantSnapshot) -> DomainEvent {
        let domain = proof.claim.domain
        var partner: Partner.ID?
        if case .partner(let id) = proof.claim.subject { partner = id }
        let name = partner.map { snapshot.partner($0)?.name ?? $0.description }
        let what: String
        switch change {
        case .proven: what = name.map { "\(domain) is proven for the partner \($0)." } ?? "\(domain) is proven."
        case .restored:
            what = name.map { "\(domain) is proven for the partner \($0) again." } ?? "\(domain) is proven again."
        case .lapsed:
            what =
                name.map {
                    "The proof of \(domain) has lapsed: the partner \($0) speaks for it no more, and its people there "
                        + "can't sign in."
                } ?? "The proof of \(domain) has lapsed; it stays the organisation's."
        case .failing:
            what = "The proof of \(domain) can't be looked at. It stands for three days of that."
        }
        return DomainEvent(
            tenant: snapshot.tenant.id, domain: domain, partner: partner, change: change,
            sentence: "\(what) \(proof.detail)")
    }

    func audit(_ event: DomainEvent, by actor: AuditParty) -> Step {
        var details = [("domain", event.domain.description), ("change", event.change.rawValue)]
        if let partner = event.partner { details.append(("partner", partner.description)) }
        details.append(("reason", event.sentence))
        let activity =
            switch event.change {
            case .proven, .restored: "Verify domain"
            case .lapsed: "Domain proof lapsed"
            case .failing: "Domain proof could not be checked"
            }
        return audit(activity, category: "DirectoryManagement", in: event.tenant, actor: actor, details: details)
    }
}

extension DomainClaim {
    /// The host of a partner's passive sign-in URL; nil where it is an address.
    var signInHost: DomainName? {
        guard case .partner = subject, let url = HTTPURL(reference), !url.isAddress else { return nil }
        return DomainName(url.host)
    }
}
