internal import Directory
internal import FoundationEssentials
internal import JSON

/// One row of an answer, in the order of the statement's columns.
package struct Row: Sendable, Hashable {
    package let values: [SQLValue]

    package init(_ values: [SQLValue]) { self.values = values }
}

/// A value that is a row of some statement.
protocol RowDecodable {
    init(_ row: inout RowReader) throws(StorageError)
}

/// Reads a row's columns from left to right. A column that is not what its table says is `StorageError.unreadable`:
/// somebody else wrote it, or the file is damaged.
struct RowReader {
    private let row: Row
    private var column = 0

    init(_ row: Row) { self.row = row }

    private mutating func next() throws(StorageError) -> SQLValue {
        guard column < row.values.count else { throw unreadable("is missing") }
        column += 1
        return row.values[column - 1]
    }

    private func unreadable(_ what: String) -> StorageError { .unreadable("column \(column) of a row \(what)") }

    mutating func text() throws(StorageError) -> String {
        guard let text = try textOrNil() else { throw unreadable("is null") }
        return text
    }

    mutating func textOrNil() throws(StorageError) -> String? {
        switch try next() {
        case .text(let text): return text
        case .null: return nil
        default: throw unreadable("is no text")
        }
    }

    mutating func bytes() throws(StorageError) -> [UInt8] {
        guard let bytes = try bytesOrNil() else { throw unreadable("is null") }
        return bytes
    }

    mutating func bytesOrNil() throws(StorageError) -> [UInt8]? {
        switch try next() {
        case .bytes(let bytes): return bytes
        case .null: return nil
        default: throw unreadable("is no bytes")
        }
    }

    mutating func integer() throws(StorageError) -> Int64 {
        guard let integer = try integerOrNil() else { throw unreadable("is null") }
        return integer
    }

    mutating func integerOrNil() throws(StorageError) -> Int64? {
        switch try next() {
        case .integer(let integer): return integer
        case .null: return nil
        default: throw unreadable("is no integer")
        }
    }

    mutating func int() throws(StorageError) -> Int { Int(try integer()) }

    mutating func intOrNil() throws(StorageError) -> Int? { try integerOrNil().map { Int($0) } }

    mutating func flag() throws(StorageError) -> Bool { try integer() != 0 }

    mutating func time() throws(StorageError) -> Date { Date(milliseconds: try integer()) }

    mutating func timeOrNil() throws(StorageError) -> Date? { try integerOrNil().map { Date(milliseconds: $0) } }

    mutating func id<Subject>() throws(StorageError) -> ID<Subject> {
        guard let id: ID<Subject> = try idOrNil() else { throw unreadable("is null") }
        return id
    }

    mutating func idOrNil<Subject>() throws(StorageError) -> ID<Subject>? {
        guard let bytes = try bytesOrNil() else { return nil }
        guard let id = ID<Subject>(bytes: bytes) else { throw unreadable("is no id") }
        return id
    }

    /// Null written as no bytes, where the column is part of a primary key, which has no nulls.
    mutating func idOrEmpty<Subject>() throws(StorageError) -> ID<Subject>? {
        let bytes = try bytes()
        if bytes.isEmpty { return nil }
        guard let id = ID<Subject>(bytes: bytes) else { throw unreadable("is no id") }
        return id
    }

    mutating func choice<Choice: RawRepresentable<String>>() throws(StorageError) -> Choice {
        guard let choice: Choice = try choiceOrNil() else { throw unreadable("is null") }
        return choice
    }

    mutating func choiceOrNil<Choice: RawRepresentable<String>>() throws(StorageError) -> Choice? {
        guard let text = try textOrNil() else { return nil }
        guard let choice = Choice(rawValue: text) else { throw unreadable("has the unknown value \"\(text)\"") }
        return choice
    }

    mutating func email() throws(StorageError) -> EmailAddress {
        guard let email = try emailOrNil() else { throw unreadable("is null") }
        return email
    }

    mutating func emailOrNil() throws(StorageError) -> EmailAddress? {
        guard let text = try textOrNil() else { return nil }
        guard let email = EmailAddress(text) else { throw unreadable("is no email address") }
        return email
    }

    mutating func json() throws(StorageError) -> JSONValue {
        guard let json = try jsonOrNil() else { throw unreadable("is null") }
        return json
    }

    mutating func jsonOrNil() throws(StorageError) -> JSONValue? {
        guard let text = try textOrNil() else { return nil }
        do {
            return try JSONReader.read(text, limits: .stored)
        } catch {
            throw unreadable("is no JSON: \(error)")
        }
    }

    mutating func strings() throws(StorageError) -> [String] {
        let text = try text()
        if text == "[]" { return [] }
        guard let strings = try? JSONReader.read(text, limits: .stored).strings else {
            throw unreadable("is no list of strings")
        }
        return strings
    }
}

extension JSONLimits {
    /// For what we wrote ourselves.
    static let stored = JSONLimits(bytes: 64 << 20, depth: 64)
}
