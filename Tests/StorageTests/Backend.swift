import FoundationEssentials
import Storage
import StorageSQLite
import Testing

/// An engine that the suite runs on.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case sqlite

    static var available: [Backend] { allCases }

    var testDescription: String { rawValue }

    /// A new, empty database, gone when the body has ended.
    func withStore<Answer>(_ body: (Store) async throws -> Answer) async throws -> Answer {
        switch self {
        case .sqlite:
            let folder = try Folder()
            let database = try SQLiteDatabase.open(path: folder.file("vestibule.db"))
            defer { database.close() }
            return try await body(Store(database))
        }
    }
}

/// A folder that is gone with its value.
final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/storage-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}
