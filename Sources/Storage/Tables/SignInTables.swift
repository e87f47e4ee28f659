/// What a sign-in needs while it lasts, and the session that it leaves.
let signInTables = [
    """
    CREATE TABLE sessions (
        tenant {id} NOT NULL, id {id} NOT NULL, secret_digest {bytes} NOT NULL, user_id {id} NOT NULL,
        partner_id {id}, identity {json} NOT NULL, created_at {time} NOT NULL, expires_at {time} NOT NULL,
        ended_at {time},
        PRIMARY KEY (tenant, id)
    ) {heap}
    """,
    "CREATE INDEX sessions_of_user ON sessions (tenant, user_id)",
    """
    CREATE TABLE pending_sign_ins (
        tenant {id} NOT NULL, id {id} NOT NULL, number {int} NOT NULL, body {bytes} NOT NULL,
        expires_at {time} NOT NULL,
        PRIMARY KEY (tenant, id)
    ) {heap}
    """,
    """
    CREATE TABLE email_codes (
        tenant {id} NOT NULL, address_digest {bytes} NOT NULL, sign_in {id} NOT NULL, code_mac {bytes} NOT NULL,
        tries_left {int} NOT NULL, created_at {time} NOT NULL, expires_at {time} NOT NULL, ended_at {time},
        day {int} NOT NULL, day_sends {int} NOT NULL, day_tries {int} NOT NULL,
        PRIMARY KEY (tenant, address_digest)
    ) {clustered}
    """,
    """
    CREATE TABLE spent_ids (
        tenant {id} NOT NULL, purpose {text} NOT NULL, digest {bytes} NOT NULL, expires_at {time} NOT NULL,
        PRIMARY KEY (tenant, purpose, digest)
    ) {clustered}
    """,
    "CREATE INDEX spent_ids_by_expiry ON spent_ids (tenant, expires_at)",
    """
    CREATE TABLE one_time_links (
        tenant {id} NOT NULL, purpose {text} NOT NULL, id {id} NOT NULL, secret_digest {bytes} NOT NULL, user_id {id},
        payload {json} NOT NULL, expires_at {time} NOT NULL, taken_at {time},
        PRIMARY KEY (tenant, purpose, id)
    ) {heap}
    """,
]
