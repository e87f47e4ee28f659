import Cryptography
import Gateway
import HTTP
import Outbound
import Server

/// The configuration file, read and checked. `config/vestibule.json5` tells what each key means.
struct Configuration: Sendable {
    struct Listener: Sendable {
        var address: String
        var port: UInt16
        var tls: TLSIdentity?
        var asksForClientCertificates = false
        /// For metrics and nothing else.
        var isInternal = false
    }

    enum MasterKeySource: Sendable {
        case file(String, isMade: Bool)
        case environment(String)
        /// A systemd credential: a file in `$CREDENTIALS_DIRECTORY`.
        case credential(String)
    }

    struct Mail: Sendable {
        var sink: MailSink
        var sender: MailSender
    }

    /// As named on the command line.
    var file: String
    var base: String
    var isDevelopment = false
    var listeners: [Listener] = []
    var proxies: [AddressRange] = []
    var database: String
    var masterKey: MasterKeySource
    var mail: Mail?
    var egress: [EgressPolicy.Allowance] = []
    /// PEM certificates trusted besides the system's when we ask partners.
    var trust: String?
    /// Whom we ask for the records that prove domains.
    var nameServers = NameServers.system
    /// What commands mean where they are not told: a tenant's id or domain.
    var tenant: String?
    var limits = Limits()
    var server = ServerLimits()
    var drain: Duration = .seconds(30)
    var loops: Int?
    var logsRequests = false
    var takesOver = false
    /// Files that must be there to serve, each with what to say when it is not.
    var needs: [(path: String, fault: FileFault)] = []

    private static let keys = [
        "base", "development", "listen", "proxies", "database", "masterKey", "mail", "egress", "trust", "dns",
        "tenant", "loops", "takeOver", "log", "limits", "metrics",
    ]

    /// Beside the database: the socket of commands.
    var controlSocket: String { database + ".control" }

    static func read(_ path: String) throws(CommandFailure) -> Configuration {
        let bytes: [UInt8]
        do throws(FileAccess.Failure) {
            bytes = try FileAccess.read(path)
        } catch {
            throw .usage("the configuration \(path) can't be read: \(error.words)")
        }
        do throws(FileFault) {
            return try Configuration(DeclaredFile(name: path, bytes: bytes))
        } catch {
            throw .usage("\(error)")
        }
    }

    /// The file that `--config` names, or the one that is looked for without it.
    static func read(_ arguments: Arguments) throws(CommandFailure) -> Configuration {
        if let path = arguments.value("config") { return try read(path) }
        let usual = ["vestibule.json5", "config/vestibule.json5", "/etc/vestibule/vestibule.json5"]
        guard let found = usual.first(where: { FileAccess.exists($0) }) else {
            throw .usage("--config is missing, and there is no \(usual.joined(separator: ", "))")
        }
        return try read(found)
    }

    init(_ declared: DeclaredFile) throws(FileFault) {
        file = declared.name
        let folder = FileAccess.folder(of: declared.name)
        var root = try declared.root()
        // First, because a misspelt "development" would make the next sentence point elsewhere.
        try root.refuseOthers(than: Self.keys)
        let isDevelopment = try root.boolOrNil("development") ?? false
        self.isDevelopment = isDevelopment
        base = try Self.base(&root, isDevelopment: isDevelopment)
        proxies = try root.parsedRanges("proxies")
        let hasProxies = !proxies.isEmpty
        var needs: [(path: String, fault: FileFault)] = []
        let listeners = try root.list("listen") { object throws(FileFault) in
            try Self.listener(&object, folder: folder, isBehindProxy: hasProxies, &needs)
        }
        self.listeners = listeners ?? [Listener(address: "127.0.0.1", port: 8080)]
        if self.listeners.isEmpty { throw root.fault("listen", "must name at least one address") }
        if var metrics = try root.childOrNil("metrics") {
            // What it tells is no secret, and not for the public either; TLS is the scraper's network's.
            var listener = try Self.listener(&metrics, folder: folder, isBehindProxy: true, &needs)
            listener.isInternal = true
            self.listeners.append(listener)
            try metrics.finish()
        }
        let database = FileAccess.path(try root.stringOrNil("database") ?? "vestibule.db", from: folder)
        self.database = database
        masterKey = .file(database + ".key", isMade: isDevelopment)
        if var key = try root.childOrNil("masterKey") {
            masterKey = try Self.masterKey(&key, folder: folder, database: database, isDevelopment: isDevelopment)
            try key.finish()
        }
        if var object = try root.childOrNil("mail") {
            mail = try Self.mail(&object, folder: folder, &needs)
            try object.finish()
        }
        for (index, text) in (try root.stringsOrNil("egress") ?? []).enumerated() {
            guard let allowance = EgressPolicy.Allowance(text) else {
                throw root.fault("egress", index, "is \"\(text)\", neither host:port nor an address or network")
            }
            egress.append(allowance)
        }
        if let path = try root.stringOrNil("trust") { trust = root.file("trust", path, in: folder, &needs) }
        self.needs = needs
        if var dns = try root.childOrNil("dns") {
            nameServers = try Self.nameServers(&dns)
            try dns.finish()
        }
        tenant = try root.stringOrNil("tenant")
        loops = try root.integerOrNil("loops", in: 1...256)
        takesOver = try root.boolOrNil("takeOver") ?? false
        if var log = try root.childOrNil("log") {
            logsRequests = try log.boolOrNil("requests") ?? false
            try log.finish()
        }
        if var limits = try root.childOrNil("limits") {
            try readLimits(&limits)
            try limits.finish()
        }
        try root.finish()
    }

