internal import COpenSSL
package import FoundationEssentials
import Synchronization

/// What the world supplies: the time and randomness. Both are arguments everywhere, so that a test decides them.
package struct Environment: Sendable {
    package var now: @Sendable () -> Date
    /// Unpredictable bytes, each handed out once.
    package var randomBytes: @Sendable (_ count: Int) -> [UInt8]

    package init(now: @escaping @Sendable () -> Date, randomBytes: @escaping @Sendable (_ count: Int) -> [UInt8]) {
        self.now = now
        self.randomBytes = randomBytes
    }

    /// The system's clock and OpenSSL's random generator.
    package static let live = Environment(now: { Date() }, randomBytes: { RandomPool.shared.bytes($0) })
}

/// Random bytes drawn a block at a time: a RAND_bytes call costs about the same for 16 bytes as for 512. Bytes leave
/// once and are wiped behind them.
private final class RandomPool: Sendable {
    static let shared = RandomPool()
    private static let blockSize = 512

    private let block = Mutex<(bytes: [UInt8], used: Int)>(([], 0))

    func bytes(_ count: Int) -> [UInt8] {
        guard count <= Self.blockSize / 4 else { return Self.draw(count) }
        return block.withLock { block in
            if block.bytes.count - block.used < count { block = (Self.draw(Self.blockSize), 0) }
            let taken = Array(block.bytes[block.used..<(block.used + count)])
            for index in block.used..<(block.used + count) { block.bytes[index] = 0 }
            block.used += count
            return taken
        }
    }

    /// Without randomness nothing that follows would be safe, so there is nothing to go on with.
    private static func draw(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard count == 0 || RAND_bytes(buffer.baseAddress, Int32(count)) == 1 else {
                fatalError("OpenSSL's random generator failed.")
            }
            initialized = count
        }
    }
}
