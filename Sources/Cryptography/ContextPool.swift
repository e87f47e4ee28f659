internal import COpenSSL
import Synchronization

/// Idle OpenSSL contexts, kept because making one costs more than many of the operations it serves: an EVP_PKEY_CTX
/// that has been initialised signs at the rate of `openssl speed`; a fresh EVP_DigestSign costs 14 % more.
///
/// A context is taken out while it is used, so no two threads ever share one; one whose operation failed is freed.
/// Slots keep differently prepared contexts of one owner apart (the schemes of one RSA key).
final class ContextPool: Sendable {
    private let idle: Mutex<[[Context]]>
    private let make: @Sendable (_ slot: Int) -> OpaquePointer?
    private let free: @Sendable (OpaquePointer) -> Void

    /// Enough for one operation in flight on each of a few loops; the rest are made and freed.
    private static let idleLimit = 8

    init(
        slots: Int = 1, make: @escaping @Sendable (_ slot: Int) -> OpaquePointer?,
        free: @escaping @Sendable (OpaquePointer) -> Void
    ) {
        idle = Mutex(Array(repeating: [], count: slots))
        self.make = make
        self.free = free
    }

    deinit {
        for context in idle.withLock({ $0.joined().map(\.self) }) { free(context.pointer) }
    }

    /// Runs the body with a context. `nil`, from the body or because none could be made, means that OpenSSL refused.
    func withContext<R>(slot: Int = 0, _ body: (OpaquePointer) -> R?) -> R? {
        guard let context = idle.withLock({ $0[slot].popLast() })?.pointer ?? make(slot) else {
            ERR_clear_error()
            return nil
        }
        guard let result = body(context) else {
            free(context)
            ERR_clear_error()
            return nil
        }
        let returned = Context(pointer: context)
        let kept = idle.withLock { idle in
            guard idle[slot].count < Self.idleLimit else { return false }
            idle[slot].append(returned)
            return true
        }
        if !kept { free(context) }
        return result
    }
}

/// A context on its way between threads.
// Safe to send: a context in a pool has no user, and taking it out is exclusive.
private struct Context: @unchecked Sendable {
    let pointer: OpaquePointer
}

/// An algorithm of OpenSSL's, fetched once: a fetch by name takes a lock and a search each time.
// Safe to share: EVP_MD, EVP_CIPHER, EVP_MAC and EVP_KDF are immutable once fetched, and these live for ever.
struct FetchedAlgorithm: @unchecked Sendable {
    let pointer: OpaquePointer

    /// A library without SHA-2, AES or HMAC is not one that a gateway can run on.
    init(_ name: String, _ fetched: OpaquePointer?) {
        guard let fetched else { fatalError("This OpenSSL has no \(name).") }
        pointer = fetched
    }
}
