/// What happened: sign-ins and administration. `personal` and `salt` are erased when a person is; `record` and `leaf`
/// never change.
let recordTables = [
    """
    CREATE TABLE sign_ins (
        tenant {id} NOT NULL, id {id} NOT NULL, happened_at {time} NOT NULL, user_id {id}, app_id {id},
        outcome {text} NOT NULL, error_number {int}, settings_version {int} NOT NULL, failure_id {text},
        record {bytes} NOT NULL, personal {bytes}, salt {bytes}, leaf {bytes} NOT NULL,
        PRIMARY KEY (tenant, id)
    ) {heap}
    """,
    "CREATE INDEX sign_ins_of_user ON sign_ins (tenant, user_id, id) WHERE user_id IS NOT NULL",
    "CREATE INDEX sign_ins_by_failure ON sign_ins (tenant, failure_id) WHERE failure_id IS NOT NULL",
    """
    CREATE TABLE audit_records (
        tenant {id} NOT NULL, id {id} NOT NULL, happened_at {time} NOT NULL, category {text} NOT NULL,
        activity {text} NOT NULL, result {text} NOT NULL, reason {text}, record {bytes} NOT NULL, personal {bytes},
        salt {bytes}, leaf {bytes} NOT NULL,
        PRIMARY KEY (tenant, id)
    ) {heap}
    """,
]
