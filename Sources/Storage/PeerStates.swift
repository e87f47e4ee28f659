package import Directory
package import FoundationEssentials

/// Whoever we know by metadata: a partner, or an application that speaks SAML.
package enum Peer: Sendable, Hashable {
    case partner(Partner.ID)
    case application(Application.ID)
}

/// How a peer fares.
package struct PeerState: Sendable, Hashable {
    /// Of its metadata.
    package struct Metadata: Sendable, Hashable {
        /// When it was last read; nil: never, the connection is kept by hand.
        package var fetchedAt: Date?
        package var validUntil: Date?
        /// When somebody is to look again; nil: nothing will be to tell.
        package var dueAt: Date?
        /// Since when, without a break, it could not be read.
        package var failingSince: Date?
        /// The rule that failed, a colon, and the whole cause.
        package var failure: String?
        /// Of the last of its signing certificates.
        package var certificateEndsAt: Date?
        /// What was last told of the certificate's end: at most so many days left.
        package var warnedDays: Int?

        package init(
            fetchedAt: Date? = nil, validUntil: Date? = nil, dueAt: Date? = nil, failingSince: Date? = nil,
            failure: String? = nil, certificateEndsAt: Date? = nil, warnedDays: Int? = nil
        ) {
            self.fetchedAt = fetchedAt
            self.validUntil = validUntil
            self.dueAt = dueAt
            self.failingSince = failingSince
            self.failure = failure
            self.certificateEndsAt = certificateEndsAt
            self.warnedDays = warnedDays
        }
    }

    package struct Failure: Sendable, Hashable {
        package var at: Date
        /// As in ``UpstreamError``.
        package var rule: String
        package var detail: String

        package init(at: Date, rule: String, detail: String) {
            self.at = at
            self.rule = rule
            self.detail = detail
        }
    }

    /// Of sign-ins, to the minute.
    package struct Experience: Sendable, Hashable {
        /// Names of the claims of the last person who signed in, in order.
        package var claims: [String]
        /// The names before they last changed.
        package var claimsBefore: [String]
        package var claimsChangedAt: Date?
        package var lastSuccessAt: Date?
        package var lastFailure: Failure?

        package init(
            claims: [String] = [], claimsBefore: [String] = [], claimsChangedAt: Date? = nil,
            lastSuccessAt: Date? = nil, lastFailure: Failure? = nil
        ) {
            self.claims = claims
            self.claimsBefore = claimsBefore
            self.claimsChangedAt = claimsChangedAt
            self.lastSuccessAt = lastSuccessAt
            self.lastFailure = lastFailure
        }
    }

    package var tenant: Tenant.ID
    package var peer: Peer
    package var metadata: Metadata
    package var experience: Experience

    package init(
        tenant: Tenant.ID, peer: Peer, metadata: Metadata = Metadata(), experience: Experience = Experience()
    ) {
        self.tenant = tenant
        self.peer = peer
        self.metadata = metadata
        self.experience = experience
    }
}

enum PeerStateStatements {
    private static let metadata = Columns(
        "fetched_at", "valid_until", "due_at", "failing_since", "failure", "certificate_ends_at", "warned_days")
    private static let experience = Columns(
        "claims", "claims_before", "claims_changed_at", "last_success_at", "last_failure_at", "last_failure_rule",
        "last_failure_detail")
    private static let columns = "tenant, peer_id, kind, \(metadata.list), \(experience.list)"

    private static func replaced(_ columns: Columns) -> String {
        columns.names.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    }

