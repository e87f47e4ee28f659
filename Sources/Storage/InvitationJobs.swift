package import Directory
package import FoundationEssentials
package import JSON

/// Many invitations at once, line by line.
package struct InvitationJob: Sendable, Hashable {
    package typealias ID = Directory.ID<InvitationJob>

    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Its lines are still being written.
        case arriving
        case running
        case finished
    }

    package var tenant: Tenant.ID
    /// Time-ordered.
    package var id: ID
    /// The file's, for whoever looks at the list.
    package var name: String
    package var invitedBy: User.ID?
    /// Who invites, as Gateway writes it.
    package var inviter: JSONValue
    package var state: State
    package var createdAt: Date
    package var finishedAt: Date?
    /// Lines in all; zero until they have all arrived.
    package var total: Int

    package init(
        tenant: Tenant.ID, id: ID, name: String, invitedBy: User.ID?, inviter: JSONValue, createdAt: Date
    ) {
        self.tenant = tenant
        self.id = id
        self.name = name
        self.invitedBy = invitedBy
        self.inviter = inviter
        state = .arriving
        self.createdAt = createdAt
        total = 0
    }
}

/// How far a job is.
package struct InvitationJobProgress: Sendable, Hashable {
    package var waiting = 0
    package var succeeded = 0
    package var failed = 0
}

enum InvitationJobStatements {
    private static let columns = Columns(
        "tenant", "id", "name", "invited_by", "inviter", "state", "created_at", "finished_at", "total")

    static let insert = Statement(
        "invitation_job_insert", "INSERT INTO invitation_jobs (\(columns.list)) VALUES (\(columns.placeholders()))")
    static let byID = Statement(
        "invitation_job", "SELECT \(columns.list) FROM invitation_jobs WHERE tenant = $1 AND id = $2")
    static let page = Statement(
        "invitation_jobs_page",
        "SELECT \(columns.list) FROM invitation_jobs WHERE tenant = $1 ORDER BY id DESC LIMIT $2")
    static let open = Statement(
        "invitation_jobs_open",
        "SELECT \(columns.list) FROM invitation_jobs WHERE state = 'running' ORDER BY created_at, id LIMIT 1")
    static let start = Statement(
        "invitation_job_start",
        """
        UPDATE invitation_jobs SET state = 'running', total = (
            SELECT count(*) FROM invitation_job_lines WHERE tenant = $1 AND job_id = $2)
        WHERE tenant = $1 AND id = $2 AND state = 'arriving'
        """)
    static let finish = Statement(
        "invitation_job_finish",
        """
        UPDATE invitation_jobs SET state = 'finished', finished_at = $3
        WHERE tenant = $1 AND id = $2 AND state = 'running' AND NOT EXISTS (
            SELECT 1 FROM invitation_job_lines WHERE tenant = $1 AND job_id = $2 AND state = 'waiting')
        """)
    static let progress = Statement(
        "invitation_job_progress",
        """
        SELECT count(CASE WHEN state = 'waiting' THEN 1 END), count(CASE WHEN state = 'success' THEN 1 END),
            count(CASE WHEN state = 'failure' THEN 1 END)
        FROM invitation_job_lines WHERE tenant = $1 AND job_id = $2
        """)
    static let all = [insert, byID, page, open, start, finish, progress]
}

extension InvitationJob: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            tenant: row.id(), id: row.id(), name: row.text(), invitedBy: row.idOrNil(), inviter: row.json(),
            state: row.choice(), createdAt: row.time(), finishedAt: row.timeOrNil(), total: row.int())
    }

    private init(
        tenant: Tenant.ID, id: ID, name: String, invitedBy: User.ID?, inviter: JSONValue, state: State,
        createdAt: Date, finishedAt: Date?, total: Int
    ) {
        self.init(
            tenant: tenant, id: id, name: name, invitedBy: invitedBy, inviter: inviter, createdAt: createdAt)
        self.state = state
        self.finishedAt = finishedAt
        self.total = total
    }
}

extension InvitationJobProgress: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        waiting = try row.int()
        succeeded = try row.int()
        failed = try row.int()
    }
}

extension Store {
    package func invitationJob(
        _ tenant: Tenant.ID, _ id: InvitationJob.ID
    ) async throws(StorageError) -> InvitationJob? {
        try await first(InvitationJobStatements.byID, [.id(tenant), .id(id)])
    }

    /// The latest first.
    package func invitationJobs(_ tenant: Tenant.ID, limit: Int = 50) async throws(StorageError) -> [InvitationJob] {
        try await all(InvitationJobStatements.page, [.id(tenant), .int(limit)])
    }

    /// The oldest of any tenant that is not finished.
    package func openInvitationJob() async throws(StorageError) -> InvitationJob? {
        try await first(InvitationJobStatements.open, [])
    }

    package func invitationJobProgress(
        _ tenant: Tenant.ID, _ id: InvitationJob.ID
    ) async throws(StorageError) -> InvitationJobProgress {
        try await first(InvitationJobStatements.progress, [.id(tenant), .id(id)]) ?? InvitationJobProgress()
    }
}

extension Step {
    package static func insertInvitationJob(_ job: InvitationJob) -> Step {
        Step(
            InvitationJobStatements.insert,
            [
                .id(job.tenant), .id(job.id), .text(job.name), .idOrNull(job.invitedBy), .json(job.inviter),
                .choice(job.state), .time(job.createdAt), .timeOrNull(job.finishedAt), .int(job.total),
            ], .one)
    }

    /// Every line is there. Changes nothing where the job has begun.
    package static func startInvitationJob(_ id: InvitationJob.ID, in tenant: Tenant.ID) -> Step {
        Step(InvitationJobStatements.start, [.id(tenant), .id(id)])
    }

    /// Not applied while a line waits, or once it is finished.
    package static func finishInvitationJob(_ id: InvitationJob.ID, in tenant: Tenant.ID, at now: Date) -> Step {
        Step(InvitationJobStatements.finish, [.id(tenant), .id(id), .time(now)], .one)
    }
}
