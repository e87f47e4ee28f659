internal import COpenSSL
import Glibc
import Synchronization

/// The loops of a process, usually one per core.
package final class LoopGroup: Sendable {
    package let loops: [Loop]
    private let threads = Mutex<[pthread_t]>([])

    /// One loop per core this process may use when no count is given.
    package init(count: Int? = nil) {
        loops = (0..<max(1, count ?? Int(shim_available_cores()))).map { Loop(index: $0) }
    }

    /// Starts the threads. Also sets what the whole process needs: SIGPIPE ignored, two malloc arenas.
    package func start() throws(ServerError) {
        shim_limit_malloc_arenas()
        signal(SIGPIPE, SIG_IGN)
        let running = threads.withLock { !$0.isEmpty }
        guard !running else { return }
        for loop in loops {
            let thread = try loop.start()
            threads.withLock { $0.append(thread) }
        }
    }

    /// Ends the threads and waits for them. Not from a loop's own thread.
    package func stop() {
        for loop in loops { loop.stop() }
        let ending = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in ending { pthread_join(thread, nil) }
    }
}
