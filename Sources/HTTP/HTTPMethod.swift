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
        let start = bytes.startIndex
        switch bytes.count {
        case 3 where bytes[start] == UInt8(ascii: "G"): self = .get
        case 3: self = .put
        case 4 where bytes[start] == UInt8(ascii: "P"): self = .post
        case 4: self = .head
        case 5: self = .patch
        case 6: self = .delete
        case 7: self = .options
        default: return nil
        }
        guard bytes.elementsEqual(rawValue.utf8) else { return nil }
    }
}
