/// Authorization codes, and the grants that began with one.
let tokenTables = [
    """
    CREATE TABLE authorization_codes (
        tenant {id} NOT NULL, id {id} NOT NULL, secret_digest {bytes} NOT NULL, app_id {id} NOT NULL,
        redirect_uri {text} NOT NULL, challenge {text}, nonce {text}, scopes {json} NOT NULL, resource_id {id},
        audience {text} NOT NULL, session_id {id} NOT NULL, user_id {id} NOT NULL, partner_id {id},
        authenticated_at {time} NOT NULL, proof_expires_at {time}, issued_at {time} NOT NULL,
        expires_at {time} NOT NULL, spent_at {time}, response_extras {json} NOT NULL,
        PRIMARY KEY (tenant, id)
    ) {heap}
    """,
    """
    CREATE TABLE grants (
        tenant {id} NOT NULL, id {id} NOT NULL, user_id {id} NOT NULL, app_id {id} NOT NULL, session_id {id} NOT NULL,
        partner_id {id}, scopes {json} NOT NULL, resource_id {id}, audience {text} NOT NULL,
        authenticated_at {time} NOT NULL, created_at {time} NOT NULL, expires_at {time} NOT NULL,
        idle_expires_at {time} NOT NULL, number {int} NOT NULL, rotated_at {time}, revoked_at {time}, revocation {text},
        PRIMARY KEY (tenant, id)
    ) {heap}
    """,
    "CREATE INDEX grants_of_user ON grants (tenant, user_id)",
    "CREATE INDEX grants_of_session ON grants (tenant, session_id)",
]
