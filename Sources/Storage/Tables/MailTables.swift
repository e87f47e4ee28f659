/// Mail that waits to be sent.
let mailTables = [
    """
    CREATE TABLE outgoing_mails (
        tenant {id} NOT NULL, id {id} NOT NULL, recipient {text} NOT NULL, subject {text} NOT NULL,
        body_text {text} NOT NULL, body_html {text} NOT NULL, headers {json} NOT NULL, message_id {text} NOT NULL,
        created_at {time} NOT NULL, next_attempt_at {time} NOT NULL, attempts {int} NOT NULL, last_error {text},
        sent_at {time}, failed_at {time},
        PRIMARY KEY (tenant, id)
    ) {heap}
    """,
    """
    CREATE INDEX outgoing_mails_due ON outgoing_mails (next_attempt_at) WHERE sent_at IS NULL AND failed_at IS NULL
    """,
]
