import Cryptography
import Directory
import Gateway
import Outbound
import Server

extension Configuration {
    // MARK: Mail

    static func mail(
        _ object: inout DeclaredObject, folder: String, _ needs: inout [(path: String, fault: FileFault)]
    ) throws(FileFault) -> Mail {
        if var smtp = try object.childOrNil("smtp") {
            let mail = try self.smtp(&smtp, folder: folder, &needs)
            try smtp.finish()
            return mail
        }
        for name in ["folder", "mailbox"] {
            guard var child = try object.childOrNil(name) else { continue }
            let directory = FileAccess.path(try child.string("directory"), from: folder)
            // The folder itself is made; what it is in is not.
            let parent = FileAccess.folder(of: directory)
            needs.append((parent, child.fault("directory", "is \(directory), and there is no folder \(parent)")))
            let sender = try sender(&child)
            try child.finish()
            return Mail(
                sink: name == "folder" ? .files(directory: directory) : .mailbox(directory: directory), sender: sender)
        }
        throw object.fault("needs one of \"smtp\", \"folder\", \"mailbox\"")
    }

    private static func sender(_ object: inout DeclaredObject) throws(FileFault) -> MailSender {
        MailSender(
            address: try object.parsed("from", "an email address"), name: try object.stringOrNil("fromName"))
    }

    private static func smtp(
        _ object: inout DeclaredObject, folder: String, _ needs: inout [(path: String, fault: FileFault)]
    ) throws(FileFault) -> Mail {
        let host = try object.string("host")
        let security: SMTPConfiguration.Security = try object.choiceOrNil("security") ?? .startTLS
        let usual =
            switch security {
            case .startTLS: 587
            case .implicitTLS: 465
            case .none: 25
            }
        let port = try object.integerOrNil("port", in: 1...65_535) ?? usual
        var configuration = SMTPConfiguration(host: host, port: port, security: security)
        configuration.username = try object.stringOrNil("username")
        configuration.password = try object.stringOrNil("password").map { Secret(utf8: $0) }
        if let path = try object.stringOrNil("passwordFile") {
            guard configuration.password == nil else {
                throw object.fault("passwordFile", "and \"password\" are both there; one is enough")
            }
            let full = FileAccess.path(path, from: folder)
            do throws(FileAccess.Failure) {
                let line = try FileAccess.read(full).prefix { $0 != 0x0A && $0 != 0x0D }
                configuration.password = Secret(Array(line))
            } catch {
                throw object.fault("passwordFile", "names \(full), which can't be read: \(error.words)")
            }
        }
        guard (configuration.username == nil) == (configuration.password == nil) else {
            throw object.fault("username", "and a password belong together")
        }
        if let path = try object.stringOrNil("ca") {
            configuration.caFile = object.file("ca", path, in: folder, &needs)
        }
        if let seconds = try object.integerOrNil("timeoutSeconds", in: 1...600) {
            configuration.timeout = .seconds(seconds)
        }
        return Mail(sink: .smtp(configuration), sender: try sender(&object))
    }

    // MARK: Names

    static func nameServers(_ object: inout DeclaredObject) throws(FileFault) -> NameServers {
        guard let texts = try object.stringsOrNil("servers") else { return .system }
        guard (1...8).contains(texts.count) else { throw object.fault("servers", "must name one to eight servers") }
        var servers: [SocketAddress] = []
        for (index, text) in texts.enumerated() {
            guard let server = NameServers.address(text) else {
                throw object.fault("servers", index, "is \"\(text)\", which is no address such as 192.0.2.53:53")
            }
            servers.append(server)
        }
        return .listed(servers)
    }

    // MARK: Limits

