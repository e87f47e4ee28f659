/// Keys and secrets, wrapped under the master key before they come here.
let keyTables = [
    """
    CREATE TABLE keys (
        tenant {id} NOT NULL, key_id {text} NOT NULL, purpose {text} NOT NULL, algorithm {text} NOT NULL,
        state {text} NOT NULL, wrapped {bytes} NOT NULL, public_jwk {json} NOT NULL, created_at {time} NOT NULL,
        active_from {time}, retires_at {time},
        PRIMARY KEY (tenant, key_id)
    ) {heap}
    """,
    """
    CREATE TABLE secrets (
        tenant {id} NOT NULL, name {text} NOT NULL, wrapped {bytes} NOT NULL,
        PRIMARY KEY (tenant, name)
    ) {heap}
    """,
]
