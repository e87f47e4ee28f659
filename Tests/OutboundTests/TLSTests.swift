import Cryptography
import Glibc
import HTTP
import Server
import Testing

@testable import Outbound

@Suite("TLS of requests") struct TLSTests {
    /// A web server with a certificate for these names from an authority of its own.
    private final class Secured {
        let server: HTTPServer
        let authorityFile: String
        private let directory: TemporaryDirectory
        var port: UInt16 { server.boundAddresses[0].port }

        /// A certificate with its key, in PEM, that nobody need trust: who presents it has the key.
        static func identity() throws -> Secret {
            let key = try SigningKey.generate(.ec(.p256))
            let certificate = try Certificate.selfSigned(name: "Vestibule", key: key, days: 1, environment: .live)
            return Secret(certificate.pem() + key.pem().withBytes { $0 })
        }

        init(names: [String], clients: ClientCertificates = .none) throws {
            directory = try TemporaryDirectory()
            let authority = try CertificateAuthority.make(name: "Test authority", days: 2, environment: .live)
            let issued = try authority.issueServerCertificate(names: names, days: 1, environment: .live)
            authorityFile = "\(directory.path)/ca.pem"
            let files = (certificate: "\(directory.path)/server.pem", key: "\(directory.path)/key.pem")
            try Self.write(authority.certificate.pem(), to: authorityFile)
            try Self.write(issued.certificate.pem(), to: files.certificate)
            try issued.key.pem().withBytes { try Self.write($0, to: files.key) }
            let store = try TLSContextStore(
                certificatePEM: files.certificate, keyPEM: files.key, clientCertificates: clients)
            server = try HTTPServer(
                loops: TestLoops.group,
                listeners: [ListenerConfiguration(address: "127.0.0.1", port: 0, tls: store)]
            ) { _, request in .text(request.peer.clientCertificateThumbprint == nil ? "secret" : "known") }
            server.start()
        }

        private static func write(_ bytes: [UInt8], to path: String) throws {
            guard let file = fopen(path, "w") else { throw TemporaryDirectory.Failure() }
            fwrite(bytes, 1, bytes.count, file)
            fclose(file)
        }
    }

    private let policy = EgressPolicy.development

    @Test func `a certificate of a trusted authority for the right name is accepted`() async throws {
        let secured = try Secured(names: ["localhost", "127.0.0.1"])
        let fetcher = try Fetcher(fallback: TestLoops.group.loops[0], extraCAFile: secured.authorityFile)
        for host in ["localhost", "127.0.0.1"] {
            let result = try await fetcher.send(FetchRequest(.get, "https://\(host):\(secured.port)/"), policy: policy)
            #expect(result.body == Array("secret".utf8))
        }
    }

    @Test func `who has a certificate proves themselves with it, and nobody else does on their connection`()
        async throws
    {
        let secured = try Secured(names: ["localhost"], clients: .optional)
        let fetcher = try Fetcher(fallback: TestLoops.group.loops[0], extraCAFile: secured.authorityFile)
        var request = FetchRequest(.get, "https://localhost:\(secured.port)/")
        for _ in 0..<2 {
            #expect(String(decoding: try await fetcher.send(request, policy: policy).body, as: UTF8.self) == "secret")
            var proven = request
            proven.clientIdentity = try Secured.identity()
            let own = EgressPolicy(name: "connector", allowsPlainHTTPToLoopback: true)
            #expect(String(decoding: try await fetcher.send(proven, policy: own).body, as: UTF8.self) == "known")
        }
        request.clientIdentity = Secret(utf8: "no certificate")
        await #expect(throws: FetchError.self) { _ = try await fetcher.send(request, policy: policy) }
    }

    private func failure(_ fetcher: Fetcher, _ url: String) async throws -> FetchError? {
        do {
            _ = try await fetcher.send(
                FetchRequest(.get, url), policy: EgressPolicy(name: url, allowsPlainHTTPToLoopback: true))
            return nil
        } catch {
            return error
        }
    }

    @Test func `an unknown authority is refused`() async throws {
        let secured = try Secured(names: ["localhost"])
        guard
            case .tls(host: "localhost", _)? = try await failure(
                try Fetcher(fallback: TestLoops.group.loops[0]), "https://localhost:\(secured.port)/")
        else {
            Issue.record("it was accepted")
            return
        }
    }

    @Test func `who trusts less gets no connection of who trusts more`() async throws {
        let secured = try Secured(names: ["localhost"])
        let url = "https://localhost:\(secured.port)/"
        let trusting = try Fetcher(fallback: TestLoops.group.loops[0], extraCAFile: secured.authorityFile)
        #expect(try await failure(trusting, url) == nil)
        guard case .tls? = try await failure(try Fetcher(fallback: TestLoops.group.loops[0]), url) else {
            Issue.record("it was accepted")
            return
        }
    }

    @Test func `a certificate for another name is refused`() async throws {
        let secured = try Secured(names: ["idp.example"])
        let fetcher = try Fetcher(fallback: TestLoops.group.loops[0], extraCAFile: secured.authorityFile)
        guard case .tls? = try await failure(fetcher, "https://localhost:\(secured.port)/") else {
            Issue.record("it was accepted")
            return
        }
    }

    @Test func `a file without certificates is refused at start`() throws {
        #expect(throws: FetchError.self) {
            try Fetcher(fallback: TestLoops.group.loops[0], extraCAFile: "/dev/null")
        }
        #expect(throws: FetchError.self) {
            try Fetcher(fallback: TestLoops.group.loops[0], extraCAFile: "/nonexistent")
        }
    }
}
