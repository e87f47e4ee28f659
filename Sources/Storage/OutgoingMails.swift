package import Directory
package import FoundationEssentials
package import JSON

/// A mail that was promised and must reach the mail server, at least once. Its texts are dropped when it has: they may
/// hold a code.
package struct OutgoingMail: Sendable, Hashable {
    package typealias ID = Directory.ID<OutgoingMail>

    package var id: ID
    package var tenant: Tenant.ID
    /// Empty: to nobody. Such a mail is queued only so that an address nobody expects costs what an expected one does;
    /// the outbox drops it.
    package var recipient: String
    package var subject: String
    package var text: String
    package var html: String
    /// An object of further header fields.
    package var headers: JSONValue
    /// Stays the same over every attempt, so that a doubled mail can be seen to be one.
    package var messageID: String
    package var createdAt: Date
    package var nextAttemptAt: Date
    package var attempts: Int
    package var lastError: String?
    package var sentAt: Date?
    /// Set when it was given up.
    package var failedAt: Date?

    package init(
        id: ID, tenant: Tenant.ID, recipient: String, subject: String, text: String, html: String,
        headers: JSONValue = .object(JSONObject()), messageID: String, createdAt: Date, nextAttemptAt: Date,
        attempts: Int = 0, lastError: String? = nil, sentAt: Date? = nil, failedAt: Date? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.recipient = recipient
        self.subject = subject
        self.text = text
        self.html = html
        self.headers = headers
        self.messageID = messageID
        self.createdAt = createdAt
        self.nextAttemptAt = nextAttemptAt
        self.attempts = attempts
        self.lastError = lastError
        self.sentAt = sentAt
        self.failedAt = failedAt
    }
}

enum MailStatements {
    private static let columns = Columns(
        "id", "tenant", "recipient", "subject", "body_text", "body_html", "headers", "message_id", "created_at",
        "next_attempt_at", "attempts", "last_error", "sent_at", "failed_at")

    static let insert = Statement(
        "mail_insert", "INSERT INTO outgoing_mails (\(columns.list)) VALUES (\(columns.placeholders()))")
    static let byID = Statement(
        "mail_by_id", "SELECT \(columns.list) FROM outgoing_mails WHERE tenant = $1 AND id = $2")
    static let due = Statement(
        "mails_due",
        """
        SELECT \(columns.list) FROM outgoing_mails
        WHERE sent_at IS NULL AND failed_at IS NULL AND next_attempt_at <= $1 ORDER BY next_attempt_at LIMIT $2
        """)
    static let nextDue = Statement(
        "mails_next_due",
        """
        SELECT next_attempt_at FROM outgoing_mails WHERE sent_at IS NULL AND failed_at IS NULL
        ORDER BY next_attempt_at LIMIT 1
        """)
    static let sent = Statement(
        "mail_sent",
        """
        UPDATE outgoing_mails SET sent_at = $3, attempts = attempts + 1, body_text = '', body_html = ''
        WHERE tenant = $1 AND id = $2 AND sent_at IS NULL AND failed_at IS NULL
        """)
    static let retry = Statement(
        "mail_retry",
        """
        UPDATE outgoing_mails SET attempts = attempts + 1, next_attempt_at = $3, last_error = $4
        WHERE tenant = $1 AND id = $2 AND sent_at IS NULL AND failed_at IS NULL
        """)
    static let giveUp = Statement(
        "mail_give_up",
        """
        UPDATE outgoing_mails SET attempts = attempts + 1, failed_at = $3, last_error = $4, body_text = '',
            body_html = ''
        WHERE tenant = $1 AND id = $2 AND sent_at IS NULL AND failed_at IS NULL
        """)
    static let drop = Statement(
        "mail_drop", "DELETE FROM outgoing_mails WHERE tenant = $1 AND id = $2 AND recipient = ''")
    static let purge = Statement(
        "mails_purge",
        """
        DELETE FROM outgoing_mails
        WHERE tenant = $1 AND id < $2 AND (sent_at IS NOT NULL OR failed_at IS NOT NULL OR recipient = '')
            AND created_at < $3
        """)
    static let all = [insert, byID, due, nextDue, sent, retry, giveUp, drop, purge]
}

extension OutgoingMail: RowDecodable {
    init(_ row: inout RowReader) throws(StorageError) {
        try self.init(
            id: row.id(), tenant: row.id(), recipient: row.text(), subject: row.text(), text: row.text(),
            html: row.text(), headers: row.json(), messageID: row.text(), createdAt: row.time(),
            nextAttemptAt: row.time(), attempts: row.int(), lastError: row.textOrNil(), sentAt: row.timeOrNil(),
            failedAt: row.timeOrNil())
    }
}

extension Store {
    /// Mail of every tenant of the installation whose next attempt is due, the longest due first.
    package func dueMail(at now: Date, limit: Int = 32) async throws(StorageError) -> [OutgoingMail] {
        try await all(MailStatements.due, [.time(now), .int(limit)])
    }

    /// When the next attempt of any tenant's mail is due; nil: nothing waits.
    package func nextMailDue() async throws(StorageError) -> Date? {
        let row: SingleInteger? = try await first(MailStatements.nextDue, [])
        return row.map { Date(milliseconds: $0.integer) }
    }

    package func mail(_ tenant: Tenant.ID, _ id: OutgoingMail.ID) async throws(StorageError) -> OutgoingMail? {
        try await first(MailStatements.byID, [.id(tenant), .id(id)])
    }
}

extension Step {
    /// Belongs into the commit of what the mail tells of, so that neither exists without the other.
    package static func enqueueMail(_ mail: OutgoingMail) -> Step {
        Step(
            MailStatements.insert,
            [
                .id(mail.id), .id(mail.tenant), .text(mail.recipient), .text(mail.subject), .text(mail.text),
                .text(mail.html), .json(mail.headers), .text(mail.messageID), .time(mail.createdAt),
                .time(mail.nextAttemptAt), .int(mail.attempts), .textOrNull(mail.lastError), .timeOrNull(mail.sentAt),
                .timeOrNull(mail.failedAt),
            ], .one)
    }

    package static func markMailSent(_ id: OutgoingMail.ID, in tenant: Tenant.ID, at now: Date) -> Step {
        Step(MailStatements.sent, [.id(tenant), .id(id), .time(now)], .one)
    }

    /// Notes a failed attempt; the next one comes at `nextAttemptAt`.
    package static func markMailFailed(
        _ id: OutgoingMail.ID, in tenant: Tenant.ID, error: String, nextAttemptAt: Date
    ) -> Step {
        Step(MailStatements.retry, [.id(tenant), .id(id), .time(nextAttemptAt), .text(error)], .one)
    }

    /// Notes a failed attempt and that there will be no other.
    package static func giveUpMail(_ id: OutgoingMail.ID, in tenant: Tenant.ID, error: String, at now: Date) -> Step {
        Step(MailStatements.giveUp, [.id(tenant), .id(id), .time(now), .text(error)], .one)
    }

    /// Removes a mail to nobody. Not applied to any other.
    package static func dropMail(_ id: OutgoingMail.ID, in tenant: Tenant.ID) -> Step {
        Step(MailStatements.drop, [.id(tenant), .id(id)], .one)
    }

    /// Removes mail that was sent or given up, or was to nobody, made before.
    package static func purgeMail(in tenant: Tenant.ID, before: Date) -> Step {
        Step(MailStatements.purge, [.id(tenant), firstID(at: before), .time(before)])
    }
}
