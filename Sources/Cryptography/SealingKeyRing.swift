package import FoundationEssentials
import Synchronization

/// Sealing keys by purpose, tenant and day, derived from one master secret: what the browser holds for us.
///
/// A box's key id is the day since 1970 (24 bits) and a generation (8 bits), which moves on when a key has sealed 2³⁰
/// times. Purpose and tenant decide the key; the name (of the cookie) is authenticated with it. So a box moved to
/// another tenant, purpose or name does not open.
package struct SealingKeyRing: Sendable {
    private let master: Secret
    private let cache = KeyCache()

    /// - Parameter master: At least 32 unpredictable bytes, the same on every server of the installation.
    package init(master: Secret) {
        precondition(master.count >= 32, "a master secret is at least 32 bytes")
        self.master = master
    }

    package func seal(
        _ plaintext: [UInt8], purpose: String, tenant: [UInt8], name: String, now: Date, environment: Environment
    ) -> [UInt8] {
        let day = Self.day(now)
        for generation in UInt8.min...UInt8.max {
            let derived = key(purpose, tenant, day: day, generation: generation)
            let key = cache.keep(derived, for: KeyName(purpose: purpose, tenant: tenant, id: derived.id), today: day)
            let box = key.sealUnlessSpent(plaintext, associatedData: Array(name.utf8), environment: environment)
            if let box { return box }
        }
        preconditionFailure("nobody seals 2^38 times in a day")
    }

    /// `nil` unless the ring sealed it for exactly this purpose, tenant and name, today or at most `maximumAgeDays`
    /// days before. A value that must end sooner says so inside. (A box from tomorrow opens too: servers' clocks
    /// differ around midnight.)
    package func open(
        _ sealed: [UInt8], purpose: String, tenant: [UInt8], name: String, now: Date, maximumAgeDays: Int
    ) -> [UInt8]? {
        guard let id = SealingKey.keyID(of: sealed) else { return nil }
        let today = Self.day(now)
        let day = id >> 8
        guard Int(day) <= Int(today) + 1, Int(day) >= Int(today) - maximumAgeDays else { return nil }
        let key = key(purpose, tenant, day: day, generation: UInt8(id & 255))
        guard let plaintext = key.open(sealed, associatedData: Array(name.utf8)) else { return nil }
        // Only a key that opened something is kept: strangers can't fill the cache.
        _ = cache.keep(key, for: KeyName(purpose: purpose, tenant: tenant, id: id), today: today)
        return plaintext
    }

    private func key(_ purpose: String, _ tenant: [UInt8], day: UInt32, generation: UInt8) -> SealingKey {
        let id = day << 8 | UInt32(generation)
        if let known = cache[KeyName(purpose: purpose, tenant: tenant, id: id)] { return known }
        let idBytes = [UInt8(id >> 24), UInt8(id >> 16 & 255), UInt8(id >> 8 & 255), UInt8(id & 255)]
        let info = Self.field(Array("vestibule sealing".utf8)) + Self.field(Array(purpose.utf8)) + Self.field(tenant)
        let secret = KeyDerivation.hkdf(.sha256, secret: master, salt: [], info: info + idBytes, count: 32)
        return SealingKey(id: id, secret: secret)
    }

    /// With its length before it, so that no two lists of fields read the same.
    private static func field(_ bytes: [UInt8]) -> [UInt8] {
        let count = UInt32(bytes.count)
        return [UInt8(count >> 24), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)] + bytes
    }

    private static func day(_ now: Date) -> UInt32 {
        UInt32(min(max(now.timeIntervalSince1970 / 86_400, 0), Double(1 << 24 - 1)))
    }
}

private struct KeyName: Hashable {
    let purpose: String
    let tenant: [UInt8]
    let id: UInt32
}

/// Derived keys, each once, so that its count of boxes holds for all who use it.
private final class KeyCache: Sendable {
    private let keys = Mutex<[KeyName: SealingKey]>([:])

    /// A tenant needs a few. Past this, those of other days go, and then those that have sealed little: what they
    /// lose of their count changes nothing.
    private static let limit = 16_384
    private static let little = 1 << 20

    subscript(name: KeyName) -> SealingKey? { keys.withLock { $0[name] } }

    /// Answers the key to use: the one that was there, if another thread came first.
    func keep(_ key: SealingKey, for name: KeyName, today: UInt32) -> SealingKey {
        keys.withLock { keys in
            if let known = keys[name] { return known }
            if keys.count >= Self.limit { keys = keys.filter { $0.key.id >> 8 >= today } }
            if keys.count >= Self.limit { keys = keys.filter { $0.value.seals >= Self.little } }
            keys[name] = key
            return key
        }
    }
}
