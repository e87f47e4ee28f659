internal import COpenSSL
internal import Cryptography
import Synchronization

/// The keys that protect session tickets. They live in memory only, rotate by age, outlast a reload of the
/// certificate, and a key that no longer makes tickets still reads those it made until they have expired.
final class TLSTicketKeys: Sendable {
    struct Key: Sendable {
        let name: [UInt8]
        let cipherKey: [UInt8]
        let macKey: [UInt8]
        let madeAt: UInt64
    }

    /// How long a ticket can be used, and how long a key makes them, in milliseconds.
    static let lifetime: UInt64 = 8 * 3_600_000

    private let now: @Sendable () -> UInt64
    private let randomBytes: @Sendable (Int) -> [UInt8]
    private let keys = Mutex<[Key]>([])

    init(now: @escaping @Sendable () -> UInt64, randomBytes: @escaping @Sendable (Int) -> [UInt8]) {
        self.now = now
        self.randomBytes = randomBytes
    }

    /// The key that protects a new ticket.
    func current() -> Key {
        keys.withLock { keys in
            let time = now()
            if let newest = keys.first, time &- newest.madeAt < Self.lifetime { return newest }
            let made = Key(name: randomBytes(16), cipherKey: randomBytes(32), macKey: randomBytes(32), madeAt: time)
            // A ticket made in a key's last moment lives one lifetime more.
            keys = [made] + keys.filter { time &- $0.madeAt < 2 * Self.lifetime }
            return made
        }
    }

    /// The key of that name with whether its ticket should be replaced; nil when unknown or expired.
    func find(_ name: UnsafeBufferPointer<UInt8>) -> (key: Key, isOld: Bool)? {
        keys.withLock { keys in
            guard let index = keys.firstIndex(where: { $0.name.elementsEqual(name) }) else { return nil }
            guard now() &- keys[index].madeAt < 2 * Self.lifetime else { return nil }
            return (keys[index], index > 0)
        }
    }
}

/// OpenSSL's ticket callback: 1 use it, 2 use and replace it, 0 no such key (a full handshake follows), -1 failed.
let ticketCallback: shim_ticket_callback = { ssl, name, iv, cipher, mac, encrypting in
    guard let ssl, let name, let iv, let context = TLSContext.of(ssl) else { return -1 }
    if encrypting == 1 {
        let key = context.ticketKeys.current()
        name.update(from: key.name, count: 16)
        guard RAND_bytes(iv, 16) == 1 else { return -1 }
        return shim_ticket_protect(cipher, mac, key.cipherKey, key.macKey, iv, 1) == 1 ? 1 : -1
    }
    guard let (key, isOld) = context.ticketKeys.find(UnsafeBufferPointer(start: name, count: 16)) else { return 0 }
    guard shim_ticket_protect(cipher, mac, key.cipherKey, key.macKey, iv, 0) == 1 else { return -1 }
    return isOld ? 2 : 1
}
