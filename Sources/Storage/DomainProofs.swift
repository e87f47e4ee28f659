package import Directory
package import FoundationEssentials

/// A proof with the tenant it is of, for the one who looks after them all.
package struct TenantDomainProof: Sendable, Hashable {
    package var tenant: Tenant.ID
    package var proof: DomainProof

    package init(tenant: Tenant.ID, proof: DomainProof) {
        self.tenant = tenant
        self.proof = proof
    }
}

enum DomainProofStatements {
    private static let columns = Columns(
        "tenant", "domain", "partner_id", "reference", "state", "method", "proved_at", "lapsed_at", "added_at",
        "checked_at", "next_check_at", "failing_since", "detail")
    private static let changing = Columns(
        "reference", "state", "method", "proved_at", "lapsed_at", "added_at", "checked_at", "next_check_at",
        "failing_since", "detail")

    static let put = Statement(
        "domain_proof_put",
        """
        INSERT INTO domain_proofs (\(columns.list)) VALUES (\(columns.placeholders()))
        ON CONFLICT (tenant, domain, partner_id) DO UPDATE SET
            \(changing.names.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
        """)
    static let move = Statement(
        "domain_proof_move",
        """
        UPDATE domain_proofs SET \(changing.assignments(from: 4))
        WHERE tenant = $1 AND domain = $2 AND partner_id = $3 AND reference = $14 AND state = $15
            AND checked_at IS NOT DISTINCT FROM $16
        """)
    static let remove = Statement(
        "domain_proof_remove", "DELETE FROM domain_proofs WHERE tenant = $1 AND domain = $2 AND partner_id = $3")
    static let one = Statement(
        "domain_proof",
        "SELECT \(columns.list) FROM domain_proofs WHERE tenant = $1 AND domain = $2 AND partner_id = $3")
    static let ofTenant = Statement(
        "domain_proofs_of_tenant",
        "SELECT \(columns.list) FROM domain_proofs WHERE tenant = $1 ORDER BY added_at, domain, partner_id")
    static let due = Statement(
        "domain_proofs_due",
        """
        SELECT \(columns.list) FROM domain_proofs WHERE next_check_at <= $1 ORDER BY next_check_at LIMIT $2
        """)
    static let all = [put, move, remove, one, ofTenant, due]
}

/// How a state is written in its column.
private enum StateName: String {
    case unproven
    case proven
    case lapsed
}

extension TenantDomainProof: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        tenant = try row.id()
        let text = try row.text()
        guard let domain = DomainName(text) else { throw .unreadable("\"\(text)\" is no domain") }
        let partner: Partner.ID? = try row.idOrEmpty()
        let reference = try row.text()
        let name: StateName = try row.choice()
        let method: DomainProofMethod? = try row.choiceOrNil()
        let (provedAt, lapsedAt) = (try row.timeOrNil(), try row.timeOrNil())
        let state: DomainProof.State
        switch (name, method, provedAt, lapsedAt) {
        case (.unproven, nil, nil, nil): state = .unproven
        case (.proven, let method?, let provedAt?, nil): state = .proven(by: method, at: provedAt)
        case (.lapsed, nil, nil, let lapsedAt?): state = .lapsed(since: lapsedAt)
        default: throw .unreadable("the proof of \(domain) is \"\(name.rawValue)\" without what belongs to it")
        }
        proof = try DomainProof(
            claim: DomainClaim(domain: domain, subject: partner.map { .partner($0) } ?? .own, reference: reference),
            state: state, addedAt: row.time(), checkedAt: row.timeOrNil(), nextCheckAt: row.timeOrNil(),
            failingSince: row.timeOrNil(), detail: row.text())
    }
}

extension Store {
    /// The proof of one domain for one subject; nil: nobody said that it is theirs.
    package func domainProof(
        _ tenant: Tenant.ID, _ domain: DomainName, of subject: DomainSubject
    ) async throws(StorageError) -> DomainProof? {
        let row: TenantDomainProof? = try await first(
            DomainProofStatements.one, [.id(tenant), .text(domain.description), .bytes(subject.bytes)])
        return row?.proof
    }

    /// The tenant's own domains and its partners', in the order in which they were added.
    package func domainProofs(_ tenant: Tenant.ID) async throws(StorageError) -> [DomainProof] {
        let rows: [TenantDomainProof] = try await all(DomainProofStatements.ofTenant, [.id(tenant)])
        return rows.map(\.proof)
    }

    /// Proofs of every tenant of the installation that are to be looked at, the longest due first.
    package func dueDomainProofs(at now: Date, limit: Int = 64) async throws(StorageError) -> [TenantDomainProof] {
        try await all(DomainProofStatements.due, [.time(now), .int(limit)])
    }
}

extension Step {
    /// Adds or replaces.
    package static func putDomainProof(_ proof: DomainProof, in tenant: Tenant.ID) -> Step {
        Step(DomainProofStatements.put, key(proof.claim, tenant) + columns(proof), .one)
    }

    /// What a check changed. Not applied where the proof is not as it was checked: somebody else looked meanwhile, or
    /// what is to be shown is another thing now.
    package static func moveDomainProof(
        from old: DomainProof, to new: DomainProof, in tenant: Tenant.ID
    ) -> Step {
        precondition(old.claim == new.claim, "a check changes no claim")
        return Step(
            DomainProofStatements.move,
            key(new.claim, tenant) + columns(new) + [
                .text(old.claim.reference), .choice(stateName(old)), .timeOrNull(old.checkedAt),
            ], .one)
    }

    /// Changes nothing where there is none.
    package static func removeDomainProof(
        _ domain: DomainName, of subject: DomainSubject, in tenant: Tenant.ID
    ) -> Step {
        Step(DomainProofStatements.remove, [.id(tenant), .text(domain.description), .bytes(subject.bytes)])
    }

    private static func key(_ claim: DomainClaim, _ tenant: Tenant.ID) -> [SQLValue] {
        [.id(tenant), .text(claim.domain.description), .bytes(claim.subject.bytes)]
    }

    private static func stateName(_ proof: DomainProof) -> StateName {
        switch proof.state {
        case .unproven: .unproven
        case .proven: .proven
        case .lapsed: .lapsed
        }
    }

    private static func columns(_ proof: DomainProof) -> [SQLValue] {
        var (method, provedAt, lapsedAt): (SQLValue, SQLValue, SQLValue) = (.null, .null, .null)
        switch proof.state {
        case .unproven: break
        case .proven(let by, let at): (method, provedAt) = (.choice(by), .time(at))
        case .lapsed(let since): lapsedAt = .time(since)
        }
        return [
            .text(proof.claim.reference), .choice(stateName(proof)), method, provedAt, lapsedAt, .time(proof.addedAt),
            .timeOrNull(proof.checkedAt), .timeOrNull(proof.nextCheckAt), .timeOrNull(proof.failingSince),
            .text(proof.detail),
        ]
    }
}

extension DomainSubject {
    /// Empty for the tenant's own: a part of a primary key is never null.
    fileprivate var bytes: [UInt8] {
        switch self {
        case .own: []
        case .partner(let id): id.bytes
        }
    }
}
