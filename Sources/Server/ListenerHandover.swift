internal import COpenSSL
import Glibc

/// Passing listening sockets from one process to the next, so that no connection is refused or reset: what waits in
/// a listening socket's queue belongs to the socket, which lives as long as somebody holds a descriptor of it.
package enum ListenerHandover {
    /// Sends copies of the descriptors over a connected Unix socket, with a byte that carries them. The sender's own
    /// stay open.
    package static func send(_ listeners: [Int32], over socket: Int32) throws(ServerError) {
        guard try sendBytes([UInt8(ascii: "L")], with: listeners, over: socket) == 1 else {
            throw ServerError("the listening sockets were not handed over: nothing was sent")
        }
    }

    /// Receives descriptors sent by ``send(_:over:)``; the caller owns them. Blocks as long as the socket does.
    package static func receive(over socket: Int32) throws(ServerError) -> [Int32] {
        var byte: UInt8 = 0
        let (count, descriptors) = try withUnsafeMutableBytes(of: &byte) { buffer throws(ServerError) in
            try receiveBytes(into: buffer, over: socket)
        }
        guard count == 1 else { throw ServerError("the listening sockets were not handed over: the other end closed") }
        return descriptors
    }

    /// The sockets that systemd opened for this process (`sd_listen_fds(3)`), and none when it opened none. The
    /// variables are removed, so that they are taken once and no child sees them.
    package static func fromEnvironment() -> [Int32] {
        guard let pid = getenv("LISTEN_PID"), let count = getenv("LISTEN_FDS"),
            pid_t(String(cString: pid)) == getpid(), let number = Int32(String(cString: count)), number > 0
        else { return [] }
        unsetenv("LISTEN_PID")
        unsetenv("LISTEN_FDS")
        unsetenv("LISTEN_FDNAMES")
        return (3..<(3 + number)).map { descriptor in
            ListeningSocket.setNonBlocking(descriptor)
            return descriptor
        }
    }

    static func sendBytes(
        _ bytes: ArraySlice<UInt8>, with descriptors: [Int32], over socket: Int32
    ) throws(ServerError) -> Int {
        while true {
            let sent = bytes.withUnsafeBytes { bytes in
                shim_send_with_descriptors(
                    socket, bytes.baseAddress, bytes.count, descriptors, Int32(descriptors.count))
            }
            if sent >= 0 { return sent }
            if errno == EINTR { continue }
            if errno == EAGAIN { return 0 }
            throw .system("descriptors could not be sent over a Unix socket")
        }
    }

    /// The bytes received and the descriptors with them; 0 bytes at the end of the stream, -1 when none are there.
    static func receiveBytes(
        into buffer: UnsafeMutableRawBufferPointer, over socket: Int32
    ) throws(ServerError) -> (Int, [Int32]) {
        var descriptors = [Int32](repeating: -1, count: Int(SHIM_MAXIMUM_DESCRIPTORS) + 4)
        var count: Int32 = 0
        while true {
            let received = shim_receive_with_descriptors(
                socket, buffer.baseAddress, buffer.count, &descriptors, &count)
            if received >= 0 { return (received, Array(descriptors.prefix(Int(count)))) }
            if errno == EINTR { continue }
            if errno == EAGAIN { return (-1, []) }
            throw .system("descriptors could not be received over a Unix socket")
        }
    }
}
