/// A CBOR value (RFC 8949) of the kinds that authenticators send.
package enum CBOR: Sendable, Hashable {
    case integer(Int64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    case map([CBOR: CBOR])
    case bool(Bool)
    case null

    package enum Fault: Error, Sendable, Hashable {
        case truncated
        case tooDeep
        /// A length or number that is not in its shortest form, or of no definite length.
        case notCanonical
        case duplicateKey
        case notUTF8
        /// A tag, a float, an undefined value, or a number beyond 64 bits signed.
        case unsupported
        case trailingBytes
    }

    package subscript(_ key: Int64) -> CBOR? {
        guard case .map(let map) = self else { return nil }
        return map[.integer(key)]
    }

    package subscript(_ key: String) -> CBOR? {
        guard case .map(let map) = self else { return nil }
        return map[.text(key)]
    }

    package var bytes: [UInt8]? {
        guard case .bytes(let bytes) = self else { return nil }
        return bytes
    }

    package var integer: Int64? {
        guard case .integer(let integer) = self else { return nil }
        return integer
    }

    package var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    package var array: [CBOR]? {
        guard case .array(let array) = self else { return nil }
        return array
    }
}

extension CBOR {
    private static let depthLimit = 8

    /// Reads one value that takes up all the bytes.
    package static func read(_ bytes: [UInt8]) throws(Fault) -> CBOR {
        let (value, end) = try read(prefixOf: bytes[...])
        guard end == bytes.endIndex else { throw .trailingBytes }
        return value
    }

    /// Reads one value and says where it ends. Numbers and lengths must be in their shortest form and of definite length,
    /// and no key may come twice (CTAP2 §6, "canonical CBOR"); the order of keys is passed over, because some
    /// authenticators don't keep it.
    package static func read(prefixOf bytes: ArraySlice<UInt8>) throws(Fault) -> (value: CBOR, end: Int) {
        var reader = CBORReader(bytes: bytes)
        let value = try reader.value(depth: 0)
        return (value, reader.position)
    }

    private struct CBORReader {
        let bytes: ArraySlice<UInt8>
        var position: Int

        init(bytes: ArraySlice<UInt8>) {
            self.bytes = bytes
            position = bytes.startIndex
        }

        mutating func value(depth: Int) throws(Fault) -> CBOR {
            guard depth < CBOR.depthLimit else { throw .tooDeep }
            guard position < bytes.endIndex else { throw .truncated }
            let first = bytes[position]
            position += 1
            let low = first & 0x1F
            switch first >> 5 {
            case 0: return .integer(try signed(try argument(low)))
            case 1: return .integer(-1 - (try signed(try argument(low))))
            case 2: return .bytes(Array(try take(try length(low))))
            case 3:
                guard let text = String(validating: try take(try length(low)), as: UTF8.self) else { throw .notUTF8 }
                return .text(text)
            case 4:
                var elements: [CBOR] = []
                for _ in 0..<(try length(low)) { elements.append(try value(depth: depth + 1)) }
                return .array(elements)
            case 5:
                var map: [CBOR: CBOR] = [:]
                for _ in 0..<(try length(low)) {
                    let key = try value(depth: depth + 1)
                    guard map.updateValue(try value(depth: depth + 1), forKey: key) == nil else { throw .duplicateKey }
                }
                return .map(map)
            case 7:
                switch low {
                case 20: return .bool(false)
                case 21: return .bool(true)
                case 22: return .null
                default: throw .unsupported
                }
            default: throw .unsupported
            }
        }

        private mutating func argument(_ low: UInt8) throws(Fault) -> UInt64 {
            switch low {
            case 0..<24: return UInt64(low)
            case 24...27:
                let count = 1 << Int(low - 24)
                let value = try take(count).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                let least: UInt64 = count == 1 ? 24 : 1 << UInt64(count * 4)
                guard value >= least else { throw .notCanonical }
                return value
            default: throw .notCanonical
            }
        }

        private func signed(_ value: UInt64) throws(Fault) -> Int64 {
            guard let value = Int64(exactly: value) else { throw .unsupported }
            return value
        }

        /// No more elements or bytes than could follow: nothing is allocated on a sender's word.
        private mutating func length(_ low: UInt8) throws(Fault) -> Int {
            let value = try argument(low)
            guard value <= UInt64(bytes.endIndex - position) else { throw .truncated }
            return Int(value)
        }

        private mutating func take(_ count: Int) throws(Fault) -> ArraySlice<UInt8> {
            guard count <= bytes.endIndex - position else { throw .truncated }
            defer { position += count }
            return bytes[position..<(position + count)]
        }
    }
}
