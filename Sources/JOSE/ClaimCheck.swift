internal import FoundationEssentials
internal import JSON

/// One comparison that was made on the claims of a verified token, kept for the sign-in's record and for the commands
/// that explain a refusal.
package struct ClaimCheck: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case passed
        case failed(JOSEError)
        /// The caller gave nothing to compare with. The server always does.
        case skipped
    }

    package let name: String
    package let outcome: Outcome
    package let expected: String?
    package let actual: String?

    static func passed(_ name: String, expected: String? = nil, actual: String? = nil) -> ClaimCheck {
        ClaimCheck(name: name, outcome: .passed, expected: expected, actual: actual)
    }

    static func skipped(_ name: String, actual: String? = nil) -> ClaimCheck {
        ClaimCheck(name: name, outcome: .skipped, expected: nil, actual: actual)
    }

    static func failed(
        _ name: String, _ error: JOSEError, expected: String? = nil, actual: String? = nil
    ) -> ClaimCheck {
        ClaimCheck(name: name, outcome: .failed(error), expected: expected, actual: actual)
    }
}

extension [ClaimCheck] {
    /// The first rule that failed, in order.
    package var firstFailure: JOSEError? {
        for check in self {
            if case .failed(let error) = check.outcome { return error }
        }
        return nil
    }

    /// Whether every rule had something to compare with.
    package var isComplete: Bool { !contains { $0.outcome == .skipped } }
}

/// A NumericDate (RFC 7519 §2): seconds since 1970, a fraction allowed.
struct NumericDate {
    let seconds: Double

    init?(_ value: JSONValue?) {
        guard let seconds = value?.double else { return nil }
        self.seconds = seconds
    }

    init(_ date: Date) { seconds = date.timeIntervalSince1970 }

    var shown: String { seconds.magnitude < 1e15 ? String(Int64(seconds)) : String(seconds) }
}

/// The values of `aud`, which is a string or an array of strings; nil for anything else, and for none.
func audienceValues(in claims: JSONObject) -> [String]? {
    switch claims["aud"] {
    case .string(let one)?: return [one]
    case .array?:
        guard let several = claims["aud"]?.strings, !several.isEmpty else { return nil }
        return several
    default: return nil
    }
}

/// A claim's value as a person reads it.
func shownClaim(_ value: JSONValue?) -> String? {
    switch value {
    case nil: nil
    case .string(let string)?: string
    case let other?: String(decoding: JSONWriter.write(other), as: UTF8.self)
    }
}
