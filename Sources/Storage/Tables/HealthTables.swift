/// How partners, and applications that publish metadata, fare; and who vouched for a sign-in that is under way.
///
/// `failure` tells of the metadata, `last_failure_*` of a sign-in.
let healthTables = [
    """
    CREATE TABLE peer_states (
        tenant {id} NOT NULL, peer_id {id} NOT NULL, kind {text} NOT NULL, fetched_at {time}, valid_until {time},
        due_at {time}, failing_since {time}, failure {text}, certificate_ends_at {time}, warned_days {int},
        claims {json} NOT NULL, claims_before {json} NOT NULL, claims_changed_at {time}, last_success_at {time},
        last_failure_at {time}, last_failure_rule {text}, last_failure_detail {text},
        PRIMARY KEY (tenant, peer_id)
    ) {heap}
    """,
    "CREATE INDEX peer_states_due ON peer_states (due_at) WHERE due_at IS NOT NULL",
    "ALTER TABLE pending_sign_ins ADD COLUMN partner_id {id}",
]
