package import Directory
package import FoundationEssentials
package import JSON
internal import Synchronization

/// Failures by the id that the visitor was shown: one JSON line each to the log, and the latest in memory, so that an
/// administrator can ask about one. Nothing is stored for a stranger; what a vouched person ran into is in the store.
package final class FailureLog: Sendable {
    package struct Entry: Sendable {
        package var id: String
        package var at: Date
        package var tenant: String?
        package var path: String
        package var status: Int
        package var number: Int?
        package var cause: String
        package var reasons: [Reason]

        package init(
            id: String, at: Date, tenant: String?, path: String, status: Int, number: Int? = nil, cause: String,
            reasons: [Reason] = []
        ) {
            self.id = id
            self.at = at
            self.tenant = tenant
            self.path = path
            self.status = status
            self.number = number
            self.cause = cause
            self.reasons = reasons
        }
    }

    private let latest = Mutex<(entries: [Entry], next: Int)>(([], 0))
    private let capacity: Int
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameter write: Receives one line without its newline.
    package init(capacity: Int = 5_000, write: @escaping @Sendable ([UInt8]) -> Void) {
        self.capacity = capacity
        self.write = write
    }

    package func append(_ entry: Entry) {
        latest.withLock { ring in
            if ring.entries.count < capacity {
                ring.entries.append(entry)
            } else {
                ring.entries[ring.next] = entry
                ring.next = (ring.next + 1) % capacity
            }
        }
        write(JSONWriter.write(entry.json))
    }

    package func entry(_ id: String) -> Entry? { entries(id).first }

    /// All that is remembered under an id, oldest first: a sign-in may run into several.
    package func entries(_ id: String) -> [Entry] {
        latest.withLock { ring in (ring.entries[ring.next...] + ring.entries[..<ring.next]).filter { $0.id == id } }
    }
}

extension FailureLog.Entry {
    /// The writer escapes control characters, so no value can forge a line.
    package var json: JSONValue {
        var object = JSONObject()
        object["at"] = .string(at.iso8601)
        object["event"] = "refused"
        object["id"] = .string(id)
        if let tenant { object["tenant"] = .string(tenant) }
        object["path"] = .string(path)
        object["status"] = .integer(Int64(status))
        if let number { object["number"] = .integer(Int64(number)) }
        object["cause"] = .string(cause)
        if !reasons.isEmpty { object["reasons"] = .array(reasons.map(\.json)) }
        return .object(object)
    }
}

extension Date {
    /// `2026-11-21T13:00:00Z`.
    package var iso8601: String { formatted(.iso8601) }
}
