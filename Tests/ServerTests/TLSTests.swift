import Glibc
import HTTP
import Synchronization
import Testing

@testable import Server

/// Runs a shell command and answers what it wrote, errors included. The outside implementations here are OpenSSL's
/// own program and Python's ssl module.
private func shell(_ command: String) async throws -> String {
    try await onThread {
        guard let pipe = popen("{ \(command) ; } 2>&1", "r") else { throw TestClient.Failure(description: "popen") }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { output += buffer[..<count] }
        let status = pclose(pipe)
        let text = String(decoding: output, as: UTF8.self)
        guard status == 0 else { throw TestClient.Failure(description: "\(command): \(status)\n\(text)") }
        return text
    }
}

/// A directory with certificates that OpenSSL made, gone after the test.
private final class Certificates: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/tls.XXXXXX".utf8CString)
        path = try template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, let made = mkdtemp(start) else {
                throw TestClient.Failure(description: "mkdtemp")
            }
            return String(cString: made)
        }
    }

    deinit {
        for name in ["certificate", "key", "other", "otherkey", "client", "clientkey"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    func make(_ name: String, key: String, for subject: String) async throws {
        _ = try await shell(
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=\(subject) \
            -addext subjectAltName=DNS:\(subject),IP:127.0.0.1 -keyout \(path)/\(key) -out \(path)/\(name) 2>/dev/null
            """)
    }

    func fingerprint(_ name: String) async throws -> String {
        try await shell("openssl x509 -in \(path)/\(name) -outform der | sha256sum | cut -c1-64").trimmed
    }

    func store(
        clientCertificates: ClientCertificates = .none, names: [String: TLSIdentity] = [:],
        clock: @escaping @Sendable () -> UInt64 = { 0 }
    ) throws -> TLSContextStore {
        try TLSContextStore(
            certificatePEM: "\(path)/certificate", keyPEM: "\(path)/key", clientCertificates: clientCertificates,
            names: names, monotonicMilliseconds: clock)
    }

    /// Runs Python with `connect(**kw)` (a TLS socket), `get(socket, path)` and `fingerprint(socket)` at hand.
    func python(port: UInt16, _ script: String) async throws -> String {
        let prelude = """
            import hashlib, socket, ssl
            def connect(name="a.test", alpn=["http/1.1"], certificate=None, version=None, session=None, context=None):
                if context is None: context = make(alpn, certificate, version)
                return context.wrap_socket(socket.create_connection(("127.0.0.1", \(port)), 5), server_hostname=name, session=session)
            def make(alpn=["http/1.1"], certificate=None, version=None):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
                if alpn: context.set_alpn_protocols(alpn)
                if certificate: context.load_cert_chain(*certificate)
                if version: context.minimum_version = context.maximum_version = version
                return context
            def get(s, path):
                s.sendall(f"GET {path} HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n".encode())
                data = b""
                while b"\\r\\n\\r\\n" not in data: data += s.recv(65536)
                head, body = data.split(b"\\r\\n\\r\\n", 1)
                length = int([l for l in head.split(b"\\r\\n") if l.lower().startswith(b"content-length")][0].split(b":")[1])
                while len(body) < length: body += s.recv(65536)
                return body.decode()
            def fingerprint(s): return hashlib.sha256(s.getpeercert(True)).hexdigest()

            """
        let file = "\(path)/script"
        let bytes = Array((prelude + script).utf8)
        guard let handle = fopen(file, "w") else { throw TestClient.Failure(description: "fopen") }
        fwrite(bytes, 1, bytes.count, handle)
        fclose(handle)
        defer { unlink(file) }
        return try await shell("python3 -W ignore \(file)").trimmed
    }
}

extension String {
    fileprivate var trimmed: String { last == "\n" ? String(dropLast()).trimmed : self }
}

@Suite("TLS") struct TLSTests {
    @Test func `requests are served over TLS 1_3 and 1_2, and not below`() async throws {
        let certificates = try Certificates()
        try await certificates.make("certificate", key: "key", for: "a.test")
        let server = try TestServer(tls: certificates.store()) { _, request in
            .text("\(request.isSecure) \(request.remoteAddress)")
        }
        let output = try await certificates.python(
            port: server.port,
            """
            for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
                s = connect(version=version)
                print(s.version(), s.selected_alpn_protocol(), get(s, "/a"), get(s, "/b"))
            try: connect(version=ssl.TLSVersion.TLSv1_1); print("old")
            except (ssl.SSLError, ValueError): print("refused")
            """)
        #expect(
            output == "TLSv1.3 http/1.1 true 127.0.0.1 true 127.0.0.1\n"
                + "TLSv1.2 http/1.1 true 127.0.0.1 true 127.0.0.1\nrefused")
    }

    @Test func `a client that speaks no HTTP 1_1 is refused in the handshake`() async throws {
        let certificates = try Certificates()
        try await certificates.make("certificate", key: "key", for: "a.test")
        let server = try TestServer(tls: certificates.store())
        let output = try await certificates.python(
            port: server.port,
            """
            print(connect(alpn=None).selected_alpn_protocol(), connect(alpn=["h2", "http/1.1"]).selected_alpn_protocol())
            try: connect(alpn=["h2"]); print("accepted")
            except ssl.SSLError as e: print("no application protocol" in str(e) or str(e))
            """)
        #expect(output == "None http/1.1\nTrue")
        #expect(server.server.counters.handshakeFailures == 1)
    }

    @Test func `large bodies pass both ways`() async throws {
        let certificates = try Certificates()
        try await certificates.make("certificate", key: "key", for: "a.test")
        let server = try TestServer(tls: certificates.store()) { _, request in
            .text(String(repeating: "r", count: request.body.count * 8))
        }
        let output = try await certificates.python(
            port: server.port,
            """
            s = connect()
            s.sendall(b"POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 900000\\r\\n\\r\\n" + b"q" * 900000)
            data = b""
            while data.count(b"r") < 7200000: data += s.recv(65536)
            print(len(data.split(b"\\r\\n\\r\\n", 1)[1]), get(s, "/again"))
            """)
        #expect(output == "7200000 ")
    }

    @Test func `after a reload old connections go on and new ones get the new certificate`() async throws {
        let certificates = try Certificates()
        try await certificates.make("certificate", key: "key", for: "a.test")
        let before = try await certificates.fingerprint("certificate")
        let store = try certificates.store()
        let server = try TestServer(loops: 2, tls: store) { loop, request in
            guard request.path == "/reload" else { return .text("ok") }
            do {
                try await certificates.make("certificate", key: "key", for: "b.test")
                try store.reload()
                return .text("reloaded")
            } catch { return .text("\(error)") }
        }
        let output = try await certificates.python(
            port: server.port,
            """
            old = connect()
            print(fingerprint(old), get(old, "/reload"))
            print(get(old, "/"))
            new = connect()
            print(fingerprint(new), get(new, "/"))
            print(fingerprint(old), get(old, "/"))
            """)
        let after = try await certificates.fingerprint("certificate")
        #expect(before != after)
        #expect(output == "\(before) reloaded\nok\n\(after) ok\n\(before) ok")
    }

    @Test func `a reload that fails keeps what was there`() async throws {
        let certificates = try Certificates()
        try await certificates.make("certificate", key: "key", for: "a.test")
        let store = try certificates.store()
        try await certificates.make("other", key: "key", for: "a.test")
        let mismatch = #expect(throws: ServerError.self) { try store.reload() }
        #expect(mismatch?.sentence.contains("\(certificates.path)/key") == true)
        unlink("\(certificates.path)/certificate")
        let missing = #expect(throws: ServerError.self) { try store.reload() }
        #expect(missing?.sentence.contains("\(certificates.path)/certificate cannot be read: No such file") == true)
        _ = store.context
    }

    @Test func `a session is resumed after a reload, with a new ticket key, and not when its key is gone`() async throws
    {
        let certificates = try Certificates()
        try await certificates.make("certificate", key: "key", for: "a.test")
        let hours = Mutex<UInt64>(0)
        let store = try certificates.store(clock: { hours.withLock { $0 } * 3_600_000 })
        let server = try TestServer(tls: store) { _, request in
            if request.path == "/reload" { try? store.reload() }
            if let late = UInt64(request.path.dropFirst()) { hours.withLock { $0 = late } }
            return .text("ok")
        }
        let output = try await certificates.python(
            port: server.port,
            """
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = make(version=version)
                first = connect(context=context)
                get(first, "/0")
                def again(path):
                    s = connect(context=context, session=first.session)
                    get(s, path)
                    return s.session_reused
                print(again("/reload"), again("/9"), again("/17"), again("/0"))
            """)
        #expect(output == "True True True False\nTrue True True False")
    }

    @Test func `a client certificate's thumbprint reaches the handler, also on a resumed session`() async throws {
        let certificates = try Certificates()
        try await certificates.make("certificate", key: "key", for: "a.test")
        try await certificates.make("client", key: "clientkey", for: "client.test")
        let expected = try await certificates.fingerprint("client")
        let server = try TestServer(tls: certificates.store(clientCertificates: .optional)) { _, request in
            let bytes = request.clientCertificateThumbprint
            return .text(bytes.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() } ?? "none")
        }
        let output = try await certificates.python(
            port: server.port,
            """
            print(get(connect(), "/"))
            context = make(certificate=("\(certificates.path)/client", "\(certificates.path)/clientkey"))
            s = connect(context=context)
            print(get(s, "/"))
            again = connect(context=context, session=s.session)
            print(again.session_reused, get(again, "/"))
            """)
        #expect(output == "none\n\(expected)\nTrue \(expected)")
    }

    @Test func `the name that a client asks for chooses the certificate`() async throws {
        let certificates = try Certificates()
        try await certificates.make("certificate", key: "key", for: "a.test")
        try await certificates.make("other", key: "otherkey", for: "b.test")
        let other = TLSIdentity(certificatePEM: "\(certificates.path)/other", keyPEM: "\(certificates.path)/otherkey")
        let server = try TestServer(tls: certificates.store(names: ["b.test": other, "*.c.test": other]))
        let output = try await certificates.python(
            port: server.port,
            """
            for name in ("a.test", "b.test", "B.TEST", "x.c.test", "x.y.c.test", "unknown.test"): print(fingerprint(connect(name=name)))
            """)
        let (first, second) = try await (certificates.fingerprint("certificate"), certificates.fingerprint("other"))
        #expect(output.split(separator: "\n").map(String.init) == [first, second, second, second, first, first])
    }

    @Test func `a handshake that does not come is ended, and so is plain HTTP`() async throws {
        let certificates = try Certificates()
        try await certificates.make("certificate", key: "key", for: "a.test")
        let server = try TestServer(limits: ServerLimits(head: .milliseconds(50)), tls: certificates.store())
        try await onThread { [port = server.port] in
            let silent = try TestClient(port: port)
            #expect(silent.isClosed())
            let plain = try TestClient(port: port)
            try plain.get("/")
            _ = try? plain.rest()
        }
        #expect(server.server.counters.handshakeFailures == 2)
        #expect(server.server.counters.requests == 0)
    }
}
