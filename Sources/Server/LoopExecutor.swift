internal import COpenSSL
import Glibc
import Synchronization

/// Runs a loop's jobs on the loop's thread. Jobs from elsewhere go through an inbox and an eventfd; jobs from the
/// thread itself are queued without a lock.
///
/// `@unchecked Sendable`: the inbox is behind a mutex, the thread's mark is atomic, and `ready` and `spare` are touched
/// only by the loop's thread (`enqueue` checks the thread before it does).
final class LoopExecutor: SerialExecutor, @unchecked Sendable {
    typealias Action = @Sendable (isolated Loop) -> Void

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var actions: [Action] = []
        var isEmpty: Bool { jobs.isEmpty && actions.isEmpty }
    }

    let wakeDescriptor = shim_eventfd_make()
    private let owner = Atomic<UInt>(0)
    private let stopping = Atomic<Bool>(false)
    private let inbox = Mutex(Inbox())
    private var ready: [UnownedJob] = []
    private var spare: [UnownedJob] = []
    private var actions: [Action] = []
    private var isRunning = false

    deinit { close(wakeDescriptor) }

    // MARK: Identity

    /// By a thread-specific value rather than `pthread_self`, which is declared constant: an optimizer may keep its
    /// result over a suspension after which the task runs elsewhere.
    var isOnThread: Bool {
        guard let here = pthread_getspecific(currentLoopKey) else { return false }
        return UInt(bitPattern: here) == owner.load(ordering: .relaxed)
    }

    /// Makes the calling thread the loop's thread. Called once, first thing on it.
    func bind(to loop: UnsafeMutableRawPointer) {
        owner.store(UInt(bitPattern: loop), ordering: .relaxed)
        pthread_setspecific(currentLoopKey, loop)
    }

    func checkIsolated() { precondition(isOnThread, "not on this loop's thread") }

    func isIsolatingCurrentContext() -> Bool? { isOnThread }

    // MARK: Receiving work

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isOnThread {
            ready.append(job)
            return
        }
        let first = inbox.withLock { inbox in
            let first = inbox.isEmpty
            inbox.jobs.append(job)
            return first
        }
        if first { wake() }
    }

    func submit(_ action: @escaping Action) {
        let first = inbox.withLock { inbox in
            let first = inbox.isEmpty
            inbox.actions.append(action)
            return first
        }
        if first { wake() }
    }

    func wake() { _ = eventfd_write(wakeDescriptor, 1) }

    func stop() {
        stopping.store(true, ordering: .releasing)
        wake()
    }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    // MARK: Running it, on the thread only

    var hasReady: Bool { !ready.isEmpty || !actions.isEmpty }

    /// Moves what arrived from other threads to this one.
    func takeInbox() {
        var count: eventfd_t = 0
        _ = eventfd_read(wakeDescriptor, &count)
        inbox.withLock { inbox in
            ready.append(contentsOf: inbox.jobs)
            inbox.jobs.removeAll(keepingCapacity: true)
            actions.append(contentsOf: inbox.actions)
            inbox.actions.removeAll(keepingCapacity: true)
        }
    }

    /// Runs what was ready when called; what these jobs enqueue waits for the next turn, so that sockets get theirs.
    /// Never re-entered: a job that got here again would run its neighbours twice.
    func runReady(on loop: isolated Loop) {
        guard !isRunning else { return }
        isRunning = true
        defer { isRunning = false }
        if !actions.isEmpty {
            let batch = actions
            actions.removeAll()
            for action in batch { action(loop) }
        }
        guard !ready.isEmpty else { return }
        swap(&ready, &spare)
        let executor = asUnownedSerialExecutor()
        for job in spare { job.runSynchronously(on: executor) }
        spare.removeAll(keepingCapacity: true)
    }
}

/// Where a thread keeps the loop it belongs to.
let currentLoopKey: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
}()
