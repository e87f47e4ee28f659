/// A change of the tables. Numbered from 1 without gaps; one that was released never changes.
package struct Migration: Sendable {
    package let number: Int
    package let name: String
    private let templates: [String]

    init(_ number: Int, _ name: String, _ templates: [String]) {
        self.number = number
        self.name = name
        self.templates = templates
    }

    /// Its statements as that engine spells them.
    package func statements(in dialect: SQLDialect) -> [String] { templates.map(dialect.spell) }

    /// Every migration, in order.
    package static let all: [Migration] = [
        Migration(1, "tenants and settings", settingsTables),
        Migration(2, "directory", directoryTables),
        Migration(3, "keys and secrets", keyTables),
        Migration(4, "sign-in", signInTables),
        Migration(5, "tokens", tokenTables),
        Migration(6, "records", recordTables),
        Migration(7, "mail", mailTables),
        Migration(8, "domain proofs", domainTables),
        Migration(9, "federation", federationTables),
        Migration(10, "names of people at their homes", sessionNameTables),
        Migration(11, "health of partners", healthTables),
        Migration(12, "management API", managementTables),
        Migration(13, "invitations in full", invitationTables),
        Migration(14, "sign-up", signUpTables),
    ]

    /// Where applied migrations are noted, on every engine.
    package static let table =
        "CREATE TABLE IF NOT EXISTS schema_versions (number {int} NOT NULL PRIMARY KEY, name {text} NOT NULL, applied_at {time} NOT NULL) {heap}"
}

/// How an engine spells what the migrations leave open.
package struct SQLDialect: Sendable {
    private let spellings: [(word: String, spelling: String)]

    /// STRICT, because SQLite otherwise takes text for an integer. A clustered table is one tree instead of two, right
    /// for small rows; a heap keeps large rows out of its index.
    package static let sqlite = SQLDialect(spellings: [
        ("{id}", "BLOB"), ("{bytes}", "BLOB"), ("{text}", "TEXT"), ("{int}", "INTEGER"), ("{time}", "INTEGER"),
        ("{json}", "TEXT"), ("{clustered}", "STRICT, WITHOUT ROWID"), ("{heap}", "STRICT"),
    ])

    /// Text compares by bytes, as in SQLite.
    package static let postgres = SQLDialect(spellings: [
        ("{id}", "bytea"), ("{bytes}", "bytea"), ("{text}", "text COLLATE \"C\""), ("{int}", "bigint"),
        ("{time}", "bigint"), ("{json}", "text"), ("{clustered}", ""), ("{heap}", ""),
    ])

    package func spell(_ template: String) -> String {
        var rest = template[...]
        var sql = ""
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let word = rest[open...close]
            guard let spelling = spellings.first(where: { $0.word == word })?.spelling else {
                preconditionFailure("no engine spells \(word)")
            }
            sql += rest[..<open] + spelling
            rest = rest[rest.index(after: close)...]
        }
        sql += rest
        while sql.last == " " { sql.removeLast() }
        return sql
    }
}

/// PostgreSQL, as far as it goes without a connection: what `vestibule migrate --print postgres` shows, and what the
/// tests give to psql.
package enum PostgresDialect {
    /// Every migration, then every statement prepared: a script that fails at the first thing PostgreSQL does not take.
    package static func script() -> String {
        var lines = ["-- Vestibule's tables for PostgreSQL 15, and every statement that runs on them.", "BEGIN;"]
        lines.append(SQLDialect.postgres.spell(Migration.table) + ";")
        for migration in Migration.all {
            lines.append("\n-- \(migration.number): \(migration.name)")
            for statement in migration.statements(in: .postgres) { lines.append(statement + ";") }
            lines.append("INSERT INTO schema_versions VALUES (\(migration.number), '\(migration.name)', 0);")
        }
        lines.append("COMMIT;\n")
        for statement in StatementCatalogue.all { lines.append("PREPARE \(statement.name) AS \(statement.sql);") }
        return lines.joined(separator: "\n") + "\n"
    }
}
