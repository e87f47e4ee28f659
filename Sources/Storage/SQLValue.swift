package import Directory
package import FoundationEssentials
package import JSON

/// What a statement's placeholder is bound to, and what a column answers: the types that both engines share.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}

// MARK: - What our values become

extension SQLValue {
    package static func id<Subject>(_ id: ID<Subject>) -> SQLValue { .bytes(id.bytes) }

    package static func idOrNull<Subject>(_ id: ID<Subject>?) -> SQLValue { id.map { .bytes($0.bytes) } ?? .null }

    package static func time(_ date: Date) -> SQLValue { .integer(date.milliseconds) }

    package static func timeOrNull(_ date: Date?) -> SQLValue { date.map { .integer($0.milliseconds) } ?? .null }

    package static func int(_ value: Int) -> SQLValue { .integer(Int64(value)) }

    package static func intOrNull(_ value: Int?) -> SQLValue { value.map { .integer(Int64($0)) } ?? .null }

    /// 0 or 1: SQLite has no boolean.
    package static func flag(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }

    package static func textOrNull(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }

    package static func bytesOrNull(_ value: [UInt8]?) -> SQLValue { value.map { .bytes($0) } ?? .null }

    package static func choice<Choice: RawRepresentable<String>>(_ value: Choice) -> SQLValue { .text(value.rawValue) }

    package static func choiceOrNull<Choice: RawRepresentable<String>>(_ value: Choice?) -> SQLValue {
        value.map { .text($0.rawValue) } ?? .null
    }

    package static func json(_ value: JSONValue) -> SQLValue {
        .text(String(decoding: JSONWriter.write(value), as: UTF8.self))
    }

    package static func strings(_ values: [String]) -> SQLValue {
        values.isEmpty ? .text("[]") : .json(.array(values.map { .string($0) }))
    }
}

extension Date {
    /// Since 1970, to the nearest: a time read back is written as the same number again.
    package var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    package init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// As it will be read back.
    package var toMilliseconds: Date { Date(milliseconds: milliseconds) }
}
