import Glibc

/// An IP address with a port, as 128 bits; an IPv4 address is its IPv4-mapped form, so that a client is one client
/// whether it came through an IPv4 socket or a dual-stack one.
package struct SocketAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64
    package let port: UInt16
    /// The interface of a link-local address, 0 otherwise.
    let scope: UInt32

    private init(high: UInt64, low: UInt64, port: UInt16, scope: UInt32 = 0) {
        (self.high, self.low, self.port, self.scope) = (high, low, port, scope)
    }

    /// A numeric address (`127.0.0.1`, `::1`), or `localhost` for 127.0.0.1. Nil for anything that needs a resolver.
    package init?(_ text: String, port: UInt16 = 0) {
        var four = in_addr()
        if inet_pton(AF_INET, text == "localhost" ? "127.0.0.1" : text, &four) == 1 {
            self.init(four: UInt32(bigEndian: four.s_addr), port: port)
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        self = withUnsafeBytes(of: &six) { SocketAddress(six: $0, port: port, scope: 0) }
    }

    private init(four: UInt32, port: UInt16) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(four), port: port)
    }

    private init(six bytes: UnsafeRawBufferPointer, port: UInt16, scope: UInt32) {
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)), port: port, scope: scope)
    }

    /// What the kernel wrote; nil for another family than IPv4 and IPv6.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        let family = Int32(storage.ss_family)
        guard family == AF_INET || family == AF_INET6 else { return nil }
        self = withUnsafeBytes(of: &storage) { bytes in
            let port = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
            guard family == AF_INET6 else {
                let four = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
                return SocketAddress(four: four, port: port)
            }
            return SocketAddress(
                six: UnsafeRawBufferPointer(rebasing: bytes[8..<24]), port: port,
                scope: bytes.loadUnaligned(fromByteOffset: 24, as: UInt32.self))
        }
    }

    /// The address that a socket is bound to; nil when it is not an IP socket.
    init?(boundTo descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0 else { return nil }
        self.init(storage)
    }

    /// The same address, whatever the ports.
    func isSameHost(as other: SocketAddress) -> Bool { high == other.high && low == other.low }

    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// The kernel's form, for `bind`.
    func withKernelForm<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var storage = sockaddr_storage()
        let length: Int
        if isIPv4 {
            storage.ss_family = sa_family_t(AF_INET)
            length = MemoryLayout<sockaddr_in>.size
        } else {
            storage.ss_family = sa_family_t(AF_INET6)
            length = MemoryLayout<sockaddr_in6>.size
        }
        withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
            if isIPv4 {
                bytes.storeBytes(of: UInt32(truncatingIfNeeded: low).bigEndian, toByteOffset: 4, as: UInt32.self)
            } else {
                bytes.storeBytes(of: high.bigEndian, toByteOffset: 8, as: UInt64.self)
                bytes.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt64.self)
                bytes.storeBytes(of: scope, toByteOffset: 24, as: UInt32.self)
            }
        }
        return withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }

    /// The address without the port, as people write it.
    package var text: String {
        if isIPv4 {
            let four = UInt32(truncatingIfNeeded: low)
            return "\(four >> 24).\(four >> 16 & 255).\(four >> 8 & 255).\(four & 255)"
        }
        var six = in6_addr()
        withUnsafeMutableBytes(of: &six) { bytes in
            bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        let capacity = Int(INET6_ADDRSTRLEN)
        return String(unsafeUninitializedCapacity: capacity) { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                guard let start = characters.baseAddress else { return 0 }
                return inet_ntop(AF_INET6, &six, start, socklen_t(capacity)) == nil ? 0 : strlen(start)
            }
        }
    }
}

/// A set of addresses that share a prefix: `10.0.0.0/8`, `fd00::/8`, or one address.
package struct AddressRange: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64
    private let highMask: UInt64
    private let lowMask: UInt64

    /// Nil for a malformed address, a prefix longer than the address, or bits set after the prefix.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = SocketAddress(String(parts[0])) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        var prefix = width
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...width).contains(given), String(given) == parts[1] else { return nil }
            prefix = given
        }
        prefix += 128 - width
        highMask = prefix >= 64 ? .max : prefix == 0 ? 0 : .max << UInt64(64 - prefix)
        lowMask = prefix <= 64 ? 0 : .max << UInt64(128 - prefix)
        (high, low) = (address.high, address.low)
        guard high & ~highMask == 0, low & ~lowMask == 0 else { return nil }
    }

    package func contains(_ address: SocketAddress) -> Bool {
        address.high & highMask == high && address.low & lowMask == low
    }
}
