internal import CCurl
internal import Cryptography
import Glibc
internal import Server

/// What a finished transfer left, before anybody reads meaning into it.
struct TransferOutcome: Sendable {
    var code: CURLcode
    /// The last status line's or SMTP reply's code.
    var status: Int
    /// Header lines or SMTP replies without their line ends.
    var lines: [[UInt8]]
    var body: [UInt8]
    /// Why a socket was refused, if one was.
    var refusal: String?
    var excess: Excess?
    /// Bytes of the upload that libcurl asked for; 0 means the message itself never left.
    var uploaded: Int
    var detail: String

    enum Excess: Sendable {
        case body
        case head
    }

    static let canceled = TransferOutcome(
        code: CURLE_ABORTED_BY_CALLBACK, status: 0, lines: [], body: [], uploaded: 0, detail: "canceled")
}

/// One easy handle at work, with its buffers. Lives on one loop; libcurl's callbacks reach it by an unretained pointer,
/// which is good because the pool holds it until the handle has left the multi.
final class CurlTransfer {
    let easy: UnsafeMutableRawPointer
    let url: OutboundURL
    let policy: EgressPolicy
    let maximumBytes: Int
    var completion: ((TransferOutcome) -> Void)?

    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private let errorText: UnsafeMutablePointer<CChar>
    private var lines: [[UInt8]] = []
    private var headBytes = 0
    private var body: [UInt8] = []
    private var received = 0
    /// Takes the body in place of the memory.
    var file: Int32?
    private var refusal: String?
    private var excess: TransferOutcome.Excess?
    private var upload: [UInt8] = []
    private var uploaded = 0

    static let maximumHeadBytes = 64 * 1024
    static let maximumHeadLines = 200

    init?(easy: UnsafeMutableRawPointer?, url: OutboundURL, policy: EgressPolicy, maximumBytes: Int) {
        guard let easy else { return nil }
        self.easy = easy
        self.url = url
        self.policy = policy
        self.maximumBytes = maximumBytes
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText[0] = 0
    }

    deinit {
        for list in lists { shim_slist_free_all(list) }
        errorText.deallocate()
    }

    // MARK: Options

