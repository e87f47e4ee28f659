/// Tenants, their domains, and their settings as numbered versions.
///
/// `tenants` and `domains` are the two tables of the whole installation: a tenant is its own key, and a domain belongs
/// to one tenant at most. `settings_version` is the number in force, moved by compare-and-set only.
let settingsTables = [
    """
    CREATE TABLE tenants (
        tenant {id} NOT NULL PRIMARY KEY, settings_version {int} NOT NULL, created_at {time} NOT NULL
    ) {heap}
    """,
    """
    CREATE TABLE domains (
        domain {text} NOT NULL PRIMARY KEY, tenant {id} NOT NULL, claimed_at {time} NOT NULL, released_at {time}
    ) {heap}
    """,
    "CREATE INDEX domains_of_tenant ON domains (tenant)",
    """
    CREATE TABLE settings_versions (
        tenant {id} NOT NULL, version {int} NOT NULL, author {text} NOT NULL, created_at {time} NOT NULL,
        PRIMARY KEY (tenant, version)
    ) {clustered}
    """,
    """
    CREATE TABLE settings_objects (
        tenant {id} NOT NULL, kind {text} NOT NULL, object_id {text} NOT NULL, version {int} NOT NULL, body {json},
        PRIMARY KEY (tenant, kind, object_id, version)
    ) {heap}
    """,
    "CREATE INDEX settings_objects_by_version ON settings_objects (tenant, version)",
]
