internal import COpenSSL
import Glibc
import Synchronization

/// The main thread's part: it waits for signals, and does nothing else, so that a stuck loop cannot keep the process
/// from ending.
///
/// SIGTERM and SIGINT end the process once `onEnd` is done; a second one ends it at once, from the signal handler
/// itself. SIGHUP asks for a reload. SIGPIPE is ignored.
package final class ProcessSignals: Sendable {
    private enum Word {
        static let finished: UInt8 = 200
        static let cutShort: UInt8 = 201
    }

    private let reader: Int32
    private let writer: Int32

    /// Signals are caught from here on.
    package init() throws(ServerError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system("no pipe could be made for signals") }
        (reader, writer) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A handler must never wait for room.
        _ = fcntl(writer, F_SETFL, O_NONBLOCK)
        signal(SIGPIPE, SIG_IGN)
        shim_catch_signals(writer)
    }

    /// Ends ``run(deadline:onReload:onEnd:)`` without a signal, after a hand-over for instance.
    package func finish(drained: Bool = true) { say(drained ? Word.finished : Word.cutShort) }

    /// Waits on the calling thread until the process should exit, and with what code: 0 when everything was finished,
    /// 1 when the deadline cut something short.
    ///
    /// - Parameters:
    ///   - deadline: What `onEnd` has; one second later the wait ends whatever it does.
    ///   - onReload: Called on this thread for each SIGHUP.
    package func run(
        deadline: Duration, onReload: () -> Void, onEnd: @escaping @Sendable () async -> Bool
    ) -> Int32 {
        var last: UInt64?
        while true {
            var waiting = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
            var timeout: Int32 = -1
            if let last {
                let now = Loop.monotonicMilliseconds()
                guard now < last else { return 1 }
                timeout = Int32(min(last - now, 1 << 30))
            }
            guard poll(&waiting, 1, timeout) > 0 else { continue }
            var byte: UInt8 = 0
            guard read(reader, &byte, 1) == 1 else { continue }
            switch byte {
            case Word.finished: return 0
            case Word.cutShort: return 1
            case UInt8(SIGHUP): onReload()
            case UInt8(SIGTERM), UInt8(SIGINT):
                guard last == nil else { continue }
                last = Loop.monotonicMilliseconds() + deadline.milliseconds + 1000
                Task { self.finish(drained: await onEnd()) }
            default: continue
            }
        }
    }

    private func say(_ word: UInt8) {
        var word = word
        _ = write(writer, &word, 1)
    }
}

extension HTTPServer {
    /// Waits on the main thread for SIGTERM or SIGINT, drains, and returns the code to exit with.
    package func runUntilSignal(
        drainDeadline: Duration = .seconds(30), onReload: () -> Void = {}
    ) throws(ServerError) -> Int32 {
        try ProcessSignals().run(deadline: drainDeadline, onReload: onReload) {
            await self.drain(deadline: drainDeadline)
        }
    }
}
