internal import COpenSSL

/// Bytes that must not reach a log: a key, a password, a token. It does not print, dump or interpolate, compares in
/// constant time, and its last owner wipes it.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let storage: Storage

    package init(_ bytes: [UInt8]) { storage = Storage(bytes) }

    package init(utf8 string: String) { storage = Storage(Array(string.utf8)) }

    /// The number of bytes, which is not secret.
    package var count: Int { storage.count }

    /// The only way to read. What the body copies out is no longer wiped or hidden.
    package func withBytes<R, E: Error>(_ body: ([UInt8]) throws(E) -> R) throws(E) -> R {
        try body(storage.bytes)
    }

    package static func == (a: Secret, b: Secret) -> Bool { constantTimeEqual(a.storage.bytes, b.storage.bytes) }

    package var description: String { "Secret(hidden)" }
    package var debugDescription: String { "Secret(hidden)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

private final class Storage: Sendable {
    let count: Int
    // Safe to share: written in init and in deinit only, when there is exactly one owner.
    private(set) nonisolated(unsafe) var bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.count = bytes.count
        self.bytes = bytes
    }

    // Copy on write spares a copy that a `withBytes` body kept: then a copy is wiped, and the keeper's stays.
    deinit { wipe(&bytes) }
}

/// Overwrites the bytes in a way that the optimizer may not remove.
func wipe(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { buffer in
        if let base = buffer.baseAddress { OPENSSL_cleanse(base, buffer.count) }
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
package func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
            guard let first = a.baseAddress, let second = b.baseAddress else { return true }
            return CRYPTO_memcmp(first, second, a.count) == 0
        }
    }
}
