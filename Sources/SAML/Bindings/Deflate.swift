internal import CZlib

/// Raw DEFLATE, RFC 1951, as the HTTP-Redirect binding has it (SAML Bindings §3.4.4.1).
enum Deflate {
    enum Fault: Error, Hashable {
        case tooLarge
        /// Broken, cut off, or followed by something else.
        case malformed
    }

    /// Inflates at most `limit` bytes. A bomb costs what the limit allows and no more: the output grows as it comes.
    static func inflate(_ bytes: [UInt8], limit: Int) throws(Fault) -> [UInt8] {
        guard !bytes.isEmpty, bytes.count <= limit else { throw bytes.isEmpty ? .malformed : .tooLarge }
        var stream = z_stream()
        guard shim_inflate_init_raw(&stream) == Z_OK else { throw .malformed }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var fault: Fault?
        bytes.withUnsafeBufferPointer { input in
            // zlib reads from next_in; the type is from before const.
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 8192) { chunk in
                while true {
                    stream.next_out = chunk.baseAddress
                    stream.avail_out = UInt32(chunk.count)
                    let result = CZlib.inflate(&stream, Z_NO_FLUSH)
                    let count = chunk.count - Int(stream.avail_out)
                    if output.count + count > limit {
                        fault = .tooLarge
                        return
                    }
                    output += chunk[..<count]
                    if result == Z_STREAM_END { break }
                    // Z_BUF_ERROR: it wants more than there is.
                    guard result == Z_OK, count > 0 || stream.avail_in > 0 else {
                        fault = .malformed
                        return
                    }
                }
                if stream.avail_in > 0 { fault = .malformed }
            }
        }
        if let fault { throw fault }
        return output
    }

    static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        guard shim_deflate_init_raw(&stream) == Z_OK else { fatalError("zlib could not start.") }
        defer { deflateEnd(&stream) }
        let capacity = Int(deflateBound(&stream, UInt(bytes.count)))
        return bytes.withUnsafeBufferPointer { input in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            return [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                guard CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END else {
                    fatalError("zlib could not deflate into what it asked for.")
                }
                count = output.count - Int(stream.avail_out)
            }
        }
    }
}