    static let putMetadata = Statement(
        "peer_put_metadata",
        """
        INSERT INTO peer_states (tenant, peer_id, kind, claims, claims_before, \(metadata.list))
        VALUES ($1, $2, $3, '[]', '[]', \(metadata.placeholders(from: 4)))
        ON CONFLICT (tenant, peer_id) DO UPDATE SET \(replaced(metadata))
        """)
    static let putExperience = Statement(
        "peer_put_experience",
        """
        INSERT INTO peer_states (tenant, peer_id, kind, \(experience.list))
        VALUES ($1, $2, $3, \(experience.placeholders(from: 4)))
        ON CONFLICT (tenant, peer_id) DO UPDATE SET \(replaced(experience))
        """)
    static let remove = Statement("peer_remove", "DELETE FROM peer_states WHERE tenant = $1 AND peer_id = $2")
    static let one = Statement("peer_state", "SELECT \(columns) FROM peer_states WHERE tenant = $1 AND peer_id = $2")
    static let ofTenant = Statement(
        "peer_states_of_tenant", "SELECT \(columns) FROM peer_states WHERE tenant = $1 ORDER BY peer_id")
    static let due = Statement(
        "peer_states_due", "SELECT \(columns) FROM peer_states WHERE due_at <= $1 ORDER BY due_at LIMIT $2")
    static let all = [putMetadata, putExperience, remove, one, ofTenant, due]
}

private enum PeerKind: String { case partner, application }

extension Peer {
    fileprivate var columns: [SQLValue] {
        switch self {
        case .partner(let id): [.id(id), .choice(PeerKind.partner)]
        case .application(let id): [.id(id), .choice(PeerKind.application)]
        }
    }
}

extension PeerState: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        tenant = try row.id()
        let id: ID<PeerState> = try row.id()
        let kind: PeerKind = try row.choice()
        switch kind {
        case .partner: peer = .partner(Partner.ID(id.uuid))
        case .application: peer = .application(Application.ID(id.uuid))
        }
        metadata = try Metadata(
            fetchedAt: row.timeOrNil(), validUntil: row.timeOrNil(), dueAt: row.timeOrNil(),
            failingSince: row.timeOrNil(), failure: row.textOrNil(), certificateEndsAt: row.timeOrNil(),
            warnedDays: row.intOrNil())
        experience = try Experience(
            claims: row.strings(), claimsBefore: row.strings(), claimsChangedAt: row.timeOrNil(),
            lastSuccessAt: row.timeOrNil())
        guard let at = try row.timeOrNil() else { return }
        experience.lastFailure = try Failure(at: at, rule: row.text(), detail: row.text())
    }
}

extension Store {
    package func peerState(_ tenant: Tenant.ID, _ peer: Peer) async throws(StorageError) -> PeerState? {
        try await first(PeerStateStatements.one, [.id(tenant), peer.columns[0]])
    }

    package func peerStates(_ tenant: Tenant.ID) async throws(StorageError) -> [PeerState] {
        try await all(PeerStateStatements.ofTenant, [.id(tenant)])
    }

    /// Peers of every tenant of the installation that are to be looked at, the longest due first.
    package func duePeers(at now: Date, limit: Int = 64) async throws(StorageError) -> [PeerState] {
        try await all(PeerStateStatements.due, [.time(now), .int(limit)])
    }
}

extension Step {
    /// Adds or replaces what is known of the metadata; the rest stays.
    package static func putPeer(_ peer: Peer, _ metadata: PeerState.Metadata, in tenant: Tenant.ID) -> Step {
        Step(
            PeerStateStatements.putMetadata,
            [.id(tenant)] + peer.columns + [
                .timeOrNull(metadata.fetchedAt), .timeOrNull(metadata.validUntil), .timeOrNull(metadata.dueAt),
                .timeOrNull(metadata.failingSince), .textOrNull(metadata.failure),
                .timeOrNull(metadata.certificateEndsAt), .intOrNull(metadata.warnedDays),
            ], .one)
    }

    /// Adds or replaces what sign-ins showed; the rest stays.
    package static func putPeer(_ peer: Peer, _ experience: PeerState.Experience, in tenant: Tenant.ID) -> Step {
        Step(
            PeerStateStatements.putExperience,
            [.id(tenant)] + peer.columns + [
                .strings(experience.claims), .strings(experience.claimsBefore),
                .timeOrNull(experience.claimsChangedAt), .timeOrNull(experience.lastSuccessAt),
                .timeOrNull(experience.lastFailure?.at), .textOrNull(experience.lastFailure?.rule),
                .textOrNull(experience.lastFailure?.detail),
            ], .one)
    }

    package static func removePeer(_ peer: Peer, in tenant: Tenant.ID) -> Step {
        Step(PeerStateStatements.remove, [.id(tenant), peer.columns[0]])
    }
}
