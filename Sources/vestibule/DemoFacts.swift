import Directory
import JSON

/// What the demo tells: for people, and with `--json` for programs.
struct DemoFacts: Sendable {
    struct Application: Sendable {
        var tenant: Tenant.ID
        var clientID: String
        var declared: DemoApplication
        var secret: String?
        var jwk: JSONValue?
    }

    struct Account: Sendable {
        var tenant: Tenant.ID
        var email: String
        var password: String?
        var way: String
        /// The organisation that can be told what to get wrong, and where.
        var partner: (name: String, controlURL: String)?
    }

    var base: String
    var tenants: [Tenant]
    var applications: [Application] = []
    var accounts: [Account] = []
    /// Outside organisations that the lab plays.
    var partners: [JSONValue] = []
    /// Made in this run.
    var invitations: [(email: String, url: String)] = []
    /// Nil without the lab.
    var app: String?
    var mailbox: String?

    init(base: String, tenants: [Tenant]) {
        self.base = base
        self.tenants = tenants
    }

    // MARK: For programs

    var json: JSONValue {
        [
            "base": .string(base), "app": app.map { .string($0) } ?? .null,
            "mailbox": ["url": mailbox.map { .string($0) } ?? .null],
            "tenants": tenantsJSON, "applications": applicationsJSON, "accounts": accountsJSON,
            "partners": .array(partners),
        ]
    }

    var tenantsJSON: JSONValue {
        .array(
            tenants.map { tenant in
                [
                    "id": .string(tenant.id.description), "name": .string(tenant.displayName),
                    "domain": .string(tenant.initialDomain.description),
                ]
            })
    }

    var applicationsJSON: JSONValue {
        .array(
            applications.map { application in
                let declared = application.declared
                var object: JSONObject = [
                    "name": .string(declared.name), "tenant": .string(application.tenant.description),
                    "client_id": .string(application.clientID),
                ]
                if let secret = application.secret { object["client_secret"] = .string(secret) }
                object["auth"] = .string(declared.authentication)
                object["kind"] = .string(declared.kind)
                object["redirect_uris"] = .array(declared.redirectURIs.map { .string($0) })
                object["post_logout_redirect_uris"] = .array(declared.postLogoutRedirectURIs.map { .string($0) })
                object["jwk"] = application.jwk
                object["url"] = declared.homepage.map { .string($0) }
                object["entity_id"] = declared.more["saml"]?["entityID"]
                object["realm"] = declared.more["wsFederation"]?["realm"]
                return .object(object)
            })
    }

    var accountsJSON: JSONValue {
        .array(
            accounts.map { account in
                var object: JSONObject = [
                    "tenant": .string(account.tenant.description), "email": .string(account.email),
                ]
                if let password = account.password { object["password"] = .string(password) }
                object["way"] = .string(account.way)
                return .object(object)
            })
    }

    // MARK: For people

    func text(_ stage: DemoStage) -> String {
        var lines = ["", "Vestibule demo at \(base)", ""]
        let door = app.map { "at the application, \($0)" } ?? "where an application of yours sends you"
        for account in accounts {
            lines.append(account.way.prefix(1).uppercased() + account.way.dropFirst())
            lines += sentences(account, door).map { "    " + $0 }
            lines.append("")
        }
        if let mailbox {
            lines.append("Mailbox        \(mailbox)")
        } else {
            lines.append(
                "vestibule-lab is not installed beside this program, so there is no sample application and no mailbox")
            lines.append("page. Mail lies in \(stage.folder)/mailbox.")
        }
        lines.append("Configuration  \(stage.configuration.file)")
        if let ca = stage.ca { lines.append("Development CA \(ca)   (a browser has to be told to trust it)") }
        lines.append(
            stage.isKept ? "Ctrl-C ends it." : "Ctrl-C ends it; the folder \(stage.folder) may then be removed.")
        return lines.joined(separator: "\n") + "\n"
    }

    private func sentences(_ account: Account, _ door: String) -> [String] {
        let password = account.password.map { ", password \($0)" } ?? ""
        switch DemoScene.Way(rawValue: account.way) {
        case .guest:
            var lines = ["Sign in \(door), as \(account.email): a code comes by mail."]
            if let mailbox {
                lines.append("The invitation is in the mailbox too: \(mailbox)")
            } else if let invitation = invitations.first(where: { $0.email == account.email }) {
                lines.append("The invitation: \(invitation.url)")
            }
            return lines
        case .employee:
            return [
                "Sign in \(door), as \(account.email)\(password).",
                "Fabrikam asks for the password; Woodgrove never sees it.",
            ]
        case .stranger:
            return [
                "Sign in \(door), as \(account.email)\(password).",
                "Nobody invited Ben. The page shows an id: vestibule explain ID --config FILE tells the reasons,",
                "as the application does for those who got in.",
            ]
        case .administrator:
            return [
                "\(account.email)\(password)", "A member of the host organisation, with the role Global Administrator.",
            ]
        case nil:
            var lines = ["Sign in \(door), as \(account.email)\(password)."]
            if let partner = account.partner {
                lines.append(
                    "\(partner.name) asks who you are; what it gets wrong is switched at \(partner.controlURL)")
            }
            return lines
        }
    }
}
