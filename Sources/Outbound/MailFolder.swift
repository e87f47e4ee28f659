internal import FoundationEssentials
import Glibc
package import JSON
internal import Storage

/// A directory with one file per mail, named so that names sort by time. A file is there whole or not at all.
package struct MailFolder: Sendable {
    private let directory: String

    /// Makes the directory, for its owner only, when it is missing.
    ///
    /// - Throws: ``FetchError/badRequest(_:)`` when it can't be made or is no directory.
    package init(_ directory: String) throws(FetchError) {
        var status = stat()
        if mkdir(directory, 0o700) != 0 && errno != EEXIST
            || stat(directory, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR
        {
            throw .badRequest("the mail folder \(directory) can't be used: \(String(cString: strerror(errno)))")
        }
        self.directory = directory
    }

    func write(_ bytes: [UInt8], _ mail: OutgoingMail, extension suffix: String) -> DeliveryOutcome {
        let time = String(Int64(mail.createdAt.timeIntervalSince1970 * 1000))
        let name = String(repeating: "0", count: max(0, 14 - time.utf8.count)) + time + "-\(mail.id).\(suffix)"
        let temporary = "\(directory)/.\(name).part"
        guard Self.create(temporary, bytes), rename(temporary, "\(directory)/\(name)") == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            return .failedForNow("The mail could not be written to \(directory): \(reason).")
        }
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
        return .delivered
    }

    private static func create(_ path: String, _ bytes: [UInt8]) -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            guard count > 0 else { return false }
            written += count
        }
        return fsync(file) == 0
    }

    /// The mails of a `.mailbox` sink, the newest first; at most `limit`. Files that are no such mail are passed over.
    package func mails(limit: Int = 200) -> [JSONValue] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix("."), name.hasSuffix(".json") { names.append(name) }
        }
        return names.sorted(by: >).prefix(limit).compactMap { name in
            readFile("\(directory)/\(name)").flatMap { try? JSONReader.read($0) }
        }
    }
}
