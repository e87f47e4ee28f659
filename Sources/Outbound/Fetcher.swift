internal import CCurl
import Glibc
package import Server
import Synchronization

/// Which certificate authorities a peer's certificate may come from.
struct CertificateTrust: Sendable {
    /// PEM: the system's authorities and the operator's. Nil: the system's alone, which libcurl reads, and keeps
    /// parsed, itself.
    let bundle: [UInt8]?
    /// Tells one trust from another; 0 is the system's.
    let number: Int

    static let system = CertificateTrust()
    private static let made = Atomic<Int>(0)

    private init() {
        bundle = nil
        number = 0
    }

    /// - Throws: ``FetchError/badRequest(_:)`` when the file can't be read or holds no certificate.
    init(extraFile: String) throws(FetchError) {
        guard let extra = readFile(extraFile) else {
            throw .badRequest("the certificate file \(extraFile) can't be read")
        }
        guard String(decoding: extra, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
            throw .badRequest("the file \(extraFile) holds no certificate in PEM form")
        }
        var bundle = Self.systemFile().flatMap(readFile) ?? []
        bundle.append(0x0A)
        bundle.append(contentsOf: extra)
        self.bundle = bundle
        number = Self.made.wrappingAdd(1, ordering: .relaxed).newValue
    }

    private static func systemFile() -> String? {
        guard curlIsReady, let easy = shim_easy_init() else { return nil }
        defer { shim_easy_cleanup(easy) }
        return shim_default_ca_file(easy).map { String(cString: $0) }
    }
}

func readFile(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
        let count = read(file, &part, part.count)
        guard count >= 0 else { return nil }
        if count == 0 { return bytes }
        bytes.append(contentsOf: part[..<count])
        guard bytes.count <= 8 << 20 else { return nil }
    }
}

/// Sends requests, on the loop that asks where there is one.
package struct Fetcher: Sendable {
    private let fallback: Loop
    private let trust: CertificateTrust

    /// - Parameters:
    ///   - fallback: Runs the requests of callers that are on no loop.
    ///   - extraCAFile: PEM certificates trusted besides the system's; for development and private authorities.
    package init(fallback: Loop, extraCAFile: String? = nil) throws(FetchError) {
        self.fallback = fallback
        trust = if let extraCAFile { try CertificateTrust(extraFile: extraCAFile) } else { .system }
    }

    package func send(_ request: FetchRequest, policy: EgressPolicy) async throws(FetchError) -> FetchResult {
        guard curlIsReady else { throw .badRequest("libcurl could not be loaded") }
        guard let url = OutboundURL(request.url) else {
            throw .badRequest("\(printable(request.url)) is no absolute https address")
        }
        if case .refused(let reason) = policy.verdict(on: url) { throw .notAllowed(reason) }
        let fields = try Self.headerLines(request.fields)
        let trust = trust
        let loop = Loop.current ?? fallback
        let outcome = await loop.transfer(
            to: url, in: PoolKey(policy: policy, trust: trust.number), maximumBytes: request.maximumBytes
        ) { transfer in
            transfer.file = request.file
            return transfer.configure(timeout: request.timeout, trust: trust)
                && transfer.setIdentity(request.clientIdentity)
                && transfer.set(CURLOPT_URL, url.description)
                && transfer.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
                && transfer.set(CURLOPT_HTTPHEADER, fields) && transfer.set(CURLOPT_USERAGENT, "Vestibule")
                && (request.method == .get
                    ? transfer.set(CURLOPT_HTTPGET, 1)
                    : shim_easy_set_body(transfer.easy, request.body, request.body.count) == CURLE_OK)
        }
        guard let outcome else {
            throw Task.isCancelled ? .canceled : .badRequest("libcurl refused it")
        }
        return try result(of: outcome, url: url, limit: request.maximumBytes)
    }

    private static func headerLines(_ fields: [(name: String, value: String)]) throws(FetchError) -> [String] {
        // Neither is ours to negotiate: no interim answer, no coding we would have to undo.
        var lines = ["Expect:"]
        for (name, value) in fields {
            guard !name.isEmpty, name.utf8.allSatisfy({ isTokenByte($0) }) else {
                throw .badRequest("\(printable(name)) is no field name")
            }
            guard value.utf8.allSatisfy({ ($0 >= 0x20 || $0 == 0x09) && $0 != 0x7F }) else {
                throw .badRequest("the field \(name) has a control character in its value")
            }
            lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        return lines
    }

    private func result(of outcome: TransferOutcome, url: OutboundURL, limit: Int) throws(FetchError) -> FetchResult {
        if outcome.code == CURLE_OK {
            return FetchResult(status: outcome.status, fields: Self.fields(outcome.lines), body: outcome.body)
        }
        if outcome.excess == .body { throw .tooLarge(host: url.host, limit: limit) }
        if outcome.excess == .head { throw .malformed(host: url.host, "the header is too long") }
        if let refusal = outcome.refusal { throw .notAllowed(refusal) }
        throw FetchError(outcome.code, outcome.detail, host: url.host, limit: limit)
    }

    /// The fields of the last header block; interim answers and their fields are not the answer's.
    private static func fields(_ lines: [[UInt8]]) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        for line in lines {
            if line.starts(with: Array("HTTP/".utf8)) {
                fields.removeAll()
                continue
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = line[..<colon].map { (65...90).contains($0) ? $0 + 32 : $0 }
            var value = line[(colon + 1)...]
            while let first = value.first, first == 0x20 || first == 0x09 { value = value.dropFirst() }
            while let last = value.last, last == 0x20 || last == 0x09 { value = value.dropLast() }
            fields.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        return fields
    }
}

/// Loaded and initialised once, by whoever first needs it.
let curlIsReady: Bool = shim_curl_load()

extension FetchError {
    init(_ code: CURLcode, _ detail: String, host: String, limit: Int) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: self = .resolve(host: host)
        case CURLE_OPERATION_TIMEDOUT: self = .timeout(host: host)
        case CURLE_FILESIZE_EXCEEDED: self = .tooLarge(host: host, limit: limit)
        case CURLE_ABORTED_BY_CALLBACK: self = .canceled
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT: self = .badRequest(detail)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_PARTIAL_FILE, CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR:
            self = .malformed(host: host, detail)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_INITFAILED:
            self = .tls(host: host, detail)
        default: self = .connect(host: host, detail)
        }
    }
}

/// A character of a field name (RFC 9110 §5.6.2).
func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}

/// A part of something that came from elsewhere, fit for a sentence: short, and without control characters.
func printable(_ text: String) -> String {
    let bytes = text.utf8.prefix(200).map { $0 < 0x20 || $0 > 0x7E ? UInt8(ascii: "?") : $0 }
    return String(decoding: bytes, as: UTF8.self) + (text.utf8.count > 200 ? "…" : "")
}
