internal import COpenSSL
import Glibc

/// Making and adopting the sockets that accept.
enum ListeningSocket {
    /// A socket at the address; port 0 means the kernel's choice. With `SO_REUSEPORT`, so that each loop
    /// has its own queue and the kernel spreads connections over them.
    ///
    /// - Parameter isFirst: Refuses an address at which somebody listens already, which `SO_REUSEPORT` would let two
    ///   processes of one user share unnoticed.
    static func bind(_ address: SocketAddress, named name: String, isFirst: Bool) throws(ServerError) -> Int32 {
        if isFirst { close(try bind(address, named: name, reusesPort: false)) }
        return try bind(address, named: name, reusesPort: true)
    }

    private static func bind(
        _ address: SocketAddress, named name: String, reusesPort: Bool
    ) throws(ServerError) -> Int32 {
        let family = address.isIPv4 ? AF_INET : AF_INET6
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { throw .system("no socket could be made for \(name)") }
        set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        if reusesPort { set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
        // `::` takes IPv4 too; a specific IPv6 address is itself only.
        if family == AF_INET6 { set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
        guard address.withKernelForm({ Glibc.bind(descriptor, $0, $1) }) == 0 else {
            let number = errno
            close(descriptor)
            throw .system("\(name) cannot be listened on", number)
        }
        return descriptor
    }

    /// What a socket of ours or an adopted one needs before it accepts.
    static func prepare(_ descriptor: Int32, named name: String) throws(ServerError) {
        setNonBlocking(descriptor)
        // Connections inherit it.
        set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        guard listen(descriptor, 4096) == 0 else { throw .system("\(name) cannot be listened on") }
    }

    static func hasReusePort(_ descriptor: Int32) -> Bool {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &value, &length) == 0 && value != 0
    }

    static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    static func setNonBlocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// Closes so that the peer is told at once and no bytes, ours or theirs, keep the socket.
    static func reset(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
    }
}
