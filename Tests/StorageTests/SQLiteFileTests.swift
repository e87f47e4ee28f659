import Directory
import FoundationEssentials
import Glibc
import Storage
import StorageSQLite
import Testing

@Suite("SQLite: the file") struct SQLiteFileTests {
    private let folder: Folder
    private let path: String

    init() throws {
        folder = try Folder()
        path = folder.file("vestibule.db")
    }

    private func open(allowsSecond: Bool = false) throws(StorageError) -> SQLiteDatabase {
        try SQLiteDatabase.open(path: path, allowsSecond: allowsSecond)
    }

    private func permissions(_ path: String) throws -> UInt32 {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return status.st_mode & 0o777
    }

    private func size(_ path: String) throws -> Int {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return Int(status.st_size)
    }

    @Test func `what was answered is there after reopening`() async throws {
        let first = try open()
        try await Store(first).commit([.insertUser(.sample(), in: woodgrove), .insertCode(.sample())])
        first.close()
        let second = try open()
        defer { second.close() }
        #expect(try await Store(second).user(woodgrove, sampleID(1)) == .sample())
        let spend = Step.spendCode(sampleID(1), secretDigest: digest(1), in: woodgrove, at: now)
        #expect(try await Store(second).applies([spend]))
        #expect(try await Store(second).applies([spend]) == false)
    }

    /// The log alone must do: as after `kill -9`, when nothing was copied back into the database.
    @Test func `what was answered is there in the files as they are at that moment`() async throws {
        let database = try open()
        defer { database.close() }
        for number in UInt8(1)...50 {
            try await Store(database).commit([.insertSession(.sample(number))])
        }
        let copy = try Folder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy.file("copy.db") + suffix)
        }
        let crashed = try SQLiteDatabase.open(path: copy.file("copy.db"))
        defer { crashed.close() }
        for number in UInt8(1)...50 {
            #expect(try await Store(crashed).session(woodgrove, sampleID(number)) == .sample(number))
        }
    }

    @Test func `a second server is refused and told who has it, unless it takes over`() throws {
        let first = try open()
        let error = #expect(throws: StorageError.self) { try open() }
        guard case .inUse(let what)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(what.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
        let successor = try open(allowsSecond: true)
        #expect(try successor.takeLock() == false)
        first.close()
        #expect(try successor.takeLock())
        #expect(throws: StorageError.self) { try open() }
        successor.close()
        try open().close()
    }

    @Test func `two servers write while one takes over`() async throws {
        let first = try open()
        let second = try open(allowsSecond: true)
        defer {
            first.close()
            second.close()
        }
        try await Store(first).commit([.insertCode(.sample())])
        let won = try await winners(of: 60) {
            let store = Store(Bool.random() ? first : second)
            return try await store.applies([
                .spendCode(sampleID(1), secretDigest: digest(1), in: woodgrove, at: now)
            ])
        }
        #expect(won == 1)
    }

    @Test func `a commit after closing is refused, and one before is kept`() async throws {
        let database = try open()
        let store = Store(database)
        try await store.commit([.insertSession(.sample())])
        database.close()
        await #expect(throws: StorageError.closed) { try await store.commit([.insertSession(.sample(2))]) }
        await #expect(throws: StorageError.closed) { _ = try await store.session(woodgrove, sampleID(70)) }
        #expect(throws: StorageError.closed) { _ = try database.dataVersion() }
    }

    @Test func `the data version changes with a commit and only then`() async throws {
        let database = try open()
        defer { database.close() }
        let before = try database.dataVersion()
        #expect(try database.dataVersion() == before)
        try await Store(database).commit([.insertSession(.sample())])
        #expect(try database.dataVersion() != before)
    }

    @Test func `a backup is whole, private, and taken while the database is written`() async throws {
        let database = try open()
        defer { database.close() }
        let store = Store(database)
        try await store.commit([.insertUser(.sample(), in: woodgrove)])
        let target = folder.file("backup.db")
        async let writing = winners(of: 50) {
            var mail = OutgoingMail.sample()
            mail.id = .random { count in (0..<count).map { _ in UInt8.random(in: 0...255) } }
            return try await store.applies([.enqueueMail(mail)])
        }
        try database.backup(to: target)
        _ = try await writing
        #expect(try permissions(target) == 0o600)
        #expect(!FileManager.default.fileExists(atPath: target + ".part"))
        let restored = try SQLiteDatabase.open(path: target)
        defer { restored.close() }
        #expect(try await Store(restored).user(woodgrove, sampleID(1)) == .sample())
        #expect(throws: StorageError.self) { try database.backup(to: "/nowhere/backup.db") }
    }

    @Test func `every file is for its owner only`() async throws {
        let database = try open()
        defer { database.close() }
        try await Store(database).commit([.insertSession(.sample())])
        for suffix in ["", "-wal", "-shm", ".lock"] { #expect(try permissions(path + suffix) == 0o600, "\(suffix)") }
    }

    @Test func `the log is copied back while the database is in use, and does not grow without end`() async throws {
        let database = try open()
        defer { database.close() }
        let store = Store(database)
        var mail = OutgoingMail.sample()
        mail.text = String(repeating: "x", count: 100_000)
        for _ in 0..<400 {
            mail.id = .random { count in (0..<count).map { _ in UInt8.random(in: 0...255) } }
            try await store.commit([.enqueueMail(mail)])
        }
        #expect(try size(path + "-wal") < 20_000_000)
    }
}
