import Cryptography
import Directory
import Gateway
import JSON
import Storage

extension Command {
    static let tenantCreate = Command(
        name: "tenant create", summary: "Make an organisation.",
        options: [
            Option(name: "name", value: "NAME", summary: "what people call it"),
            Option(name: "domain", value: "DOMAIN", summary: "its domain; others come with 'apply --operator'"),
            Option(
                name: "admin", value: "ADDRESS",
                summary: "mail the link that makes the first administrator here, instead of printing it"),
            .configuration, .json,
        ],
        details:
            "The operator vouches for the domain. The link makes a member with a password, who is Global Administrator."
    ) { arguments, console throws(CommandFailure) in
        let name = try arguments.required("name")
        let text = try arguments.required("domain")
        let domain: DomainName
        do throws(DomainNormalization.Fault) {
            domain = try DomainNormalization.normalize(text)
        } catch {
            throw .usage("--domain is \"\(text)\". \(error)")
        }
        var parameters: JSONObject = ["name": .string(name), "domain": .string(domain.description)]
        if let text = arguments.value("admin") {
            guard let address = EmailAddress(text) else { throw .usage("--admin is \"\(text)\", no email address") }
            parameters["admin"] = .string(address.description)
        }
        return try InstallationClient(arguments).run(.createTenant, parameters, arguments, console)
    }
}

extension Operation {
    static let createTenant = Operation(name: "createTenant") { parameters, context in
        await .of { () async throws(OperationFailure) in
            guard let name = parameters["name"]?.string,
                let domain = parameters["domain"]?.string.flatMap(DomainName.init)
            else { throw OperationFailure(.fault, "the request is incomplete") }
            let installation = context.installation
            let tenant = Tenant(
                id: .random(installation.environment.randomBytes), displayName: name, initialDomain: domain,
                domains: [domain])
            var json: JSONObject = [
                "id": .string(tenant.id.description), "name": .string(name), "domain": .string(domain.description),
                "issuer": .string(installation.issuer(tenant.id)),
            ]
            var lines = ["\(name) is made: \(tenant.id)", "  issuer: \(installation.issuer(tenant.id))"]
            var note: String?
            do throws(StorageError) {
                try await installation.createTenant(tenant, by: "vestibule tenant create")
                if let address = parameters["admin"]?.string.flatMap(EmailAddress.init) {
                    try await installation.mailClaimLink(to: address, of: tenant)
                    json["mailed"] = .string(address.description)
                    lines.append("  The link for its first administrator is on its way to \(address).")
                    if !context.sendsMail { note = "vestibule: the mail leaves when the gateway is served" }
                } else {
                    let link = try await installation.newClaimLink(tenant.id)
                    json["claim"] = .string(link)
                    lines.append("  Its first administrator begins here, within a day: \(link)")
                }
            } catch .notApplied {
                throw OperationFailure(
                    .refused, "\(domain) belongs to an organisation here, or did less than 30 days ago")
            } catch {
                throw OperationFailure(error)
            }
            return OperationResult(text: lines.joined(separator: "\n"), note: note, json: .object(json))
        }
    }
}
