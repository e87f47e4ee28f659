internal import Glibc

/// A set of ASCII octets as two words: membership is a shift, and no table is read.
struct OctetSet: Sendable {
    let low: UInt64
    let high: UInt64

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        if byte < 64 { return low >> UInt64(byte) & 1 == 1 }
        return byte < 128 && high >> UInt64(byte & 63) & 1 == 1
    }

    func contains(all bytes: some Sequence<UInt8>) -> Bool {
        let inOne = bytes.withContiguousStorageIfAvailable { bytes in
            for byte in bytes where !contains(byte) { return false }
            return true
        }
        return inOne ?? bytes.allSatisfy(contains)
    }

    /// `tchar`, RFC 9110 §5.6.2.
    static let token = OctetSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    /// RFC 3986 §2.3.
    static let unreserved = OctetSet(low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    /// `pchar`, `/` and the percent sign, RFC 3986 §3.3.
    static let path = OctetSet(low: 0x2FFF_FFF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)
    /// Query and fragment, RFC 3986 §3.4.
    static let query = OctetSet(low: 0xAFFF_FFF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)
    /// What browsers send in a query: they leave more unescaped than RFC 3986 allows (WHATWG URL, query percent-encode
    /// set), so every visible octet but `"`, `#`, `<` and `>`.
    static let sentQuery = OctetSet(low: 0xAFFF_FFF2_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF)
    /// `cookie-octet`, RFC 6265 §4.1.1.
    static let cookieValue = OctetSet(low: 0xF7FF_EFFA_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFF)
    /// Letters, digits, hyphen, dot, and the underscore that container networks use.
    static let hostName = OctetSet(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
}

enum Octets {
    static let cr: UInt8 = 0x0D
    static let lf: UInt8 = 0x0A
    static let tab: UInt8 = 0x09
    static let space: UInt8 = 0x20

    /// The first place in `range` whose octet is not visible ASCII or a space; the range's end where there is none.
    ///
    /// Eight octets at a time. In the word tests the lowest marked octet is always a true one: a borrow can only mark
    /// octets above it.
    static func firstNotPlain(in bytes: [UInt8], _ range: Range<Int>) -> Int {
        precondition(range.upperBound <= bytes.count)
        return bytes.withUnsafeBytes { bytes in
            var at = range.lowerBound
            let ones: UInt64 = 0x0101_0101_0101_0101
            let tops: UInt64 = 0x8080_8080_8080_8080
            while at + 8 <= range.upperBound {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                let controls = (word &- ones &* 0x20) & ~word
                let deletes = word ^ (ones &* 0x7F)
                let marks = (controls | word | ((deletes &- ones) & ~deletes)) & tops
                if marks != 0 { return at + marks.trailingZeroBitCount / 8 }
                at += 8
            }
            while at < range.upperBound, bytes[at] >= 0x20, bytes[at] < 0x7F { at += 1 }
            return at
        }
    }

    /// `A` to `Z` as `a` to `z`, every other octet as it is.
    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Equal when the letters' case is set aside; `lowercase` must be lower case already.
    static func equal(_ bytes: ArraySlice<UInt8>, ignoringCase lowercase: StaticString) -> Bool {
        guard bytes.count == lowercase.utf8CodeUnitCount else { return false }
        let other = UnsafeBufferPointer(start: lowercase.utf8Start, count: lowercase.utf8CodeUnitCount)
        return bytes.elementsEqual(other) { Octets.lowercased($0) == $1 }
    }
}

extension String {
    /// Equal byte for byte. `==` alone also holds for strings that Unicode calls canonically equivalent, such as `K` and
    /// the Kelvin sign.
    func hasSameBytes(as other: String) -> Bool {
        // Same bytes are always equal, and finding out that two short texts are not takes a few instructions.
        guard utf8.count == other.utf8.count, self == other else { return false }
        var (mine, theirs) = (self, other)
        return mine.withUTF8 { mine in
            theirs.withUTF8 { theirs in
                guard let left = mine.baseAddress, let right = theirs.baseAddress else { return true }
                return memcmp(left, right, mine.count) == 0
            }
        }
    }
}
