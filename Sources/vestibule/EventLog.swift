import Cryptography
import FoundationEssentials
import Glibc
import JSON

/// The program's log: one JSON object a line, on standard error, each line with one write, so that lines of several
/// threads never mix.
struct EventLog: Sendable {
    var write: @Sendable ([UInt8]) -> Void

    static let standard = EventLog { FileAccess.writeAll($0 + [0x0A], to: STDERR_FILENO) }

    func event(_ name: String, _ members: [(String, JSONValue)] = []) {
        var object: JSONObject = ["at": .string(Date().iso8601Text), "event": .string(name)]
        for (name, value) in members { object[name] = value }
        write(JSONWriter.write(.object(object)))
    }

    func error(_ name: String, _ sentence: String) { event(name, [("error", .string(sentence))]) }
}

extension Date {
    /// `2026-11-21T13:00:00Z`.
    var iso8601Text: String { formatted(.iso8601) }
}
