package import Directory

/// One line of a job: an address, and what became of it.
package struct InvitationJobLine: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case waiting
        case success
        case failure
    }

    /// In the file, counted from 1.
    package var number: Int
    /// As written: a line that can't be invited keeps it.
    package var address: String
    package var redirectURL: String
    package var sendsMail: Bool
    package var message: String?
    package var state: State
    package var user: User.ID?
    package var invitation: Invitation.ID?
    /// Of a failure, for whoever reads the result.
    package var reason: String?

    package init(
        number: Int, address: String, redirectURL: String, sendsMail: Bool, message: String? = nil,
        state: State = .waiting, user: User.ID? = nil, invitation: Invitation.ID? = nil, reason: String? = nil
    ) {
        self.number = number
        self.address = address
        self.redirectURL = redirectURL
        self.sendsMail = sendsMail
        self.message = message
        self.state = state
        self.user = user
        self.invitation = invitation
        self.reason = reason
    }
}

enum InvitationJobLineStatements {
    private static let columns = Columns(
        "line", "address", "redirect_url", "sends_mail", "message", "state", "user_id", "invitation_id", "reason")

    static let insert = Statement(
        "invitation_job_line_insert",
        """
        INSERT INTO invitation_job_lines (tenant, job_id, \(columns.list))
        VALUES ($1, $2, \(columns.placeholders(from: 3))) ON CONFLICT (tenant, job_id, line) DO NOTHING
        """)
    static let page = Statement(
        "invitation_job_lines",
        """
        SELECT \(columns.list) FROM invitation_job_lines WHERE tenant = $1 AND job_id = $2 AND line > $3
        ORDER BY line LIMIT $4
        """)
    static let waiting = Statement(
        "invitation_job_lines_waiting",
        """
        SELECT \(columns.list) FROM invitation_job_lines WHERE tenant = $1 AND job_id = $2 AND state = 'waiting'
        ORDER BY line LIMIT $3
        """)
    static let failures = Statement(
        "invitation_job_failures",
        """
        SELECT \(columns.list) FROM invitation_job_lines
        WHERE tenant = $1 AND job_id = $2 AND line > $3 AND state = 'failure' ORDER BY line LIMIT $4
        """)
    static let end = Statement(
        "invitation_job_line_end",
        """
        UPDATE invitation_job_lines SET state = $4, user_id = $5, invitation_id = $6, reason = $7
        WHERE tenant = $1 AND job_id = $2 AND line = $3 AND state = 'waiting'
        """)
    static let all = [insert, page, waiting, failures, end]
}

extension InvitationJobLine: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            number: row.int(), address: row.text(), redirectURL: row.text(), sendsMail: row.flag(),
            message: row.textOrNil(), state: row.choice(), user: row.idOrNil(), invitation: row.idOrNil(),
            reason: row.textOrNil())
    }
}

extension Store {
    /// In the order of the file, from behind `after`.
    package func invitationJobLines(
        _ tenant: Tenant.ID, _ job: InvitationJob.ID, after: Int = 0, limit: Int = 1_000
    ) async throws(StorageError) -> [InvitationJobLine] {
        try await all(
            InvitationJobLineStatements.page, [.id(tenant), .id(job), .int(after), .int(limit)])
    }

    package func invitationJobFailures(
        _ tenant: Tenant.ID, _ job: InvitationJob.ID, after: Int = 0, limit: Int = 1_000
    ) async throws(StorageError) -> [InvitationJobLine] {
        try await all(
            InvitationJobLineStatements.failures, [.id(tenant), .id(job), .int(after), .int(limit)])
    }

    package func waitingInvitationJobLines(
        _ tenant: Tenant.ID, _ job: InvitationJob.ID, limit: Int
    ) async throws(StorageError) -> [InvitationJobLine] {
        try await all(InvitationJobLineStatements.waiting, [.id(tenant), .id(job), .int(limit)])
    }
}

extension Step {
    /// Changes nothing where the line is there: a part of a file may be sent twice.
    package static func insertInvitationJobLine(
        _ line: InvitationJobLine, of job: InvitationJob.ID, in tenant: Tenant.ID
    ) -> Step {
        Step(
            InvitationJobLineStatements.insert,
            [
                .id(tenant), .id(job), .int(line.number), .text(line.address), .text(line.redirectURL),
                .flag(line.sendsMail), .textOrNull(line.message), .choice(line.state), .idOrNull(line.user),
                .idOrNull(line.invitation), .textOrNull(line.reason),
            ])
    }

    /// Writes what became of a line, for the commit that made it so. Not applied where the line is done: then nothing else
    /// of the commit is, so nobody is invited twice by one line.
    package static func endInvitationJobLine(
        _ line: InvitationJobLine, of job: InvitationJob.ID, in tenant: Tenant.ID
    ) -> Step {
        Step(
            InvitationJobLineStatements.end,
            [
                .id(tenant), .id(job), .int(line.number), .choice(line.state), .idOrNull(line.user),
                .idOrNull(line.invitation), .textOrNull(line.reason),
            ], .one)
    }
}
