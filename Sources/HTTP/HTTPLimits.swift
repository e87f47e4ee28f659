/// How large a request may be. Lengths are in octets.
package struct HTTPLimits: Sendable, Equatable {
    /// Request line and fields with their line ends; beyond it 431.
    package var head: Int
    /// Number of fields; beyond it 431.
    package var fields: Int
    /// One field, name and value; beyond it 431.
    package var fieldLine: Int
    /// The request target; beyond it 414.
    package var target: Int
    /// The content, however it was framed; beyond it 413, decided before anything is kept.
    package var body: Int

    package init(
        head: Int = 16 << 10, fields: Int = 100, fieldLine: Int = 8 << 10, target: Int = 8 << 10, body: Int = 1 << 20
    ) {
        self.head = head
        self.fields = fields
        self.fieldLine = fieldLine
        self.target = target
        self.body = body
    }

    package static let `default` = HTTPLimits()

    /// A request line around a target: the longest method, the version, two spaces.
    var requestLine: Int { target + 24 }
}

/// Why a request was refused. The connection must be closed after the answer: where the next request would begin is
/// exactly what can no longer be known.
package struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The status to answer: 400, 413, 414, 417, 431, 501 or 505.
    package let status: Int
    /// One clause for the log and for the answer's body; never repeats what the client sent.
    package let reason: String

    package init(status: Int, reason: String) {
        self.status = status
        self.reason = reason
    }

    package var description: String { "\(status) \(reason)" }

    static func badRequest(_ reason: String) -> Fault { Fault(status: 400, reason: reason) }
}