    mutating func readLimits(_ object: inout DeclaredObject) throws(FileFault) {
        func count(_ name: String, _ value: inout Int) throws(FileFault) {
            value = try object.integerOrNil(name, in: 1...1_000_000_000) ?? value
        }
        func seconds(_ name: String, _ value: inout Duration) throws(FileFault) {
            if let seconds = try object.integerOrNil(name, in: 1...86_400) { value = .seconds(seconds) }
        }
        try count("emailCodesPerAddressAndDay", &limits.emailCodesPerAddressAndDay)
        try count("emailCodeTriesPerAddressAndDay", &limits.emailCodeTriesPerAddressAndDay)
        try count("emailCodesPerNetworkAndHour", &limits.emailCodesPerNetworkAndHour)
        try count("emailCodesPerTenantAndHour", &limits.emailCodesPerTenantAndHour)
        try count("passwordsPerNetwork", &limits.passwordsPerNetwork)
        try count("passwordsPerAccount", &limits.passwordsPerAccount)
        try count("clientFailuresPerNetwork", &limits.clientFailuresPerNetwork)
        try count("signInsPerNetwork", &limits.signInsPerNetwork)
        try count("federationMessagesPerNetwork", &limits.federationMessagesPerNetwork)
        try count("invitationsAgainPerGuestAndDay", &limits.invitationsAgainPerGuestAndDay)
        try count("invitationsPerPersonAndHour", &limits.invitationsPerPersonAndHour)
        try count("connections", &server.connections)
        try count("connectionsPerAddress", &server.connectionsPerAddress)
        try count("headBytes", &server.http.head)
        try count("bodyBytes", &server.http.body)
        try seconds("headSeconds", &server.head)
        try seconds("bodySeconds", &server.body)
        try seconds("idleSeconds", &server.idle)
        try seconds("writeSeconds", &server.write)
        try seconds("drainSeconds", &drain)
    }

    // MARK: The master key

    /// Reads the master key, and makes it where that is allowed.
    ///
    /// - Parameter note: Is told where a new key lies.
    func loadMasterKey(environment: Environment, note: (String) -> Void) throws(CommandFailure) -> MasterKey {
        let (text, place) = try masterKeyText(environment: environment, note: note)
        guard let bytes = Self.keyBytes(text) else {
            throw .usage("the master key in \(place) must be 32 bytes: 64 hexadecimal digits, or base64url")
        }
        do throws(CryptographyError) {
            return try MasterKey(Secret(bytes))
        } catch {
            throw .usage("the master key in \(place) can't be used: \(error)")
        }
    }

    private func masterKeyText(
        environment: Environment, note: (String) -> Void
    ) throws(CommandFailure) -> ([UInt8], String) {
        switch masterKey {
        case .environment(let name):
            guard let value = SystemEnvironment[name] else {
                throw .usage("the environment variable \(name), which is to hold the master key, is not set")
            }
            return (Array(value.utf8), "the environment variable \(name)")
        case .credential(let name):
            guard let folder = SystemEnvironment["CREDENTIALS_DIRECTORY"] else {
                throw .usage("systemd gave no credentials, and the master key is to be the credential \(name)")
            }
            return (try Self.readKey("\(folder)/\(name)"), "the credential \(name)")
        case .file(let path, let isMade):
            if !FileAccess.exists(path) {
                guard isMade else {
                    throw .usage(
                        "the master key \(path) is not there; \"create\": true in \"masterKey\" makes one at the first run"
                    )
                }
                guard !FileAccess.exists(database) else {
                    throw .usage(
                        "the master key \(path) is gone, and the database \(database) can't be read without it")
                }
                do throws(FileAccess.Failure) {
                    try FileAccess.write(Array((Hex.encode(environment.randomBytes(32)) + "\n").utf8), to: path)
                } catch {
                    throw .usage("the master key \(path) can't be made: \(error.words)")
                }
                note("made the master key \(path); keep a copy apart from the database's backups")
            }
            if let mode = FileAccess.mode(path), mode & 0o077 != 0 {
                throw .usage("the master key \(path) can be read by others; chmod 600 it")
            }
            return (try Self.readKey(path), path)
        }
    }

    private static func readKey(_ path: String) throws(CommandFailure) -> [UInt8] {
        do throws(FileAccess.Failure) {
            return try FileAccess.read(path)
        } catch {
            throw .usage("the master key \(path) can't be read: \(error.words)")
        }
    }

    private static func keyBytes(_ text: [UInt8]) -> [UInt8]? {
        if text.count == 32 { return text }
        var trimmed = text[...]
        while let last = trimmed.last, [0x0A, 0x0D, 0x20].contains(last) { trimmed = trimmed.dropLast() }
        let string = String(decoding: trimmed, as: UTF8.self)
        let bytes = Hex.decode(string) ?? Base64URL.decode(string) ?? Base64.decode(string)
        return bytes?.count == 32 ? bytes : nil
    }
}
