import Dispatch
import FoundationEssentials
import Glibc
import SAML
import Upstream

/// Reads one entity out of a federation's metadata in a child of this very program: what the parser of 45 MB needs, and
/// what it might do, is no business of a server's. One child at a time.
enum MetadataReader {
    /// Milliseconds that a child may take.
    private static let deadline: Int32 = 60_000
    /// The metadata of one entity is smaller.
    private static let mostAnswered = FederationMetadata.maximumBytes
    private static let queue = DispatchQueue(label: "vestibule.metadata")

    /// The metadata of the entity alone, unsigned: what the child read is believed as the child's.
    ///
    /// - Parameters:
    ///   - file: The document, at any position.
    ///   - signer: The certificate that signed it, base64 DER; nil: the place it came from vouches for it.
    ///   - now: When it is taken to be; nil: the time that it is.
    static func entity(
        _ entityID: String, inFile file: Int32, signer: String?, now: Date? = nil
    ) -> Result<[UInt8], SAMLRejection> {
        queue.sync { read(entityID, file, signer, now) }
    }

    /// The same without keeping the caller's thread.
    static func entity(
        _ entityID: String, inFile file: Int32, signer: String?
    ) async -> Result<[UInt8], SAMLRejection> {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: read(entityID, file, signer)) }
        }
    }

    private static func read(
        _ entityID: String, _ file: Int32, _ signer: String?, _ now: Date? = nil
    ) -> Result<[UInt8], SAMLRejection> {
        func failure(_ what: String) -> Result<[UInt8], SAMLRejection> {
            .failure(SAMLRejection(.tooLarge, "The process that reads large metadata \(what)."))
        }
        guard !entityID.utf8.contains(0),
            let child = Child(
                [MetadataEntity.word, entityID, signer ?? ""] + (now.map { [SAMLInstant.write($0)] } ?? []), file)
        else {
            return failure("can't be started")
        }
        let answer = child.answer(within: deadline, limit: mostAnswered)
        switch (child.end(), answer) {
        case (.exited(ExitCode.done.rawValue), let bytes?): return .success(bytes)
        case (.exited(ExitCode.refused.rawValue), let bytes?):
            let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\n", maxSplits: 1).map(String.init)
            guard let reason = parts.first.flatMap(SAMLReason.init), let detail = parts.last else {
                return failure("answered what is not understood")
            }
            return .failure(SAMLRejection(reason, detail))
        case (_, nil): return failure("took too long, or said too much")
        case (.exited(let code), _): return failure("ended with \(code)")
        case (.killed(let signal), _): return failure("was ended by signal \(signal): the document needs too much")
        }
    }
}

/// A process of this program with a file as its input and a pipe for its answer.
private final class Child {
    enum End {
        case exited(Int32)
        case killed(Int32)
    }

    private let process: pid_t
    private let output: Int32
    private var isClosed = false

    init?(_ words: [String], _ input: Int32) {
        var ends: [Int32] = [-1, -1]
        guard let program = FileAccess.ownProgram, pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        var arguments: [UnsafeMutablePointer<CChar>?] = ([program] + words).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        // Nothing of ours is for the child; what descriptors came along it closes itself.
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var started: pid_t = 0
        guard posix_spawn(&started, program, &actions, nil, &arguments, &environment) == 0 else {
            close(ends[0])
            return nil
        }
        (process, output) = (started, ends[0])
    }

    deinit { close(output) }

    /// Everything it wrote until it closed its output; nil where that took too long or was too much.
    func answer(within milliseconds: Int32, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        var start = timespec()
        clock_gettime(CLOCK_MONOTONIC, &start)
        while true {
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            let passed = Int32(clamping: (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1_000_000)
            guard passed < milliseconds else { return nil }
            var watched = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let ready = poll(&watched, 1, milliseconds - passed)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return nil }
            let count = read(output, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 {
                isClosed = true
                return bytes
            }
            bytes += part[..<count]
            guard bytes.count <= limit else { return nil }
        }
    }

    /// Waits for its end, which is made sure of.
    func end() -> End {
        var status: Int32 = 0
        if !isClosed { kill(process, SIGKILL) }
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .killed(status & 0x7F)
    }
}
