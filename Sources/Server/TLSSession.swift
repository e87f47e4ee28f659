internal import COpenSSL
import Glibc

/// One connection's TLS, over a non-blocking descriptor that it does not own.
final class TLSSession {
    enum Outcome {
        case bytes(Int)
        case done
        case wantsRead
        case wantsWrite
        /// The peer closed, properly or not.
        case ended
        case failed
    }

    private let pointer: OpaquePointer
    /// Keeps alive what the callbacks reach through the `SSL_CTX`, also after a reload replaced it.
    private let context: TLSContext

    init?(_ context: TLSContext, descriptor: Int32) {
        guard let pointer = SSL_new(context.pointer) else { return nil }
        guard SSL_set_fd(pointer, descriptor) == 1 else {
            SSL_free(pointer)
            return nil
        }
        SSL_set_accept_state(pointer)
        self.pointer = pointer
        self.context = context
    }

    deinit { SSL_free(pointer) }

    func handshake() -> Outcome {
        ERR_clear_error()
        let result = SSL_do_handshake(pointer)
        return result == 1 ? .done : outcome(result)
    }

    func read(into buffer: UnsafeMutablePointer<UInt8>, _ capacity: Int) -> Outcome {
        ERR_clear_error()
        let result = SSL_read(pointer, buffer, Int32(capacity))
        return result > 0 ? .bytes(Int(result)) : outcome(result)
    }

    func write(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Outcome {
        ERR_clear_error()
        let result = SSL_write(pointer, bytes, Int32(min(count, 1 << 30)))
        return result > 0 ? .bytes(Int(result)) : outcome(result)
    }

    /// Tells the peer that no more will come. Not awaited.
    func closeNotify() {
        ERR_clear_error()
        SSL_shutdown(pointer)
        ERR_clear_error()
    }

    /// The SHA-256 digest of the client's certificate in DER form (RFC 8705 §3.1), nil when it sent none. The key
    /// was proven in the handshake, or in the one that this session resumes.
    var clientCertificateThumbprint: [UInt8]? {
        guard let certificate = SSL_get1_peer_certificate(pointer) else { return nil }
        defer { X509_free(certificate) }
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        guard X509_digest(certificate, EVP_sha256(), &digest, &length) == 1, length == 32 else { return nil }
        return digest
    }

    private func outcome(_ result: Int32) -> Outcome {
        switch SSL_get_error(pointer, result) {
        case SSL_ERROR_WANT_READ: .wantsRead
        case SSL_ERROR_WANT_WRITE: .wantsWrite
        case SSL_ERROR_ZERO_RETURN: .ended
        default: .failed
        }
    }
}
