/// What SAML and WS-Federation keep beside the sign-in.
let federationTables = [
    """
    CREATE TABLE session_participants (
        tenant {id} NOT NULL, session_id {id} NOT NULL, app_id {id} NOT NULL, language {text} NOT NULL,
        name_id {text} NOT NULL, name_id_format {text} NOT NULL, session_index {text} NOT NULL, told_at {time} NOT NULL,
        PRIMARY KEY (tenant, session_id, app_id, session_index)
    ) {clustered}
    """,
    "CREATE INDEX participants_by_name ON session_participants (tenant, app_id, name_id)",
    // What browsers keep is sealed under keys of the installation; tenants' own were never used.
    "DELETE FROM keys WHERE purpose = 'sealing'",
]

/// How a home that speaks SAML or WS-Federation names the person of a session, hashed, so that its logout finds them.
let sessionNameTables = [
    "ALTER TABLE sessions ADD COLUMN home_name {bytes}",
    // Most sessions have none, and cost nothing here.
    """
    CREATE INDEX sessions_by_home_name ON sessions (tenant, partner_id, home_name) WHERE home_name IS NOT NULL
    """,
]