    private static func base(_ root: inout DeclaredObject, isDevelopment: Bool) throws(FileFault) -> String {
        let text = try root.string("base")
        let url: HTTPURL
        do throws(HTTPURL.Flaw) {
            url = try HTTPURL(parsing: text)
        } catch {
            throw root.fault("base", "is \(text), which is no address: \(error)")
        }
        guard url.path.isEmpty || url.path == "/", url.query == nil, url.fragment == nil else {
            throw root.fault("base", "is \(text); it must be an origin, without a path")
        }
        guard url.scheme == .https || (isDevelopment && url.isLoopback) else {
            throw root.fault(
                "base", "is \(text); it must begin with https:// (http:// only with \"development\" and on loopback)")
        }
        return url.origin
    }

    private static func listener(
        _ object: inout DeclaredObject, folder: String, isBehindProxy: Bool,
        _ needs: inout [(path: String, fault: FileFault)]
    ) throws(FileFault) -> Listener {
        let address = try object.string("address")
        guard let socketAddress = SocketAddress(address) else {
            throw object.fault("address", "is \"\(address)\"; give a numeric IPv4 or IPv6 address, or localhost")
        }
        guard let port = try object.integerOrNil("port", in: 0...65_535) else {
            throw object.fault("port", "is missing")
        }
        var listener = Listener(address: address, port: UInt16(port))
        if var tls = try object.childOrNil("tls") {
            listener.tls = TLSIdentity(
                certificatePEM: tls.file("certificate", try tls.string("certificate"), in: folder, &needs),
                keyPEM: tls.file("key", try tls.string("key"), in: folder, &needs))
            listener.asksForClientCertificates = try tls.boolOrNil("clientCertificates") ?? false
            try tls.finish()
        } else if !isBehindProxy, !socketAddress.isLoopback {
            throw object.fault(
                "needs \"tls\": plain HTTP is for loopback, and for reverse proxies named in \"proxies\"")
        }
        return listener
    }

    private static func masterKey(
        _ object: inout DeclaredObject, folder: String, database: String, isDevelopment: Bool
    ) throws(FileFault) -> MasterKeySource {
        let file = try object.stringOrNil("file")
        let variable = try object.stringOrNil("environment")
        let credential = try object.stringOrNil("credential")
        let isMade = try object.boolOrNil("create")
        guard [file, variable, credential].compactMap({ $0 }).count <= 1 else {
            throw object.fault("names several places; give one of \"file\", \"environment\", \"credential\"")
        }
        if let variable { return .environment(variable) }
        if let credential {
            guard !credential.contains("/") else { throw object.fault("credential", "is a name, not a path") }
            return .credential(credential)
        }
        return .file(
            file.map { FileAccess.path($0, from: folder) } ?? database + ".key", isMade: isMade ?? isDevelopment)
    }
}

extension Configuration {
    /// What serving takes besides the configuration: a missing file is told by the key that names it, before anything
    /// is made or opened.
    func requireFiles() throws(CommandFailure) {
        if let missing = needs.first(where: { !FileAccess.isReadable($0.path) }) { throw .usage("\(missing.fault)") }
    }
}

extension DeclaredObject {
    /// The full path of a file that must be there to serve.
    func file(
        _ name: String, _ path: String, in folder: String, _ needs: inout [(path: String, fault: FileFault)]
    ) -> String {
        let full = FileAccess.path(path, from: folder)
        needs.append((full, fault(name, "names \(full), which can't be read")))
        return full
    }

    /// Addresses and networks.
    fileprivate mutating func parsedRanges(_ name: String) throws(FileFault) -> [AddressRange] {
        var ranges: [AddressRange] = []
        for (index, text) in (try stringsOrNil(name) ?? []).enumerated() {
            guard let range = AddressRange(text) else {
                throw fault(name, index, "is \"\(text)\", which is no address or network such as 10.0.0.0/8")
            }
            ranges.append(range)
        }
        return ranges
    }
}

extension SocketAddress {
    fileprivate var isLoopback: Bool {
        text == "::1" || text.hasPrefix("127.")
    }
}
