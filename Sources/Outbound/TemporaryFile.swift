import Glibc

/// A file without a name, which is gone when nobody holds it.
package final class TemporaryFile: Sendable {
    /// Read and written; closed with the value.
    package let descriptor: Int32

    package init() throws(FetchError) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/vestibule.XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw .badRequest("no file can be made in \(folder): \(String(cString: strerror(errno)))")
        }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
