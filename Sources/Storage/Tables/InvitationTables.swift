/// What an invitation says beside whom it is for, who wants no more of them, and many at once.
///
/// `purpose` and `sends_mail` are null in rows from before they were kept: a new guest, and mailed. A line of a job is
/// done in one commit with the invitation that it makes, so a job can be cut off anywhere.
let invitationTables = [
    "ALTER TABLE invitations ADD COLUMN purpose {text}",
    "ALTER TABLE invitations ADD COLUMN sends_mail {int}",
    "ALTER TABLE invitations ADD COLUMN message_language {text}",
    "ALTER TABLE invitations ADD COLUMN copy_to {text}",
    "ALTER TABLE invitations ADD COLUMN copy_name {text}",
    "ALTER TABLE invitations ADD COLUMN replaced_by {id}",
    """
    CREATE TABLE invitation_blocks (
        tenant {id} NOT NULL, address_digest {bytes} NOT NULL, blocked_at {time} NOT NULL,
        PRIMARY KEY (tenant, address_digest)
    ) {clustered}
    """,
    """
    CREATE TABLE invitation_jobs (
        tenant {id} NOT NULL, id {id} NOT NULL, name {text} NOT NULL, invited_by {id}, inviter {json} NOT NULL,
        state {text} NOT NULL, created_at {time} NOT NULL, finished_at {time}, total {int} NOT NULL,
        PRIMARY KEY (tenant, id)
    ) {heap}
    """,
    "CREATE INDEX invitation_jobs_open ON invitation_jobs (created_at, id) WHERE state = 'running'",
    """
    CREATE TABLE invitation_job_lines (
        tenant {id} NOT NULL, job_id {id} NOT NULL, line {int} NOT NULL, address {text} NOT NULL,
        redirect_url {text} NOT NULL, sends_mail {int} NOT NULL, message {text}, state {text} NOT NULL, user_id {id},
        invitation_id {id}, reason {text},
        PRIMARY KEY (tenant, job_id, line)
    ) {clustered}
    """,
    """
    CREATE INDEX invitation_job_lines_open ON invitation_job_lines (tenant, job_id, line) WHERE state = 'waiting'
    """,
]
