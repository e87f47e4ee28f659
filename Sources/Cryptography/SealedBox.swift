import Synchronization

/// Seals small values with AES-256-GCM: `version | key id | nonce | ciphertext | tag`, of 1, 4, 12, n and 16 bytes.
/// Version and key id are authenticated with the associated data.
package struct SealingKey: Sendable {
    package let id: UInt32
    private let secret: Secret
    private let use = Use()

    /// What a sealed box is longer than its plaintext.
    package static let overhead = headerCount + AESGCM.tagCount
    /// With random nonces one repeats among 2³⁰ with a chance below 2⁻³⁶.
    package static let maximumSeals = 1 << 30

    private static let version: UInt8 = 1
    private static let headerCount = 1 + 4 + AESGCM.nonceCount

    /// - Parameter secret: 32 bytes.
    package init(id: UInt32, secret: Secret) {
        precondition(secret.count == 32, "a sealing key is 32 bytes")
        (self.id, self.secret) = (id, secret)
    }

    /// How often it has sealed in this process. Copies of the value count together.
    var seals: Int { use.seals.load(ordering: .relaxed) }

    /// Traps after 2³⁰ boxes. `SealingKeyRing` moves on to another key instead.
    package func seal(_ plaintext: [UInt8], associatedData: [UInt8], environment: Environment) -> [UInt8] {
        let box = sealUnlessSpent(plaintext, associatedData: associatedData, environment: environment)
        guard let box else { preconditionFailure("a sealing key seals at most 2^30 times") }
        return box
    }

    /// `nil` once the key has sealed 2³⁰ times.
    func sealUnlessSpent(_ plaintext: [UInt8], associatedData: [UInt8], environment: Environment) -> [UInt8]? {
        guard use.seals.wrappingAdd(1, ordering: .relaxed).newValue <= Self.maximumSeals else { return nil }
        let nonce = environment.randomBytes(AESGCM.nonceCount)
        let head = Self.head(id)
        let (ciphertext, tag) = AESGCM.seal(plaintext, key: secret, iv: nonce, aad: head + associatedData)
        var box = head
        box.reserveCapacity(plaintext.count + Self.overhead)
        box += nonce
        box += ciphertext
        box += tag
        return box
    }

    /// `nil` unless this key sealed exactly these bytes with this associated data.
    package func open(_ box: [UInt8], associatedData: [UInt8]) -> [UInt8]? {
        guard box.count >= Self.overhead, Self.keyID(of: box) == id else { return nil }
        let tagStart = box.count - AESGCM.tagCount
        return AESGCM.open(
            Array(box[Self.headerCount..<tagStart]), key: secret, iv: Array(box[5..<Self.headerCount]),
            aad: Self.head(id) + associatedData, tag: Array(box[tagStart...]))
    }

    /// Which key a box names, before anything is believed; `nil` if it is not a box of this version.
    package static func keyID(of box: [UInt8]) -> UInt32? {
        guard box.count >= overhead, box[0] == version else { return nil }
        return box[1..<5].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func head(_ id: UInt32) -> [UInt8] {
        [version, UInt8(id >> 24), UInt8(id >> 16 & 255), UInt8(id >> 8 & 255), UInt8(id & 255)]
    }

    private final class Use: Sendable {
        let seals = Atomic<Int>(0)
    }
}