    /// What holds for every transfer, whatever its protocol. False: libcurl refused an option, so nothing is sent.
    func configure(timeout: Duration, trust: CertificateTrust) -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let milliseconds = max(1, min(timeout / .milliseconds(1), 3_600_000))
        var ok =
            set(CURLOPT_NOSIGNAL, 1) && set(CURLOPT_FOLLOWLOCATION, 0) && set(CURLOPT_MAXREDIRS, 0)
            && set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue)) && set(CURLOPT_PROXY, "")
            && set(CURLOPT_PROTOCOLS_STR, url.scheme.rawValue) && set(CURLOPT_REDIR_PROTOCOLS_STR, "https")
            && set(CURLOPT_SSL_VERIFYPEER, 1) && set(CURLOPT_SSL_VERIFYHOST, 2)
            && set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
            && set(CURLOPT_TIMEOUT_MS, Int(milliseconds)) && set(CURLOPT_CONNECTTIMEOUT_MS, Int(milliseconds))
            && set(CURLOPT_TCP_NODELAY, 1)
        ok = ok && shim_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText) == CURLE_OK
        ok = ok && shim_easy_set_offset(easy, CURLOPT_MAXFILESIZE_LARGE, maximumBytes) == CURLE_OK
        ok = ok && shim_easy_set_write(easy, curlReceivedBody, context) == CURLE_OK
        ok = ok && shim_easy_set_header(easy, curlReceivedHead, context) == CURLE_OK
        ok = ok && shim_easy_set_open(easy, curlOpenSocket, context) == CURLE_OK
        if let bundle = trust.bundle {
            ok = ok && shim_easy_set_certificates(easy, bundle, bundle.count) == CURLE_OK
        } else {
            // Only a lone bundle file is kept parsed between connections; a directory beside it would undo that.
            ok = ok && shim_easy_set_string(easy, CURLOPT_CAPATH, nil) == CURLE_OK
        }
        return ok
    }

    func set(_ option: CURLoption, _ value: Int) -> Bool { shim_easy_set_long(easy, option, value) == CURLE_OK }

    func set(_ option: CURLoption, _ value: String) -> Bool { shim_easy_set_string(easy, option, value) == CURLE_OK }

    /// Gives libcurl a list of strings that lives as long as the transfer.
    func set(_ option: CURLoption, _ values: [String]) -> Bool {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values {
            guard let longer = shim_slist_append(list, value) else {
                shim_slist_free_all(list)
                return false
            }
            list = longer
        }
        guard let list else { return true }
        lists.append(list)
        return shim_easy_set_list(easy, option, list) == CURLE_OK
    }

    /// Whether there is none, or libcurl took it.
    func setIdentity(_ identity: Secret?) -> Bool {
        identity?.withBytes { shim_easy_set_identity(easy, $0, $0.count) == CURLE_OK } ?? true
    }

    func setUpload(_ bytes: [UInt8]) -> Bool {
        upload = bytes
        let context = Unmanaged.passUnretained(self).toOpaque()
        return shim_easy_set_read(easy, curlWantsUpload, context) == CURLE_OK && set(CURLOPT_UPLOAD, 1)
            && shim_easy_set_offset(easy, CURLOPT_INFILESIZE_LARGE, bytes.count) == CURLE_OK
    }

    // MARK: What libcurl's callbacks tell

    /// The bytes taken; fewer than given ends the transfer.
    fileprivate func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard received + bytes.count <= maximumBytes else {
            excess = .body
            return 0
        }
        received += bytes.count
        if let file {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return 0 }
                rest = rest.dropFirst(count)
            }
        } else {
            body.append(contentsOf: bytes)
        }
        return bytes.count
    }

    fileprivate func receiveHead(_ bytes: UnsafeRawBufferPointer) -> Int {
        headBytes += bytes.count
        guard headBytes <= Self.maximumHeadBytes, lines.count < Self.maximumHeadLines else {
            excess = .head
            return 0
        }
        var line = bytes[...]
        while let last = line.last, last == 0x0D || last == 0x0A { line = line.dropLast() }
        lines.append(Array(line))
        return bytes.count
    }

    fileprivate func provideUpload(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, upload.count - uploaded)
        guard count > 0 else { return 0 }
        upload.withUnsafeBytes {
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[uploaded..<uploaded + count]))
        }
        uploaded += count
        return count
    }

    /// Whether the socket may be made, asked with the very address it will connect to.
    fileprivate func admits(_ address: RemoteAddress?, port: Int) -> Bool {
        let verdict: EgressVerdict =
            if let address {
                policy.verdict(on: address, port: port, for: url)
            } else {
                .refused("\(url.host) is at an address that is neither IPv4 nor IPv6")
            }
        guard case .refused(let reason) = verdict else { return true }
        if refusal == nil { refusal = reason }
        return false
    }

    func outcome(_ code: CURLcode) -> TransferOutcome {
        var detail = String(cString: errorText)
        if detail.isEmpty { detail = String(cString: shim_easy_strerror(code)) }
        return TransferOutcome(
            code: code, status: shim_easy_response_code(easy), lines: lines, body: body, refusal: refusal,
            excess: excess, uploaded: uploaded, detail: detail)
    }
}

// MARK: - C callbacks on one transfer
// Plain functions: they run on the loop's thread, inside a call into libcurl that the loop made.

private func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
}

private func curlReceivedBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    transfer(context)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
}

private func curlReceivedHead(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    transfer(context)?.receiveHead(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
}

private func curlWantsUpload(
    _ room: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    transfer(context)?.provideUpload(UnsafeMutableRawBufferPointer(start: room, count: size * count)) ?? 0
}

private func curlOpenSocket(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> Int32 {
    guard let transfer = transfer(context), let address else { return -1 }
    var bytes = [UInt8](repeating: 0, count: 16)
    var port: UInt16 = 0
    let count = shim_address_read(address, &bytes, &port)
    let remote = RemoteAddress(bytes: Array(bytes.prefix(Int(count))))
    guard transfer.admits(remote, port: Int(port)) else { return -1 }
    return shim_address_open(address)
}
