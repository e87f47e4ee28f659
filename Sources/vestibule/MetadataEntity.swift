import Cryptography
import FoundationEssentials
import Glibc
import SAML

/// The child's side: one entity out of a federation's metadata, in a process that may have several hundred megabytes and
/// gives them back. Started by ``MetadataReader`` with the document as standard input.
enum MetadataEntity {
    /// The first argument of such a process.
    static let word = "--metadata-entity"
    /// Seconds of a processor.
    private static let processorSeconds: rlim_t = 30
    /// Octets of address space: what the program has anyway, and seven times the document, of which its trees take six.
    /// One made to take more is not read.
    private static func addressSpace(for size: Int) -> rlim_t { min(96 << 20 + 7 * rlim_t(size), 1 << 30) }

    /// - Parameter words: The entity id, the certificate that signed the document, base64 DER, or nothing, and when it is
    ///   taken to be, if that is not now.
    static func run(_ words: [String], _ console: Console) -> ExitCode {
        closefrom(STDERR_FILENO + 1)
        limit(RLIMIT_CPU, to: processorSeconds)
        limit(RLIMIT_CORE, to: 0)
        limit(RLIMIT_FSIZE, to: 0)
        guard (2...3).contains(words.count) else { return .usage }
        let now = words.count == 3 ? SAMLInstant.read(words[2]) : Date()
        guard let now else { return .usage }
        do throws(SAMLRejection) {
            let size = try documentSize()
            limit(RLIMIT_AS, to: addressSpace(for: size))
            let metadata = try SAMLAggregate.entity(
                words[0], in: document(of: size), signers: try signers(words[1]), now: now)
            do throws(SAMLSigningError) {
                console.writeOutput(try metadata.document(id: "_entity", signer: nil))
            } catch {
                return .fault
            }
            return .done
        } catch {
            console.writeOutput(Array("\(error.reason.rawValue)\n\(error.detail)".utf8))
            return .refused
        }
    }

    private static func signers(_ certificate: String) throws(SAMLRejection) -> [VerificationKey]? {
        if certificate.isEmpty { return nil }
        guard let der = Base64.decode(certificate), let key = try? Certificate(der: der).publicKey() else {
            throw SAMLRejection(.weakKey, "The pinned signer's key can't be used.")
        }
        return [key]
    }

    private static func documentSize() throws(SAMLRejection) -> Int {
        var state = stat()
        guard fstat(STDIN_FILENO, &state) == 0, state.st_mode & S_IFMT == S_IFREG else {
            throw SAMLRejection(.badEncoding, "The document is no file.")
        }
        let size = Int(state.st_size)
        guard size <= SAMLAggregate.limit else {
            throw SAMLRejection(.tooLarge, "The document has \(size) octets; \(SAMLAggregate.limit) is the most.")
        }
        return size
    }

    /// Standard input, whole: a file, whose size is known, so that it is copied once.
    private static func document(of size: Int) throws(SAMLRejection) -> [UInt8] {
        var isWhole = true
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = 0
            while count < size {
                let got = pread(STDIN_FILENO, buffer.baseAddress.map { $0 + count }, size - count, off_t(count))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    isWhole = false
                    return
                }
                count += got
            }
        }
        guard isWhole else { throw SAMLRejection(.badEncoding, "The document can't be read.") }
        return bytes
    }

    private static func limit(_ resource: __rlimit_resource, to most: rlim_t) {
        var limit = rlimit(rlim_cur: most, rlim_max: most)
        setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    }
}
