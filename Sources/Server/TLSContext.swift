internal import COpenSSL
package import Cryptography
import Glibc
import Synchronization

/// A certificate chain and its private key, both PEM files.
package struct TLSIdentity: Hashable, Sendable {
    package let certificatePEM: String
    package let keyPEM: String

    package init(certificatePEM: String, keyPEM: String) {
        (self.certificatePEM, self.keyPEM) = (certificatePEM, keyPEM)
    }
}

/// Whether clients are asked for a certificate.
package enum ClientCertificates: Sendable {
    case none
    /// Asked for, not demanded. Whatever comes is accepted once the client proved the key: RFC 8705 binds tokens to
    /// the certificate's thumbprint, and it is the application that compares it. Browsers may show a chooser, so use
    /// a listener of its own.
    case optional
}

/// The TLS settings that new connections get. ``reload()`` replaces them; connections that exist keep theirs.
package final class TLSContextStore: Sendable {
    private let identity: TLSIdentity
    private let names: [String: TLSIdentity]
    private let clientCertificates: ClientCertificates
    private let ticketKeys: TLSTicketKeys
    private let current: Mutex<TLSContext>

    /// - Parameters:
    ///   - names: Other certificates by the name the client asks for (SNI), lower case; `*.example.org` for one label.
    /// - Throws: ``ServerError`` that names the file.
    package init(
        certificatePEM: String, keyPEM: String, clientCertificates: ClientCertificates = .none,
        names: [String: TLSIdentity] = [:], environment: Environment = .live,
        monotonicMilliseconds: @escaping @Sendable () -> UInt64 = { Loop.monotonicMilliseconds() }
    ) throws(ServerError) {
        identity = TLSIdentity(certificatePEM: certificatePEM, keyPEM: keyPEM)
        self.names = names
        self.clientCertificates = clientCertificates
        ticketKeys = TLSTicketKeys(now: monotonicMilliseconds, randomBytes: environment.randomBytes)
        current = Mutex(try TLSContext(identity, names, clientCertificates, ticketKeys))
    }

    /// Reads the files again. On failure the settings stay as they were.
    package func reload() throws(ServerError) {
        let made = try TLSContext(identity, names, clientCertificates, ticketKeys)
        current.withLock { $0 = made }
    }

    var context: TLSContext { current.withLock { $0 } }
}

