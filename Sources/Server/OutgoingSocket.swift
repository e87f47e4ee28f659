// For the kinds of sockets: the compiler gives an enumeration of C to the first module that includes its header.
internal import COpenSSL
import Glibc

/// Sockets that go out from here, non-blocking, for drivers that speak a protocol themselves.
package enum OutgoingSocket {
    package enum Kind: Sendable {
        case datagram
        case stream
    }

    /// A socket of its own, bound to a port of the kernel's choice and connected: nothing comes in but from that
    /// address and port. A stream is connected once it is writable.
    ///
    /// - Returns: The descriptor, the caller's to close; or the number of the system's error, negative.
    package static func connect(_ kind: Kind, to address: SocketAddress) -> Int32 {
        let type = kind == .datagram ? SOCK_DGRAM.rawValue : SOCK_STREAM.rawValue
        let descriptor = socket(
            address.isIPv4 ? AF_INET : AF_INET6, Int32(type | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return -errno }
        guard address.withKernelForm({ Glibc.connect(descriptor, $0, $1) }) == 0 || errno == EINPROGRESS else {
            let number = errno
            close(descriptor)
            return -number
        }
        return descriptor
    }
}
