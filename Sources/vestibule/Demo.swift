import Cryptography
import Directory
import Gateway
import Glibc
import HTTP
import JSON
import Server

extension Command {
    static let demo = Command(
        name: "demo", summary: "Run a whole scene on this machine: two organisations, an application, a mailbox.",
        options: [
            Option(name: "port", value: "N", summary: "the gateway's port; 0 (the default) for any"),
            Option(name: "dir", value: "DIR", summary: "keep everything here; else in a new temporary folder"),
            Option(
                name: "tls", value: nil, summary: "https, with a development CA in certs/ (of DIR, or of this folder)"),
            Option(
                name: "base", value: "URL", summary: "what the gateway calls itself, where a proxy stands before it"),
            .json,
        ],
        details: """
            Woodgrove Groceries lets guests in, Fabrikam is a partner with people of its own, and nothing leaves this
            machine: mail goes to a mailbox page. It prints where to click, and ends with Ctrl-C. DIR keeps its
            configuration, so that 'vestibule serve --config DIR/vestibule.json5' goes on where the demo ended.
            """
    ) { arguments, console throws(CommandFailure) in
        let stage = try DemoStage(arguments)
        let gateway = try RunningGateway(stage.configuration, reserved: stage.reserved, log: .standard)
        let scene = DemoScene(stage: stage)
        let raised: Result<DemoFacts, CommandFailure> = waiting { await scene.raise(gateway.installation) }
        var facts: DemoFacts
        switch raised {
        case .success(let made): facts = made
        case .failure(let failure):
            _ = waiting { await gateway.end(handedOver: false) }
            throw failure
        }
        let lab = DemoLab.start(facts, stage, console)
        if let lab {
            facts.app = lab.app
            facts.mailbox = lab.mailbox
            let partners = lab.partners
            let before = facts
            let joined: Result<DemoFacts, CommandFailure> = waiting {
                await scene.join(partners, gateway.installation, before)
            }
            switch joined {
            case .success(let more): facts = more
            case .failure(let failure): console.error("vestibule: \(failure.sentence)")
            }
        }
        if arguments.isJSON {
            console.writeOutput(JSONWriter.write(facts.json) + [0x0A])
        } else {
            console.output(facts.text(stage))
        }
        let code = gateway.runUntilSignal()
        lab?.end()
        return code
    }
}

/// Where the demo plays: its folder, its ports, and what it keeps between two runs in the same folder.
struct DemoStage: Sendable {
    let folder: String
    let configuration: Configuration
    /// The gateway's listening socket, bound before its address is written anywhere.
    let reserved: [Int32]
    let labPort: UInt16
    /// Secrets and passwords, the same in every run in this folder.
    let secrets: DemoSecrets
    let ca: String?
    let isKept: Bool

    private static let fileName = "demo.json"

    init(_ arguments: Arguments) throws(CommandFailure) {
        let wanted = try arguments.port("port") ?? 0
        do throws(FileAccess.Failure) {
            if let named = arguments.value("dir") {
                folder = FileAccess.absolute(named)
                try FileAccess.makeFolder(folder)
            } else {
                folder = try FileAccess.makeTemporaryFolder()
            }
        } catch {
            throw CommandFailure(.refused, "the demo's folder can't be made: \(error.words)")
        }
        isKept = arguments.has("dir")
        let isTLS = arguments.has("tls")
        let file = "\(folder)/\(Self.fileName)"
        let before = (try? FileAccess.read(file)).flatMap { try? JSONReader.read($0) }
        let known = before?["port"]?.integer.flatMap { UInt16(exactly: $0) }
        let (socket, port) = try Self.reserve(wanted == 0 ? known ?? 0 : wanted)
        reserved = [socket]
        let (labSocket, labPort) = try Self.reserve(before?["labPort"]?.integer.flatMap { UInt16(exactly: $0) } ?? 0)
        close(labSocket)
        self.labPort = labPort
        let base = try Self.base(arguments.value("base"), port: port, isTLS: isTLS)
        if let old = before?["base"]?.string, old != base {
            close(socket)
            throw .usage(
                "\(folder) holds a demo that calls itself \(old), and identities hang on that name; "
                    + "use --port and --tls as then, or another --dir")
        }
        secrets = DemoSecrets(before?["secrets"], environment: .live)
        do throws(FileAccess.Failure) {
            let kept: JSONValue = [
                "base": .string(base), "port": .integer(Int64(port)), "labPort": .integer(Int64(labPort)),
                "secrets": secrets.json,
            ]
            try FileAccess.write(JSONWriter.write(kept), to: file)
        } catch {
            throw CommandFailure(.refused, "\(file) can't be written: \(error.words)")
        }
        var tls: DemoCertificates?
        if isTLS { tls = try DemoCertificates(folder: isKept ? folder + "/certs" : FileAccess.absolute("certs")) }
        ca = tls?.ca
        configuration = try Self.configuration(folder: folder, base: base, port: port, tls: tls)
    }

    private static func base(_ named: String?, port: UInt16, isTLS: Bool) throws(CommandFailure) -> String {
        guard let named else { return "\(isTLS ? "https" : "http")://localhost:\(port)" }
        guard let url = HTTPURL(named), url.isLoopback, url.path.isEmpty || url.path == "/" else {
            throw .usage("--base is \"\(named)\"; it must be an origin on loopback, such as http://localhost:8080")
        }
        return url.origin
    }

    /// A socket bound on loopback: whoever is told the port finds us there, and nobody else takes it meanwhile.
    private static func reserve(_ port: UInt16) throws(CommandFailure) -> (Int32, UInt16) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        var one: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else {
            let words = String(cString: strerror(errno))
            close(descriptor)
            throw CommandFailure(.refused, "127.0.0.1:\(port) can't be listened on: \(words)")
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    // MARK: The configuration

    /// As JSON, so that other programs can read it too.
    private static func configuration(
        folder: String, base: String, port: UInt16, tls: DemoCertificates?
    ) throws(CommandFailure) -> Configuration {
        var listener: JSONObject = ["address": "127.0.0.1", "port": .integer(Int64(port))]
        if let tls { listener["tls"] = ["certificate": .string(tls.certificate), "key": .string(tls.key)] }
        var root: JSONObject = [
            "base": .string(base), "development": true, "listen": .array([.object(listener)]),
            "database": "vestibule.db", "masterKey": ["file": "master.key", "create": true],
            "mail": [
                "mailbox": [
                    "directory": "mailbox", "from": "no-reply@woodgrove.example", "fromName": "Woodgrove Groceries",
                ]
            ],
            "tenant": .string(DemoScene.hostDomain),
            // A test of hundreds of sign-ins is no attack here.
            "limits": [
                "emailCodesPerAddressAndDay": 100_000, "emailCodeTriesPerAddressAndDay": 100_000,
                "emailCodesPerNetworkAndHour": 1_000_000, "emailCodesPerTenantAndHour": 1_000_000,
                "passwordsPerNetwork": 1_000_000, "passwordsPerAccount": 1_000_000,
                "clientFailuresPerNetwork": 1_000_000, "signInsPerNetwork": 1_000_000,
                "federationMessagesPerNetwork": 1_000_000,
            ],
        ]
        if let tls { root["trust"] = .string(tls.ca) }
        let path = "\(folder)/vestibule.json5"
        do throws(FileAccess.Failure) {
            try FileAccess.write(JSONWriter.write(.object(root)) + [0x0A], to: path)
        } catch {
            throw CommandFailure(.refused, "\(path) can't be written: \(error.words)")
        }
        return try Configuration.read(path)
    }
}
