/// The methods that some address of ours answers (RFC 9110 §9.3, RFC 5789). Any other is refused with 501.
package enum HTTPMethod: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"

    package var description: String { rawValue }

    /// Methods are case-sensitive.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count < 8 else { return nil }
        var word: UInt64 = 0
        for byte in bytes { word = word << 8 | UInt64(byte) }
        switch word {
        case 0x474554: self = .get
        case 0x4845_4144: self = .head
        case 0x504F_5354: self = .post
        case 0x505554: self = .put
        case 0x50_4154_4348: self = .patch
        case 0x4445_4C45_5445: self = .delete
        case 0x4F_5054_494F_4E53: self = .options
        default: return nil
        }
    }

    /// Its place in ``allCases``.
    var index: Int {
        switch self {
        case .get: 0
        case .head: 1
        case .post: 2
        case .put: 3
        case .patch: 4
        case .delete: 5
        case .options: 6
        }
    }
}
