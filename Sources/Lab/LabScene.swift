internal import Cryptography
import Glibc
internal import HTTP
internal import JSON

/// What the demo tells the lab: where the gateway is, who lives there, and what is registered.
struct LabScene: Sendable {
    struct Tenant: Sendable {
        let id: String
        let name: String
        let domain: String
    }

    struct Application: Sendable {
        let name: String
        let tenant: Tenant
        let clientID: String
        let clientSecret: Secret?
        /// `client_secret_basic`, `client_secret_post`, `none`, `private_key_jwt`; `saml` and `wsfed` of those that ask for no
        /// tokens.
        let authentication: String
        let redirectURIs: [String]
        let postLogoutRedirectURIs: [String]
        /// Its first page, if it has one.
        let url: String?
    }

    struct Account: Sendable {
        let email: String
        let password: String?
        let way: String
    }

    /// The base of the gateway, without a slash at its end.
    let gateway: String
    /// Where we listen, on 127.0.0.1.
    let port: UInt16
    /// PEM; trusted besides the system's authorities.
    let authorityFile: String?
    let mailFolder: String
    /// The installation's control socket; nil: nobody tells us the reasons of a sign-in.
    let controlSocket: String?
    /// The host organisation first.
    let tenants: [Tenant]
    let applications: [Application]
    let accounts: [Account]
    /// A scope of an API that the first application may ask for.
    let apiScope: String?

    /// Our own origin. An address rather than a name, so that we are another site than the gateway on `localhost`.
    var origin: String { "http://127.0.0.1:\(port)" }

    /// Outside providers, each at a loopback address of its own: no browser takes two of them for one site.
    var providerOrigin: String { origin(of: 1) }
    var contosoOrigin: String { origin(of: 2) }
    var tailspinOrigin: String { origin(of: 3) }

    /// Where we listen: the applications, and three outside providers.
    static let hosts = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"]

    private func origin(of host: Int) -> String { "http://\(Self.hosts[host]):\(port)" }

    init(arguments: [String]) throws(LabError) {
        var words = arguments[...]
        guard words.popFirst() == "demo" else {
            throw LabError("usage: vestibule-lab demo --config FILE [--gateway BASE] [--port N]")
        }
        var options: [String: String] = [:]
        while let name = words.popFirst() {
            guard ["--config", "--gateway", "--port"].contains(name), let value = words.popFirst() else {
                throw LabError("demo takes --config FILE, --gateway BASE and --port N, not \(name)")
            }
            options[name] = value
        }
        guard let path = options["--config"] else { throw LabError("--config is missing") }
        guard let bytes = Self.file(path) else { throw LabError("\(path) can't be read") }
        let read: JSONValue
        do throws(JSONError) {
            read = try JSONReader.read(bytes)
        } catch {
            throw LabError("\(path): \(error)")
        }
        try self.init(read, options)
    }

    /// - Parameter options: Those of the command, which win.
    init(_ read: JSONValue, _ options: [String: String] = [:]) throws(LabError) {
        let members = SceneMembers(value: read, place: "")
        gateway = if let named = options["--gateway"] { named } else { try members.string("gateway") }
        guard let url = HTTPURL(gateway), url.path.isEmpty, url.query == nil else {
            throw LabError("gateway is \(gateway), which is no origin")
        }
        guard let port = options["--port"].map({ UInt16($0) }) ?? read["port"]?.integer.flatMap({ UInt16(exactly: $0) })
        else { throw LabError("port is missing or no port") }
        self.port = port
        authorityFile = read["ca"]?.string
        mailFolder = try members.string("mailbox")
        controlSocket = read["control"]?.string
        apiScope = read["api_scope"]?.string
        var tenants: [Tenant] = []
        for member in try members.objects("tenants") {
            tenants.append(
                Tenant(
                    id: try member.string("id"), name: try member.string("name"), domain: try member.string("domain")))
        }
        guard !tenants.isEmpty else { throw LabError("tenants is empty") }
        var applications: [Application] = []
        for member in try members.objects("applications") {
            let id = try member.string("tenant")
            guard let tenant = tenants.first(where: { $0.id == id }) else {
                throw LabError("\(member.place).tenant is \(id), which is none of the tenants")
            }
            applications.append(
                Application(
                    name: try member.string("name"), tenant: tenant, clientID: try member.string("client_id"),
                    clientSecret: member.value["client_secret"]?.string.map { Secret(utf8: $0) },
                    authentication: try member.string("auth"),
                    redirectURIs: member.value["redirect_uris"]?.strings ?? [],
                    postLogoutRedirectURIs: member.value["post_logout_redirect_uris"]?.strings ?? [],
                    url: member.value["url"]?.string))
        }
        var accounts: [Account] = []
        for member in try members.objects("accounts") {
            accounts.append(
                Account(
                    email: try member.string("email"), password: member.value["password"]?.string,
                    way: member.value["way"]?.string ?? ""))
        }
        (self.tenants, self.applications, self.accounts) = (tenants, applications, accounts)
    }

    private static func file(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(descriptor, &part, part.count)
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += part[..<count]
            guard bytes.count <= 1 << 20 else { return nil }
        }
    }
}

/// Members of the scene's file, with their place for a sentence about a missing one.
private struct SceneMembers {
    let value: JSONValue
    let place: String

    func string(_ name: String) throws(LabError) -> String {
        guard let string = value[name]?.string, !string.isEmpty else {
            throw LabError("\(path(name)) is missing or no text")
        }
        return string
    }

    func objects(_ name: String) throws(LabError) -> [SceneMembers] {
        guard let array = value[name]?.array else { throw LabError("\(path(name)) is missing or no list") }
        return array.enumerated().map { SceneMembers(value: $1, place: "\(path(name))[\($0)]") }
    }

    private func path(_ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }
}
