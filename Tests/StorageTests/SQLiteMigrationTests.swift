import Directory
import FoundationEssentials
import Glibc
import Storage
import StorageSQLite
import Testing

@Suite("SQLite: the schema") struct SQLiteMigrationTests {
    private let folder: Folder
    private let path: String

    init() throws {
        folder = try Folder()
        path = folder.file("vestibule.db")
    }

    private func write(_ bytes: [UInt8], at offset: Int = 0) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count)
    }

    @Test(arguments: 0..<Migration.all.count)
    func `a database of every earlier version is brought up to date, its rows kept`(version: Int) async throws {
        let old = try SQLiteDatabase(path: path, readers: 1, allowsSecond: false, upTo: version)
        if version >= 1 { try await Store(old).commit([.createTenant(woodgrove, at: now)]) }
        #expect(try old.schemaVersion() == version)
        old.close()
        if version >= 2 { try await insertAsOfVersion2(.sample()) }

        let current = try SQLiteDatabase.open(path: path)
        defer { current.close() }
        #expect(try current.schemaVersion() == Migration.all.count)
        try current.prepareAll()
        #expect(try await Store(current).tenantIDs() == (version >= 1 ? [woodgrove] : []))
        #expect(try await Store(current).user(woodgrove, User.sample().id) == (version >= 2 ? .sample() : nil))
    }

    /// The row that the second version wrote: taken from one of today, without the columns that came later.
    private func insertAsOfVersion2(_ user: User) async throws {
        let today = path + ".today"
        let database = try SQLiteDatabase.open(path: today)
        try await Store(database).commit([.insertUser(user, in: woodgrove)])
        database.close()
        let columns = """
            tenant, id, upn, upn_key, display_name, user_type, created_at, given_name, surname, creation_type,
            external_user_state, external_user_state_changed_at, mail, mail_key, other_mails, proxy_addresses,
            account_enabled, preferred_language, usage_location, company_name, department, job_title, sponsors
            """
        try runSQLite("ATTACH '\(today)' AS today; INSERT INTO users (\(columns)) SELECT \(columns) FROM today.users")
    }

    @Test func `keys of a purpose that is no more are gone, so that the others can be read`() async throws {
        let old = try SQLiteDatabase(path: path, readers: 1, allowsSecond: false, upTo: 8)
        old.close()
        let tenant = String(repeating: "11", count: 16)
        try runSQLite(
            "INSERT INTO keys VALUES (x'\(tenant)', 'k', 'sealing', 'HMAC-SHA256', 'active', x'00', '', 0, 0, NULL)")
        let current = try SQLiteDatabase.open(path: path)
        defer { current.close() }
        let kept = Tenant.ID(bytes: [UInt8](repeating: 0x11, count: 16))
        #expect(try await Store(current).keys(#require(kept)) == [])
    }

    @Test func `a database of a newer version is refused and left as it is`() async throws {
        let database = try SQLiteDatabase.open(path: path)
        database.close()
        // The row's number, as a newer program would have left it.
        try runSQLite("INSERT INTO schema_versions VALUES (\(Migration.all.count + 3), 'later', 0)")
        let found = Migration.all.count + 3
        let error = #expect(throws: StorageError.newerSchema(found: found, known: Migration.all.count)) {
            try SQLiteDatabase.open(path: path)
        }
        #expect(
            error?.description
                == "This database was made by a newer version: its schema is number \(found), this program knows \(found - 3)."
        )
    }

    @Test func `another program's database is refused and left as it is`() throws {
        try runSQLite("CREATE TABLE bookmarks (url TEXT)")
        #expect(throws: StorageError.corrupted("the file is another program's database")) {
            try SQLiteDatabase.open(path: path)
        }
        #expect(throws: Never.self) { try runSQLite("SELECT url FROM bookmarks") }
    }

    @Test func `a file that is no database is refused`() throws {
        try write(Array(String(repeating: "This is not a database. ", count: 100).utf8))
        #expect(throws: StorageError.corrupted("the file is no SQLite database")) {
            try SQLiteDatabase.open(path: path)
        }
    }

    @Test func `a damaged page is reported as damage`() async throws {
        let database = try SQLiteDatabase.open(path: path)
        let store = Store(database)
        for number in UInt8(1)...200 { try await store.commit([.insertSession(.sample(number))]) }
        database.close()
        var status = stat()
        try #require(stat(path, &status) == 0)
        let pages = Int(status.st_size) / 4096
        for page in (pages / 2)..<pages { try write([UInt8](repeating: 0xA5, count: 4096), at: page * 4096) }
        let error = await #expect(throws: StorageError.self) {
            let damaged = try SQLiteDatabase.open(path: path)
            defer { damaged.close() }
            for number in UInt8(1)...200 { _ = try await Store(damaged).session(woodgrove, sampleID(number)) }
        }
        guard case .corrupted? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a folder that is not there is named`() {
        let error = #expect(throws: StorageError.self) { try SQLiteDatabase.open(path: "/nowhere/vestibule.db") }
        #expect(
            error?.description
                == "The database cannot be used: /nowhere/vestibule.db.lock: No such file or directory.")
    }

    /// The sqlite3 shell is not everywhere; the driver's own door for tests is.
    private func runSQLite(_ sql: String) throws { try SQLiteDatabase.execute(sql, inFileAt: path) }
}