/// Owns an `SSL_CTX`.
///
/// `@unchecked Sendable`: it is not changed after `init`, OpenSSL counts references to an `SSL_CTX` atomically, and
/// making a session from one is allowed on any thread.
final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer
    let ticketKeys: TLSTicketKeys
    private let others: [String: TLSContext]

    init(
        _ identity: TLSIdentity, _ names: [String: TLSIdentity], _ clientCertificates: ClientCertificates,
        _ ticketKeys: TLSTicketKeys
    ) throws(ServerError) {
        guard let pointer = SSL_CTX_new(TLS_server_method()) else { throw ServerError("OpenSSL made no TLS context") }
        self.pointer = pointer
        self.ticketKeys = ticketKeys
        var others: [String: TLSContext] = [:]
        do throws(ServerError) {
            for (name, identity) in names {
                others[name] = try TLSContext(identity, [:], clientCertificates, ticketKeys)
            }
            try Self.configure(pointer, clientCertificates)
            try Self.load(identity, into: pointer)
        } catch {
            self.others = [:]
            throw error
        }
        self.others = others
        // Unretained: every session keeps its TLSContext alive (see TLSSession).
        SSL_CTX_set_ex_data(pointer, 0, Unmanaged.passUnretained(self).toOpaque())
        if !others.isEmpty { shim_SSL_CTX_set_tlsext_servername_callback(pointer, serverNameCallback) }
    }

    deinit { SSL_CTX_free(pointer) }

    /// The Swift owner of the context that a session uses now.
    static func of(_ ssl: OpaquePointer) -> TLSContext? {
        guard let owner = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0) else { return nil }
        return Unmanaged<TLSContext>.fromOpaque(owner).takeUnretainedValue()
    }

    /// The context for a name that the client asked for; nil to go on with the default one.
    func other(for name: String) -> TLSContext? {
        let name = name.lowercased()
        if let exact = others[name] { return exact }
        guard let dot = name.firstIndex(of: ".") else { return nil }
        return others["*" + name[dot...]]
    }

    private static func configure(
        _ pointer: OpaquePointer, _ clientCertificates: ClientCertificates
    ) throws(ServerError) {
        shim_SSL_CTX_set_server_options(pointer)
        guard shim_SSL_CTX_set_min_proto_version(pointer, TLS1_2_VERSION) == 1,
            SSL_CTX_set_cipher_list(pointer, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL") == 1,
            shim_SSL_CTX_set1_groups_list(pointer, "X25519:P-256:P-384") == 1,
            SSL_CTX_set_session_id_context(pointer, Array("vestibule".utf8), 9) == 1,
            shim_SSL_CTX_set_tlsext_ticket_key_evp_cb(pointer, ticketCallback) == 1
        else { throw ServerError("OpenSSL refused the TLS settings: \(openSSLReason())") }
        SSL_CTX_set_timeout(pointer, Int(TLSTicketKeys.lifetime / 1000))
        SSL_CTX_set_alpn_select_cb(pointer, protocolCallback, nil)
        if case .optional = clientCertificates { SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, { _, _ in 1 }) }
    }

    private static func load(_ identity: TLSIdentity, into pointer: OpaquePointer) throws(ServerError) {
        for path in [identity.certificatePEM, identity.keyPEM] where access(path, R_OK) != 0 {
            throw .system("the TLS file \(path) cannot be read")
        }
        ERR_clear_error()
        guard SSL_CTX_use_certificate_chain_file(pointer, identity.certificatePEM) == 1 else {
            throw ServerError(
                "the file \(identity.certificatePEM) holds no certificate chain in PEM form: \(openSSLReason())")
        }
        guard SSL_CTX_use_PrivateKey_file(pointer, identity.keyPEM, SSL_FILETYPE_PEM) == 1,
            SSL_CTX_check_private_key(pointer) == 1
        else {
            throw ServerError(
                "the file \(identity.keyPEM) holds no private key that fits \(identity.certificatePEM): "
                    + openSSLReason())
        }
    }
}

/// OpenSSL's words for its latest error, and an empty queue.
private func openSSLReason() -> String {
    let code = ERR_peek_last_error()
    ERR_clear_error()
    return ERR_reason_error_string(code).map { String(cString: $0) } ?? "no reason given"
}

/// Chooses `http/1.1` (RFC 7301). A client that offers only other protocols is refused with the alert made for it.
private let protocolCallback: SSL_CTX_alpn_select_cb_func = { _, chosen, chosenLength, offered, length, _ in
    guard let chosen, let chosenLength, let offered else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    let bytes = UnsafeBufferPointer(start: offered, count: Int(length))
    var index = 0
    while index < bytes.count {
        let end = index + 1 + Int(bytes[index])
        guard end <= bytes.count else { break }
        if bytes[(index + 1)..<end].elementsEqual("http/1.1".utf8) {
            chosen.pointee = offered + index + 1
            chosenLength.pointee = bytes[index]
            return SSL_TLSEXT_ERR_OK
        }
        index = end
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
}

/// Switches to the certificate for the name asked for (RFC 6066 §3); an unknown name gets the default one.
private let serverNameCallback:
    @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?)
        -> Int32 = { ssl, _, _ in
            guard let ssl, let asked = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) else {
                return SSL_TLSEXT_ERR_NOACK
            }
            guard let other = TLSContext.of(ssl)?.other(for: String(cString: asked)) else { return SSL_TLSEXT_ERR_OK }
            SSL_set_SSL_CTX(ssl, other.pointer)
            return SSL_TLSEXT_ERR_OK
        }
