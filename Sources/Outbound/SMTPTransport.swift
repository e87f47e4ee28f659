internal import CCurl
package import Cryptography
internal import Directory
internal import Server
import Synchronization

/// The mail server that takes our mail.
package struct SMTPConfiguration: Sendable, Hashable {
    package enum Security: String, Sendable, Hashable, CaseIterable {
        /// Plain at first, then TLS or nothing (RFC 3207): a server that does not offer it gets no mail.
        case startTLS = "starttls"
        /// TLS from the first byte (RFC 8314).
        case implicitTLS = "tls"
        /// For a server on this machine only.
        case none
    }

    package var host: String
    package var port: Int
    package var security: Security
    package var username: String?
    package var password: Secret?
    /// PEM certificates trusted besides the system's.
    package var caFile: String?
    /// From the connection to the acceptance of one mail.
    package var timeout: Duration

    package init(
        host: String, port: Int, security: Security, username: String? = nil, password: Secret? = nil,
        caFile: String? = nil, timeout: Duration = .seconds(60)
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.username = username
        self.password = password
        self.caFile = caFile
        self.timeout = timeout
    }

    package static func == (left: SMTPConfiguration, right: SMTPConfiguration) -> Bool {
        left.host == right.host && left.port == right.port && left.security == right.security
            && left.username == right.username && left.password == right.password && left.caFile == right.caFile
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(host)
        hasher.combine(port)
    }
}

/// What became of one attempt.
package enum DeliveryOutcome: Sendable, Hashable {
    case delivered
    /// Try again later: nobody there, a 4xx reply, or something about us rather than about the mail.
    case failedForNow(String)
    /// The server refused this mail (5xx), or it can't be written.
    case refused(String)
}

/// Hands mails to one SMTP server through libcurl, on a loop. Consecutive mails share a connection.
struct SMTPTransport: Sendable {
    private let configuration: SMTPConfiguration
    private let loop: Loop
    private let url: OutboundURL
    private let pool: PoolKey
    private let trust: CertificateTrust
    private static let made = Atomic<Int>(0)

    /// - Parameter domain: What we call ourselves in EHLO.
    init(_ configuration: SMTPConfiguration, domain: DomainName, loop: Loop) throws(FetchError) {
        guard curlIsReady else { throw .badRequest("libcurl could not be loaded") }
        let scheme = configuration.security == .implicitTLS ? "smtps" : "smtp"
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        guard let url = OutboundURL("\(scheme)://\(host):\(configuration.port)/\(domain)"),
            url.port == configuration.port,
            !host.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") })
        else { throw .badRequest("\(printable(configuration.host)):\(configuration.port) is no mail server's address") }
        if configuration.security == .none && configuration.username != nil {
            throw .badRequest("a password is never sent without TLS")
        }
        self.configuration = configuration
        self.loop = loop
        self.url = url
        // The operator named the server, so its address may be private.
        var policy = EgressPolicy(name: "mail", allowances: [.host(url.host, port: url.port)])
        policy.isLoopbackOnly = configuration.security == .none
        let trust: CertificateTrust =
            if let file = configuration.caFile { try CertificateTrust(extraFile: file) } else { .system }
        self.trust = trust
        pool = PoolKey(
            policy: policy, trust: trust.number, service: Self.made.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    func send(_ message: [UInt8], from: EmailAddress, to recipients: [EmailAddress]) async -> DeliveryOutcome {
        let configuration = configuration
        let trust = trust
        let url = url
        let outcome = await loop.transfer(to: url, in: pool, maximumBytes: 64 * 1024) { transfer in
            let isReady =
                transfer.configure(timeout: configuration.timeout, trust: trust)
                && transfer.set(CURLOPT_URL, url.description)
                && transfer.set(CURLOPT_MAIL_FROM, "<\(from)>")
                && transfer.set(CURLOPT_MAIL_RCPT, recipients.map { "<\($0)>" })
                && transfer.setUpload(message)
                && (configuration.security == .none || transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)))
            guard isReady, let username = configuration.username else { return isReady }
            let password = configuration.password?.withBytes { String(decoding: $0, as: UTF8.self) } ?? ""
            // TLS is up by now, so the two plain mechanisms, which every server has, are enough.
            return transfer.set(CURLOPT_USERNAME, username) && transfer.set(CURLOPT_PASSWORD, password)
                && transfer.set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
        }
        guard let outcome else { return .failedForNow("The transfer was not started, or was canceled.") }
        return Self.judge(outcome, host: url.host)
    }

    /// A 5xx reply is about this mail only once the server has heard of it: a refused greeting, password or STARTTLS
    /// would be the same for every mail, and somebody will mend it.
    static func judge(_ outcome: TransferOutcome, host: String) -> DeliveryOutcome {
        if outcome.code == CURLE_OK { return .delivered }
        if let refusal = outcome.refusal { return .failedForNow("The egress policy refused: \(refusal).") }
        let reply = outcome.lines.last { $0.first == UInt8(ascii: "4") || $0.first == UInt8(ascii: "5") }
        let said = reply.map { printable(String(decoding: $0, as: UTF8.self)) }
        let isAboutTheMail: Bool =
            switch outcome.code {
            case CURLE_SEND_ERROR, CURLE_RECV_ERROR: true
            case CURLE_WEIRD_SERVER_REPLY: outcome.uploaded > 0
            default: false
            }
        if let said, isAboutTheMail, (500...599).contains(outcome.status),
            ![530, 534, 535, 538].contains(outcome.status)
        {
            return .refused("\(host) refused the mail: \(said)")
        }
        if let said { return .failedForNow("\(host) answered: \(said)") }
        return .failedForNow("\(FetchError(outcome.code, outcome.detail, host: host, limit: 0))")
    }
}
