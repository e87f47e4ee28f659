/// Where we are in a chunked body (RFC 9112 §7.1).
///
/// Chunk extensions and trailer fields are refused: nobody needs them in a request, and what intermediaries do with them
/// differs.
enum ChunkState: Sendable, Equatable {
    case size(Int, digits: Int)
    case sizeLF(Int)
    case data(remaining: Int)
    case dataCR
    case dataLF
    case lastCR
    case lastLF
    case finished

    /// - Parameters:
    ///   - octet: The next one; never of a chunk's data.
    ///   - room: How much more content the limits allow.
    func after(_ octet: UInt8, room: Int) throws(Fault) -> ChunkState {
        switch self {
        case .size(let size, let digits):
            if octet == Octets.cr, digits > 0 { return .sizeLF(size) }
            // Eight digits say 4 GiB, beyond any limit of ours; more would only serve to overflow somebody's counter.
            guard let digit = Octets.hexadecimalDigit(octet), digits < 8 else {
                throw .badRequest("a chunk's size is not a size")
            }
            return .size(size << 4 | Int(digit), digits: digits + 1)
        case .sizeLF(let size):
            guard octet == Octets.lf else { throw .badRequest("a chunk's size does not end its line") }
            guard size <= room else { throw Fault(status: 413, reason: "the content is longer than is taken here") }
            return size == 0 ? .lastCR : .data(remaining: size)
        case .dataCR:
            guard octet == Octets.cr else { throw .badRequest("a chunk is longer than its size") }
            return .dataLF
        case .dataLF:
            guard octet == Octets.lf else { throw .badRequest("a chunk is longer than its size") }
            return .size(0, digits: 0)
        case .lastCR:
            guard octet == Octets.cr else { throw .badRequest("trailer fields are not taken") }
            return .lastLF
        case .lastLF:
            guard octet == Octets.lf else { throw .badRequest("trailer fields are not taken") }
            return .finished
        case .data, .finished:
            return self
        }
    }
}
