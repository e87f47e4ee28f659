internal import Glibc
internal import Storage

/// The system's words for an error number.
func systemMessage(_ number: Int32) -> String {
    guard let text = strerror(number) else { return "error \(number)" }
    return String(cString: text)
}

/// A file of ours alone: made, if it is not there, with mode 0600, so that nobody can open it between its making and
/// a change of its mode. SQLite gives the same mode to the files it puts beside it.
func makePrivateFile(_ path: String) throws(StorageError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unavailable("\(path): \(systemMessage(errno))") }
    close(descriptor)
}

/// Removes the file, if it is there.
func removeFile(_ path: String) throws(StorageError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .unavailable("\(path): \(systemMessage(errno))") }
}

/// Gives the file another name in the same folder; once this returns, a crash does not take it back.
func renameDurably(_ old: String, to new: String) throws(StorageError) {
    guard rename(old, new) == 0 else { throw .unavailable("\(new): \(systemMessage(errno))") }
    let folder = new.lastIndex(of: "/").map { String(new[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unavailable("\(folder): \(systemMessage(errno))") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .unavailable("\(folder): \(systemMessage(errno))") }
}

/// A lock beside the database, held for as long as the value lives, however the process ends.
struct ServerLock: ~Copyable {
    private let descriptor: Int32

    /// Nil: another process holds it.
    init?(path: String) throws(StorageError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unavailable("\(path): \(systemMessage(errno))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(descriptor)
            guard number == EWOULDBLOCK else { throw .unavailable("\(path): \(systemMessage(number))") }
            return nil
        }
        self.descriptor = descriptor
        var holder = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = pwrite(descriptor, &holder, holder.count, 0)
    }

    deinit { close(descriptor) }

    /// Who holds it, for a sentence: "process 123", or what is known.
    static func holder(path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "\(path) is locked" }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &text, text.count, 0)
        let digits = text.prefix(max(0, count)).prefix { (48...57).contains($0) }
        guard !digits.isEmpty else { return "\(path) is locked" }
        return "process \(String(decoding: digits, as: UTF8.self)) holds \(path)"
    }
}

/// What a sleeping thread waits on.
// Safe to share: POSIX semaphores are made for it, and the memory lives as long as this object.
final class Semaphore: @unchecked Sendable {
    private let pointer = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
        guard sem_init(pointer, 0, 0) == 0 else { fatalError("sem_init: \(systemMessage(errno))") }
    }

    deinit {
        sem_destroy(pointer)
        pointer.deallocate()
    }

    func signal() { sem_post(pointer) }

    func wait() {
        while sem_wait(pointer) != 0 {}
    }
}

/// A thread that runs the body once. Its stack is small: the body calls SQLite and little else.
struct SystemThread: Sendable {
    private let thread: pthread_t

    init(_ body: @escaping @Sendable () -> Void) throws(StorageError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 1 << 20)
        defer { pthread_attr_destroy(&attributes) }
        let start = Unmanaged.passRetained(ThreadBody(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
                start.body()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw .unavailable("no thread could be started (\(systemMessage(code)))")
        }
        self.thread = thread
    }

    /// Waits for its end. Once.
    func join() { pthread_join(thread, nil) }
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
