/// Users with their identities, passwords, groups, roles, assignments, invitations and consents.
///
/// `upn_key` and `mail_key` are what is compared (no ASCII case); the columns beside them are what was written.
let directoryTables = [
    """
    CREATE TABLE users (
        tenant {id} NOT NULL, id {id} NOT NULL, upn {text} NOT NULL, upn_key {text} NOT NULL,
        display_name {text} NOT NULL, user_type {text} NOT NULL, created_at {time} NOT NULL, given_name {text},
        surname {text}, creation_type {text}, external_user_state {text}, external_user_state_changed_at {time},
        mail {text}, mail_key {text}, other_mails {json} NOT NULL, proxy_addresses {json} NOT NULL,
        account_enabled {int} NOT NULL, preferred_language {text}, usage_location {text}, company_name {text},
        department {text}, job_title {text}, sponsors {json} NOT NULL,
        PRIMARY KEY (tenant, id)
    ) {heap}
    """,
    "CREATE UNIQUE INDEX users_upn ON users (tenant, upn_key)",
    "CREATE INDEX users_mail ON users (tenant, mail_key) WHERE mail_key IS NOT NULL",
    """
    CREATE TABLE identities (
        tenant {id} NOT NULL, issuer {text} NOT NULL, subject {text} NOT NULL, user_id {id} NOT NULL, partner_id {id},
        kind {text} NOT NULL, linked_at {time} NOT NULL,
        PRIMARY KEY (tenant, issuer, subject)
    ) {clustered}
    """,
    "CREATE INDEX identities_of_user ON identities (tenant, user_id)",
    """
    CREATE TABLE passwords (
        tenant {id} NOT NULL, user_id {id} NOT NULL, hash {text} NOT NULL, changed_at {time} NOT NULL,
        PRIMARY KEY (tenant, user_id)
    ) {clustered}
    """,
    """
    CREATE TABLE security_groups (
        tenant {id} NOT NULL, id {id} NOT NULL, display_name {text} NOT NULL, created_at {time} NOT NULL,
        PRIMARY KEY (tenant, id)
    ) {clustered}
    """,
    """
    CREATE TABLE memberships (
        tenant {id} NOT NULL, member_id {id} NOT NULL, group_id {id} NOT NULL, member_kind {text} NOT NULL,
        PRIMARY KEY (tenant, member_id, group_id)
    ) {clustered}
    """,
    "CREATE INDEX memberships_of_group ON memberships (tenant, group_id, member_id)",
    """
    CREATE TABLE directory_roles (
        tenant {id} NOT NULL, user_id {id} NOT NULL, role {text} NOT NULL,
        PRIMARY KEY (tenant, user_id, role)
    ) {clustered}
    """,
    """
    CREATE TABLE assignments (
        tenant {id} NOT NULL, app_id {id} NOT NULL, principal_id {id} NOT NULL, role_id {bytes} NOT NULL,
        principal_kind {text} NOT NULL,
        PRIMARY KEY (tenant, app_id, principal_id, role_id)
    ) {clustered}
    """,
    "CREATE INDEX assignments_of_principal ON assignments (tenant, principal_id)",
    """
    CREATE TABLE invitations (
        tenant {id} NOT NULL, id {id} NOT NULL, user_id {id} NOT NULL, email {text} NOT NULL, redirect_url {text},
        invited_by {id}, inviter_name {text} NOT NULL, message {text}, status {text} NOT NULL,
        created_at {time} NOT NULL, expires_at {time}, redeemed_at {time}, secret_digest {bytes} NOT NULL,
        PRIMARY KEY (tenant, id)
    ) {heap}
    """,
    "CREATE INDEX invitations_of_user ON invitations (tenant, user_id)",
    """
    CREATE TABLE consents (
        tenant {id} NOT NULL, user_id {id} NOT NULL, app_id {id} NOT NULL, resource_id {bytes} NOT NULL,
        scope {text} NOT NULL, granted_at {time} NOT NULL,
        PRIMARY KEY (tenant, user_id, app_id, resource_id, scope)
    ) {clustered}
    """,
]
