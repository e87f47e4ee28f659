import Glibc

/// Files of the machine: whole, small, and with errors in words.
enum FileAccess {
    /// Nothing that a command reads is larger.
    static let limit = 16 << 20

    enum Failure: Error {
        case system(Int32)
        case tooLarge

        var words: String {
            switch self {
            case .system(let number): String(cString: strerror(number))
            case .tooLarge: "it is larger than 16 MiB"
            }
        }
    }

    static func read(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var state = stat()
        if fstat(descriptor, &state) == 0, state.st_mode & S_IFMT == S_IFREG, state.st_size > limit { throw .tooLarge }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(errno)
            }
            if count == 0 { return bytes }
            bytes += part[..<count]
            guard bytes.count <= limit else { throw .tooLarge }
        }
    }

    /// Writes a file that is there whole or not at all.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(Failure) {
        let part = "\(path).\(getpid()).part"
        unlink(part)
        let descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(errno) }
        let isWritten = writeAll(bytes, to: descriptor) && fsync(descriptor) == 0
        let number = errno
        close(descriptor)
        guard isWritten, rename(part, path) == 0 else {
            let number = isWritten ? errno : number
            unlink(part)
            throw .system(number)
        }
    }

    @discardableResult
    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// Makes the folder, for its owner only, unless it is there.
    static func makeFolder(_ path: String) throws(Failure) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system(errno) }
    }

    /// A new folder of a name that nobody can guess.
    static func makeTemporaryFolder() throws(Failure) -> String {
        let root = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(root)/vestibule-demo.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system(errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The folder that a file is in; `.` where the path names none.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// `path` as seen from `folder`, unless it is absolute.
    static func path(_ path: String, from folder: String) -> String {
        path.hasPrefix("/") || folder == "." ? path : "\(folder)/\(path)"
    }

    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return path == "." ? String(cString: current) : "\(String(cString: current))/\(path)"
    }

    /// The bits of the file's mode; nil where there is no file.
    static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    /// The program that runs.
    static var ownProgram: String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
        guard count > 0 else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
