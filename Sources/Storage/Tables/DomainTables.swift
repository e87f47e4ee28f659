/// Proofs of domains. `partner_id` is empty for a domain of the tenant's own, which `domains` gives to one tenant; a
/// tenant that only asked for one has a row here and none there.
///
/// What tenants had before there were proofs, the operator had vouched for.
let domainTables = [
    """
    CREATE TABLE domain_proofs (
        tenant {id} NOT NULL, domain {text} NOT NULL, partner_id {bytes} NOT NULL, reference {text} NOT NULL,
        state {text} NOT NULL, method {text}, proved_at {time}, lapsed_at {time}, added_at {time} NOT NULL,
        checked_at {time}, next_check_at {time}, failing_since {time}, detail {text} NOT NULL,
        PRIMARY KEY (tenant, domain, partner_id)
    ) {heap}
    """,
    "CREATE INDEX domain_proofs_due ON domain_proofs (next_check_at) WHERE next_check_at IS NOT NULL",
    """
    INSERT INTO domain_proofs (tenant, domain, partner_id, reference, state, method, proved_at, added_at, detail)
    SELECT tenant, domain, CAST('' AS {bytes}), '', 'proven', 'operator', claimed_at, claimed_at,
        'The operator vouches for ' || domain || '.'
    FROM domains WHERE released_at IS NULL
    """,
]
