import Foundation
import Testing

@testable import Cryptography

@Suite("Sealed boxes") struct SealingTests {
    let key = SealingKey(id: 0x0102_0304, secret: Secret([UInt8](repeating: 7, count: 32)))
    let ring = SealingKeyRing(master: Secret([UInt8](repeating: 9, count: 32)))
    let noon = Environment.fixed.now()

    @Test func `the format is version, key id, nonce, ciphertext, tag`() {
        let box = key.seal([1, 2, 3], associatedData: [], environment: .fixed)
        #expect(Array(box[..<17]) == [1, 1, 2, 3, 4] + (0..<12).map { UInt8($0) })
        #expect(box.count == 3 + SealingKey.overhead)
        #expect(SealingKey.overhead == 33)
        #expect(key.open(box, associatedData: []) == [1, 2, 3])
        #expect(SealingKey.keyID(of: box) == 0x0102_0304)
    }

    @Test func `a changed byte anywhere does not open`() {
        let box = key.seal(utf8("sign-in"), associatedData: utf8("cookie"), environment: .live)
        for index in box.indices {
            for bit in 0..<8 {
                var other = box
                other[index] ^= 1 << bit
                #expect(key.open(other, associatedData: utf8("cookie")) == nil)
            }
        }
        for count in box.indices { #expect(key.open(Array(box[..<count]), associatedData: utf8("cookie")) == nil) }
        #expect(key.open(box + [0], associatedData: utf8("cookie")) == nil)
        #expect(key.open(box, associatedData: utf8("cookies")) == nil)
        #expect(key.open(box, associatedData: utf8("cookie")) == utf8("sign-in"))
    }

    private func seal(_ ring: SealingKeyRing, tenant: [UInt8] = [1, 2], at now: Date? = nil) -> [UInt8] {
        ring.seal(utf8("x"), purpose: "sign-in", tenant: tenant, name: "c1", now: now ?? noon, environment: .live)
    }

    @Test func `another purpose, tenant or name does not open`() {
        let box = seal(ring)
        func open(_ purpose: String, _ tenant: [UInt8], _ name: String, _ ring: SealingKeyRing) -> [UInt8]? {
            ring.open(box, purpose: purpose, tenant: tenant, name: name, now: noon, maximumAgeDays: 1)
        }
        #expect(open("sign-in", [1, 2], "c1", ring) == utf8("x"))
        #expect(
            open("sign-in", [1, 2], "c1", SealingKeyRing(master: Secret([UInt8](repeating: 9, count: 32)))) == utf8("x")
        )
        #expect(open("sign-i", [1, 2], "c1", ring) == nil)
        #expect(open("sign-in\u{1}", [2], "c1", ring) == nil)
        #expect(open("sign-in", [1, 2, 0], "c1", ring) == nil)
        #expect(open("sign-in", [1], "c1", ring) == nil)
        #expect(open("sign-in", [1, 2], "c2", ring) == nil)
        #expect(open("sign-in", [1, 2], "", ring) == nil)
        #expect(open("sign-in", [1, 2], "c1", SealingKeyRing(master: Secret([UInt8](repeating: 8, count: 32)))) == nil)
    }

    @Test func `a changed byte in the ring's box does not open`() {
        let box = seal(ring)
        for index in box.indices {
            var other = box
            other[index] ^= 1
            let opened = ring.open(
                other, purpose: "sign-in", tenant: [1, 2], name: "c1", now: noon, maximumAgeDays: 30)
            #expect(opened == nil)
        }
    }

    @Test(arguments: [
        (-2, 1, false), (-1, 1, true), (0, 0, true), (1, 0, false), (1, 1, true), (2, 1, false), (30, 30, true),
    ])
    func `a box opens until it is too many days old`(days: Int, maximum: Int, opens: Bool) {
        let box = seal(ring)
        let later = noon.addingTimeInterval(Double(days) * 86_400)
        let opened = ring.open(
            box, purpose: "sign-in", tenant: [1, 2], name: "c1", now: later, maximumAgeDays: maximum)
        #expect((opened != nil) == opens)
    }

    @Test func `each day and tenant has a key of its own`() throws {
        let boxes = [seal(ring), seal(ring, at: noon.addingTimeInterval(86_400)), seal(ring, tenant: [3])]
        let ids = try boxes.map { try #require(SealingKey.keyID(of: $0)) }
        #expect(ids[0] == UInt32(1_798_891_200 / 86_400) << 8)
        #expect(ids[1] == ids[0] + 256)
        #expect(ids[2] == ids[0])
    }

    @Test func `rubbish does not open`() {
        for count in 0..<80 {
            let bytes = [UInt8](repeating: 1, count: count)
            let opened = ring.open(
                bytes, purpose: "p", tenant: [], name: "n", now: noon, maximumAgeDays: 1_000_000)
            #expect(opened == nil)
        }
    }
}

@Suite("Master key") struct MasterKeyTests {
    let bytes = [UInt8](repeating: 3, count: 32)

    @Test func `it is 32 bytes`() {
        for count in [0, 16, 31, 33, 64] {
            #expect(throws: CryptographyError.wrongKeyLength) {
                try MasterKey(Secret([UInt8](repeating: 3, count: count)))
            }
        }
    }

    @Test func `what it wrapped it unwraps, in the same place only`() throws {
        let master = try MasterKey(Secret(bytes))
        let wrapped = master.wrap(Secret(utf8: "s3cret"), associatedData: utf8("t/keys/1"), environment: .live)
        let again = try MasterKey(Secret(bytes)).unwrap(wrapped, associatedData: utf8("t/keys/1"))
        #expect(again == Secret(utf8: "s3cret"))
        #expect(throws: CryptographyError.decryptionFailed) {
            try master.unwrap(wrapped, associatedData: utf8("t/keys/2"))
        }
        for index in wrapped.indices {
            var other = wrapped
            other[index] ^= 0x40
            #expect(throws: CryptographyError.self) { try master.unwrap(other, associatedData: utf8("t/keys/1")) }
        }
        #expect(throws: CryptographyError.decryptionFailed) { try master.unwrap([], associatedData: []) }
    }

    @Test func `another master key says so`() throws {
        let wrapped = try MasterKey(Secret(bytes)).wrap(Secret([1]), associatedData: [], environment: .live)
        let other = try MasterKey(Secret([UInt8](repeating: 4, count: 32)))
        #expect(throws: CryptographyError.otherMasterKey) { try other.unwrap(wrapped, associatedData: []) }
    }

    @Test func `derived keys differ by purpose and stay the same`() throws {
        let master = try MasterKey(Secret(bytes))
        #expect(master.derive(purpose: "sealing") == master.derive(purpose: "sealing"))
        #expect(master.derive(purpose: "sealing") != master.derive(purpose: "codes"))
        #expect(master.derive(purpose: "sealing").count == 32)
        #expect(!"\(master)".contains("3, 3"))
    }
}
