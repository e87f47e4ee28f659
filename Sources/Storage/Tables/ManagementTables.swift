/// What the management API adds: lists in several orders, versions of rows, users in the bin, owners and rules of groups.
///
/// `revision` counts the changes of a row, so that a change can be made to the version that its maker saw.
/// `user_addresses` holds what a user is reached by beside `mail`: former addresses and others.
let managementTables = [
    "ALTER TABLE users ADD COLUMN manager {id}",
    "ALTER TABLE users ADD COLUMN display_key {text} NOT NULL DEFAULT ''",
    "ALTER TABLE users ADD COLUMN revision {int} NOT NULL DEFAULT 0",
    "UPDATE users SET display_key = lower(display_name)",
    "CREATE INDEX users_by_name ON users (tenant, display_key, id)",
    "CREATE INDEX users_by_type ON users (tenant, user_type, id)",
    "CREATE INDEX users_by_state ON users (tenant, external_user_state, id) WHERE external_user_state IS NOT NULL",
    "CREATE INDEX users_by_creation ON users (tenant, creation_type, id) WHERE creation_type IS NOT NULL",
    "CREATE INDEX users_by_time ON users (tenant, created_at, id)",
    "CREATE INDEX users_of_manager ON users (tenant, manager, id) WHERE manager IS NOT NULL",
    """
    CREATE TABLE user_addresses (
        tenant {id} NOT NULL, address_key {text} NOT NULL, user_id {id} NOT NULL, kind {text} NOT NULL,
        PRIMARY KEY (tenant, address_key, user_id, kind)
    ) {clustered}
    """,
    "CREATE INDEX addresses_of_user ON user_addresses (tenant, user_id)",
    "CREATE UNIQUE INDEX proxy_addresses ON user_addresses (tenant, address_key) WHERE kind = 'proxy'",
    """
    CREATE TABLE deleted_users (
        tenant {id} NOT NULL, id {id} NOT NULL, deleted_at {time} NOT NULL, upn {text} NOT NULL,
        upn_key {text} NOT NULL, display_name {text} NOT NULL, user_type {text} NOT NULL, created_at {time} NOT NULL,
        given_name {text}, surname {text}, creation_type {text}, external_user_state {text},
        external_user_state_changed_at {time}, mail {text}, mail_key {text}, other_mails {json} NOT NULL,
        proxy_addresses {json} NOT NULL, account_enabled {int} NOT NULL, preferred_language {text},
        usage_location {text}, company_name {text}, department {text}, job_title {text}, sponsors {json} NOT NULL,
        manager {id}, display_key {text} NOT NULL, revision {int} NOT NULL,
        PRIMARY KEY (tenant, id)
    ) {heap}
    """,
    "CREATE INDEX deleted_users_by_time ON deleted_users (tenant, deleted_at, id)",
    """
    CREATE TABLE deleted_identities (
        tenant {id} NOT NULL, user_id {id} NOT NULL, issuer {text} NOT NULL, subject {text} NOT NULL, partner_id {id},
        kind {text} NOT NULL, linked_at {time} NOT NULL,
        PRIMARY KEY (tenant, user_id, issuer, subject)
    ) {clustered}
    """,
    "ALTER TABLE security_groups ADD COLUMN description {text}",
    "ALTER TABLE security_groups ADD COLUMN membership_rule {text}",
    "ALTER TABLE security_groups ADD COLUMN is_hidden {int} NOT NULL DEFAULT 0",
    "ALTER TABLE security_groups ADD COLUMN revision {int} NOT NULL DEFAULT 0",
    """
    CREATE TABLE group_owners (
        tenant {id} NOT NULL, group_id {id} NOT NULL, owner_id {id} NOT NULL,
        PRIMARY KEY (tenant, group_id, owner_id)
    ) {clustered}
    """,
    "CREATE INDEX groups_owned ON group_owners (tenant, owner_id)",
    "ALTER TABLE audit_records ADD COLUMN actor_id {text}",
    "ALTER TABLE audit_records ADD COLUMN target_id {text}",
    "CREATE INDEX audit_by_actor ON audit_records (tenant, actor_id, id) WHERE actor_id IS NOT NULL",
    "CREATE INDEX audit_by_target ON audit_records (tenant, target_id, id) WHERE target_id IS NOT NULL",
]
