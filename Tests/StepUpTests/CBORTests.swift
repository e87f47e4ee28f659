import Cryptography
import Testing

@testable import StepUp

@Suite("CBOR (RFC 8949)") struct CBORTests {
    /// RFC 8949 appendix A, the kinds that we read.
    static let vectors: [(String, CBOR)] = [
        ("00", .integer(0)), ("17", .integer(23)), ("1818", .integer(24)), ("1903e8", .integer(1_000)),
        ("1a000f4240", .integer(1_000_000)), ("1b000000e8d4a51000", .integer(1_000_000_000_000)),
        ("20", .integer(-1)), ("29", .integer(-10)), ("3863", .integer(-100)), ("3903e7", .integer(-1_000)),
        ("f4", .bool(false)), ("f5", .bool(true)), ("f6", .null), ("40", .bytes([])),
        ("4401020304", .bytes([1, 2, 3, 4])), ("60", .text("")), ("6161", .text("a")), ("6449455446", .text("IETF")),
        ("62c3bc", .text("ü")), ("80", .array([])), ("83010203", .array([.integer(1), .integer(2), .integer(3)])),
        ("a0", .map([:])), ("a201020304", .map([.integer(1): .integer(2), .integer(3): .integer(4)])),
        (
            "a26161016162820203",
            .map([.text("a"): .integer(1), .text("b"): .array([.integer(2), .integer(3)])])
        ),
        ("3b7fffffffffffffff", .integer(.min)),
    ]

    @Test(arguments: vectors) func `the vectors of the RFC`(hex: String, value: CBOR) throws {
        #expect(try CBOR.read(try #require(Hex.decode(hex))) == value)
    }

    static let faults: [(String, CBOR.Fault)] = [
        ("", .truncated), ("18", .truncated), ("1817", .notCanonical), ("190017", .notCanonical),
        ("1a0000ffff", .notCanonical), ("1b00000000ffffffff", .notCanonical), ("1c", .notCanonical),
        ("5f42010243030405ff", .notCanonical), ("9fff", .notCanonical), ("bfff", .notCanonical),
        ("1bffffffffffffffff", .unsupported), ("c11a514b67b0", .unsupported), ("f93c00", .unsupported),
        ("f7", .unsupported), ("f818", .unsupported), ("0000", .trailingBytes), ("4401", .truncated),
        ("9a7fffffff", .truncated), ("61ff", .notUTF8), ("a201020103", .duplicateKey),
        ("818181818181818100", .tooDeep), ("bb7fffffffffffffff", .truncated),
    ]

    @Test(arguments: faults) func `what is refused`(hex: String, fault: CBOR.Fault) throws {
        let bytes = try #require(Hex.decode(hex))
        #expect(throws: fault) { try CBOR.read(bytes) }
    }
}
