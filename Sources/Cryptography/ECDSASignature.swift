/// The two spellings of an ECDSA signature: OpenSSL's `SEQUENCE { INTEGER r, INTEGER s }` and JOSE's `r || s`.
enum ECDSASignature {
    /// The DER of a raw signature; `nil` unless each half is as long as the field, not zero and below the curve's
    /// order. A verifier that let `r = s = 0` through would accept it for every message (CVE-2022-21449).
    static func der(raw: [UInt8], curve: EllipticCurve) -> [UInt8]? {
        let size = curve.byteCount
        guard raw.count == size * 2 else { return nil }
        let (r, s) = (raw[..<size], raw[size...])
        let order = curve.order
        guard order.count == size, isInRange(r, below: order), isInRange(s, below: order) else { return nil }
        let contents = integer(r) + integer(s)
        // Two P-521 integers are 138 bytes, which take the long form of the length.
        let length: [UInt8] = contents.count < 128 ? [UInt8(contents.count)] : [0x81, UInt8(contents.count)]
        return [0x30] + length + contents
    }

    /// The raw form of what OpenSSL wrote; `nil` if it is not strict DER of two positive integers that fit.
    static func raw(der: UnsafeBufferPointer<UInt8>, curve: EllipticCurve) -> [UInt8]? {
        let size = curve.byteCount
        var at = 0
        guard der.count > 2, der[0] == 0x30 else { return nil }
        if der[1] < 0x80 {
            guard Int(der[1]) == der.count - 2 else { return nil }
            at = 2
        } else {
            guard der[1] == 0x81, der[2] >= 0x80, Int(der[2]) == der.count - 3 else { return nil }
            at = 3
        }
        var valid = true
        let raw = [UInt8](unsafeUninitializedCapacity: size * 2) { raw, initialized in
            raw.initialize(repeating: 0)
            valid = take(der, &at, into: raw, start: 0, size) && take(der, &at, into: raw, start: size, size)
            initialized = size * 2
        }
        return valid && at == der.count ? raw : nil
    }

    private static func take(
        _ der: UnsafeBufferPointer<UInt8>, _ at: inout Int, into raw: UnsafeMutableBufferPointer<UInt8>, start: Int,
        _ size: Int
    ) -> Bool {
        guard at + 2 < der.count, der[at] == 0x02, der[at + 1] > 0, der[at + 1] < 0x80 else { return false }
        var count = Int(der[at + 1])
        at += 2
        guard at + count <= der.count, der[at] < 0x80 else { return false }
        if der[at] == 0 {
            guard count > 1, der[at + 1] >= 0x80 else { return false }
            at += 1
            count -= 1
        }
        guard count <= size else { return false }
        for index in 0..<count { raw[start + size - count + index] = der[at + index] }
        at += count
        return true
    }

    private static func isInRange(_ value: ArraySlice<UInt8>, below order: [UInt8]) -> Bool {
        value.contains { $0 != 0 } && value.lexicographicallyPrecedes(order)
    }

    private static func integer(_ value: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(value.drop { $0 == 0 })
        if let first = digits.first, first >= 0x80 { digits.insert(0, at: 0) }
        return [0x02, UInt8(digits.count)] + digits
    }
}
