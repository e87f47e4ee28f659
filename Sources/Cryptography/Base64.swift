/// Base64 with the URL alphabet and no padding (RFC 4648 §5), as JOSE writes it.
package enum Base64URL {
    package static func encode(_ bytes: [UInt8]) -> String { Base64Coding.url.string(bytes) }

    /// The same as ASCII bytes, for writers that never need a `String`.
    package static func encodedBytes(_ bytes: [UInt8]) -> [UInt8] {
        var encoded: [UInt8] = []
        append(bytes, to: &encoded)
        return encoded
    }

    /// Appends the encoding of `bytes`.
    package static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: Base64Coding.url.encodedCount(bytes.count)))
        output.withUnsafeMutableBufferPointer { output in
            Base64Coding.url.encode(bytes, into: UnsafeMutableBufferPointer(rebasing: output[start...]))
        }
    }

    /// Strict: no padding, no white space, no character of the other alphabet, and the bits left over are zero, so
    /// that a byte string has exactly one encoding. `nil` for anything else.
    package static func decode(_ encoded: some Collection<UInt8>) -> [UInt8]? { Base64Coding.url.decode(encoded) }

    package static func decode(_ encoded: String) -> [UInt8]? { Base64Coding.url.decode(encoded.utf8) }
}

/// Base64 with the standard alphabet and padding (RFC 4648 §4).
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String { Base64Coding.standard.string(bytes) }

    /// Strict: padding required, no white space, the bits left over are zero. `nil` for anything else.
    package static func decode(_ encoded: some Collection<UInt8>) -> [UInt8]? { Base64Coding.standard.decode(encoded) }

    package static func decode(_ encoded: String) -> [UInt8]? { Base64Coding.standard.decode(encoded.utf8) }

    /// Strict but for white space anywhere, as PEM and XML have it.
    package static func decodeLenient(_ encoded: some Collection<UInt8>) -> [UInt8]? {
        let kept = encoded.withContiguousStorageIfAvailable(withoutWhiteSpace)
        return Base64Coding.standard.decode(kept ?? Array(encoded).withUnsafeBufferPointer(withoutWhiteSpace))
    }

    /// Not `filter`, which is called for each byte where it is not specialised.
    private static func withoutWhiteSpace(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytes.count) { kept, count in
            for byte in bytes where !(byte == 0x20 || (0x09...0x0D).contains(byte)) {
                kept[count] = byte
                count += 1
            }
        }
    }
}

/// One alphabet and one rule about padding.
struct Base64Coding: Sendable {
    static let url = Base64Coding(last: (UInt8(ascii: "-"), UInt8(ascii: "_")), padded: false)
    static let standard = Base64Coding(last: (UInt8(ascii: "+"), UInt8(ascii: "/")), padded: true)
    /// Standard alphabet, no padding: the PHC string format of password hashes.
    static let unpadded = Base64Coding(last: (UInt8(ascii: "+"), UInt8(ascii: "/")), padded: false)

    private let alphabet: [UInt8]
    /// The value of each byte; 255 where it has none.
    private let values: [UInt8]
    private let padded: Bool

    private init(last: (UInt8, UInt8), padded: Bool) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8) + [last.0, last.1]
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        (self.alphabet, self.values, self.padded) = (alphabet, values, padded)
    }

    func encodedCount(_ count: Int) -> Int { padded ? (count + 2) / 3 * 4 : (count * 4 + 2) / 3 }

    func string(_ bytes: [UInt8]) -> String {
        let count = encodedCount(bytes.count)
        return String(unsafeUninitializedCapacity: count) { output in
            encode(bytes, into: output)
            return count
        }
    }

    /// Writes the encoding into the first ``encodedCount(_:)`` places of `output`.
    func encode(_ bytes: [UInt8], into output: UnsafeMutableBufferPointer<UInt8>) {
        precondition(output.count >= encodedCount(bytes.count))
        alphabet.withUnsafeBufferPointer { alphabet in
            bytes.withUnsafeBufferPointer { bytes in
                var at = 0
                var out = 0
                while at + 3 <= bytes.count {
                    let group = UInt32(bytes[at]) << 16 | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2])
                    output[out] = alphabet[Int(group >> 18)]
                    output[out + 1] = alphabet[Int(group >> 12 & 63)]
                    output[out + 2] = alphabet[Int(group >> 6 & 63)]
                    output[out + 3] = alphabet[Int(group & 63)]
                    at += 3
                    out += 4
                }
                let left = bytes.count - at
                guard left > 0 else { return }
                let group = UInt32(bytes[at]) << 16 | (left == 2 ? UInt32(bytes[at + 1]) << 8 : 0)
                output[out] = alphabet[Int(group >> 18)]
                output[out + 1] = alphabet[Int(group >> 12 & 63)]
                if left == 2 { output[out + 2] = alphabet[Int(group >> 6 & 63)] }
                guard padded else { return }
                for place in left + 1..<4 { output[out + place] = UInt8(ascii: "=") }
            }
        }
    }

    func decode(_ encoded: some Collection<UInt8>) -> [UInt8]? {
        if let decoded = encoded.withContiguousStorageIfAvailable({ decode(buffer: $0) }) { return decoded }
        return Array(encoded).withUnsafeBufferPointer { decode(buffer: $0) }
    }

    private func decode(buffer encoded: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var count = encoded.count
        if padded {
            guard count % 4 == 0 else { return nil }
            // One or two at the very end; more, or one elsewhere, has no value and fails below.
            for _ in 0..<2 where count > 0 && encoded[count - 1] == UInt8(ascii: "=") { count -= 1 }
        }
        let left = count % 4
        guard left != 1 else { return nil }
        let size = count / 4 * 3 + (left == 0 ? 0 : left - 1)
        var valid = true
        let decoded = [UInt8](unsafeUninitializedCapacity: size) { output, initialized in
            valid = values.withUnsafeBufferPointer { decode(encoded, count, values: $0, into: output) }
            initialized = valid ? size : 0
        }
        return valid ? decoded : nil
    }

    private func decode(
        _ encoded: UnsafeBufferPointer<UInt8>, _ count: Int, values: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        var seen: UInt8 = 0
        var at = 0
        var out = 0
        while at + 4 <= count {
            let (a, b) = (values[Int(encoded[at])], values[Int(encoded[at + 1])])
            let (c, d) = (values[Int(encoded[at + 2])], values[Int(encoded[at + 3])])
            seen |= a | b | c | d
            output[out] = a << 2 | b >> 4
            output[out + 1] = b << 4 | c >> 2
            output[out + 2] = c << 6 | d
            at += 4
            out += 3
        }
        let left = count - at
        guard left > 0 else { return seen < 64 }
        let (a, b) = (values[Int(encoded[at])], values[Int(encoded[at + 1])])
        let c = left == 3 ? values[Int(encoded[at + 2])] : 0
        seen |= a | b | c
        guard seen < 64, left == 3 ? c & 0b11 == 0 : b & 0b1111 == 0 else { return false }
        output[out] = a << 2 | b >> 4
        if left == 3 { output[out + 1] = b << 4 | c >> 2 }
        return true
    }
}
