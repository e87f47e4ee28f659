import Storage
import StorageSQLite
import Testing

@Suite("Statements and dialects") struct CatalogueTests {
    @Test func `every statement is prepared by SQLite`() throws {
        let folder = try Folder()
        let database = try SQLiteDatabase.open(path: folder.file("vestibule.db"))
        defer { database.close() }
        try database.prepareAll()
    }

    @Test func `names are unique and fit PostgreSQL`() {
        let names = StatementCatalogue.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(StatementCatalogue.all.map(\.number)).count == names.count)
        for name in names {
            #expect(name.utf8.count <= 63 && name.utf8.allSatisfy { (97...122).contains($0) || $0 == 95 }, "\(name)")
        }
    }

    @Test func `every placeholder up to the last is used`() {
        for statement in StatementCatalogue.all {
            for number in 1...max(1, statement.parameterCount) where statement.parameterCount > 0 {
                let found = statement.sql.split(separator: "$").dropFirst().contains {
                    $0.prefix { $0.isNumber } == "\(number)"
                }
                #expect(found, "\(statement.name) has no $\(number)")
            }
        }
    }

    @Test func `both engines spell every migration`() {
        for migration in Migration.all {
            for dialect in [SQLDialect.sqlite, .postgres] {
                for statement in migration.statements(in: dialect) {
                    #expect(!statement.contains("{") && !statement.contains("}"))
                }
            }
        }
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
        let script = PostgresDialect.script()
        #expect(script.contains("bytea") && !script.contains("BLOB") && !script.contains("STRICT"))
        for statement in StatementCatalogue.all { #expect(script.contains("PREPARE \(statement.name) AS ")) }
    }

    /// The rule that keeps tenants apart, read off the tables themselves.
    @Test func `every primary key begins with the tenant`() {
        let exceptions = ["domains", "schema_versions"]
        for migration in Migration.all {
            for table in migration.statements(in: .sqlite) where table.hasPrefix("CREATE TABLE") {
                let name = table.split(separator: " ")[2]
                if exceptions.contains(String(name)) { continue }
                #expect(
                    table.contains("PRIMARY KEY (tenant,") || table.contains("tenant BLOB NOT NULL PRIMARY KEY"),
                    "\(name)")
            }
        }
    }
}
