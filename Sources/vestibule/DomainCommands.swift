import Directory
import Gateway
import JSON
import Storage

extension Command {
    private static let partner = Option(
        name: "partner", value: "NAME",
        summary: "a domain that the partner speaks for, not one of the organisation's own")

    static let domainAdd = Command(
        name: "domain add", summary: "Ask for a domain, and show the record that proves it.", operands: "DOMAIN",
        operandCount: 1...1, options: [.tenant, .configuration, .json],
        details: """
            Publish the TXT record at the domain, then run 'vestibule domain verify'. The record is made for this
            organisation alone. It may be taken away later; that is told in the log, and the domain stays.
            """
    ) { arguments, console throws(CommandFailure) in
        try InstallationClient(arguments).run(.addDomain, parameters(arguments), arguments, console)
    }

    static let domainVerify = Command(
        name: "domain verify", summary: "Look for a domain's record now.", operands: "DOMAIN", operandCount: 1...1,
        options: [.tenant, partner, .configuration, .json],
        details: """
            Makes the domain the organisation's, once the record that 'domain add' showed is there. With --partner, looks
            again whether the partner may speak for a domain that it lists: its sign-in page is at the domain or under it,
            or a TXT record of the domain says DirectFedAuthUrl= and the page's address.
            """
    ) { arguments, console throws(CommandFailure) in
        try InstallationClient(arguments).run(.verifyDomain, parameters(arguments), arguments, console)
    }

    static let domainList = Command(
        name: "domain list", summary: "Show an organisation's domains and its partners', with their proofs.",
        options: [.tenant, .configuration, .json]
    ) { arguments, console throws(CommandFailure) in
        try InstallationClient(arguments).run(.listDomains, parameters(arguments), arguments, console)
    }

    private static func parameters(_ arguments: Arguments) throws(CommandFailure) -> JSONObject {
        var parameters = JSONObject()
        for name in ["tenant", "partner"] {
            if let value = arguments.value(name) { parameters[name] = .string(value) }
        }
        guard let text = arguments.operands.first else { return parameters }
        do throws(DomainNormalization.Fault) {
            parameters["domain"] = .string(try DomainNormalization.normalize(text).description)
        } catch {
            throw .usage("\"\(text)\" is no domain. \(error)")
        }
        return parameters
    }
}

extension Operation {
    static let addDomain = Operation(name: "addDomain") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let domain = try Self.domain(parameters)
            let snapshot = try await context.tenant(parameters)
            do throws(DomainRefusal) {
                let added = try await context.installation.addDomain(domain, to: snapshot, by: "vestibule domain add")
                guard !added.isVerified else {
                    return OperationResult(
                        text: "\(domain) is a domain of \(snapshot.tenant.displayName) already.", json: added.json)
                }
                let records = added.verificationDnsRecords.map { "  \($0.label). IN TXT \"\($0.text)\"" }
                let text = """
                    Publish this record, then run 'vestibule domain verify \(domain)':
                    \(records.joined(separator: "\n"))
                    """
                return OperationResult(text: text, json: added.json)
            } catch {
                throw Self.failure(error, domain)
            }
        }
    }

    static let verifyDomain = Operation(name: "verifyDomain") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let domain = try Self.domain(parameters)
            let snapshot = try await context.tenant(parameters)
            let author = "vestibule domain verify"
            if let name = parameters["partner"]?.string {
                return try await Self.verify(domain, for: name, in: snapshot, context.installation, by: author)
            }
            do throws(DomainRefusal) {
                let verified = try await context.installation.verifyDomain(domain, of: snapshot, by: author)
                return OperationResult(
                    text: "\(domain) is a domain of \(snapshot.tenant.displayName). \(verified.proof.detail)",
                    json: verified.json)
            } catch {
                throw Self.failure(error, domain)
            }
        }
    }

    private static func verify(
        _ domain: DomainName, for name: String, in snapshot: TenantSnapshot, _ installation: Installation,
        by author: String
    ) async throws(OperationFailure) -> OperationResult {
        guard let partner = snapshot.partner(named: name) else {
            throw OperationFailure(.refused, "there is no partner \(name)")
        }
        let checked: CheckedDomain?
        do throws(StorageError) {
            checked = try await installation.verifyDomain(domain, for: partner.id, in: snapshot, by: author)
        } catch {
            throw OperationFailure(error)
        }
        guard let checked else {
            throw OperationFailure(
                .refused, "the partner \(name) has no claim on \(domain); list it in its \"domains\"")
        }
        let isProven = checked.proof.isProven
        var object = checked.proof.members
        object["partner"] = .string(name)
        object["reasons"] = .array(
            checked.decision.reasons.map {
                ["rule": .string($0.rule), "met": .bool($0.met), "detail": .string($0.detail)]
            })
        let what = "\(name) \(isProven ? "speaks" : "does not speak") for \(domain)."
        return OperationResult(
            isProven ? .done : .refused, text: "\(what) \(checked.proof.detail)", json: .object(object))
    }

    static let listDomains = Operation(name: "listDomains") { parameters, context in
        await .of { () async throws(OperationFailure) in
            let snapshot = try await context.tenant(parameters)
            let own: [TenantDomain]
            let proofs: [DomainProof]
            do throws(StorageError) {
                own = try await context.installation.tenantDomains(snapshot)
                proofs = try await context.installation.store.domainProofs(snapshot.tenant.id)
            } catch {
                throw OperationFailure(error)
            }
            var lines = ["Domains of \(snapshot.tenant.displayName):"]
            for domain in own {
                let state = domain.isVerified ? domain.proof.words : "asked for, \(domain.proof.words)"
                lines.append("  " + domain.name.description.padded(to: 34) + state)
            }
            var partners: [JSONValue] = []
            for proof in proofs {
                guard case .partner(let id) = proof.claim.subject else { continue }
                let name = snapshot.partner(id)?.name ?? id.description
                if partners.isEmpty { lines.append("Domains of its partners:") }
                lines.append("  " + proof.claim.domain.description.padded(to: 34) + "\(name), \(proof.words)")
                var object = proof.members
                object["partner"] = .string(name)
                partners.append(.object(object))
            }
            return OperationResult(
                text: lines.joined(separator: "\n"),
                json: [
                    "tenant": .string(snapshot.tenant.id.description), "value": .array(own.map(\.json)),
                    "partnerDomains": .array(partners),
                ])
        }
    }

    private static func domain(_ parameters: JSONObject) throws(OperationFailure) -> DomainName {
        guard let domain = parameters["domain"]?.string.flatMap(DomainName.init) else {
            throw OperationFailure(.fault, "the request is incomplete")
        }
        return domain
    }

    private static func failure(_ refusal: DomainRefusal, _ domain: DomainName) -> OperationFailure {
        switch refusal {
        case .notAdded:
            OperationFailure(.refused, "nobody asked for \(domain); 'vestibule domain add \(domain)' shows its record")
        case .notAllowed, .notProven: OperationFailure(.refused, refusal.sentence)
        case .storage(let error): OperationFailure(error)
        }
    }
}

extension TenantDomain {
    /// Graph's `domain`, with the proof beside it.
    fileprivate var json: JSONValue {
        var object = proof.members
        object["isVerified"] = .bool(isVerified)
        object["isInitial"] = .bool(isInitial)
        object["verificationDnsRecords"] = .array(
            verificationDnsRecords.map {
                [
                    "recordType": .string($0.recordType), "label": .string($0.label), "text": .string($0.text),
                    "ttl": .integer(Int64($0.ttl)),
                ]
            })
        return .object(object)
    }
}

extension DomainProof {
    fileprivate var members: JSONObject {
        var object: JSONObject = ["id": .string(claim.domain.description)]
        switch state {
        case .unproven: object["state"] = "unproven"
        case .proven(let method, let at):
            object["state"] = "proven"
            object["method"] = .string(method.rawValue)
            object["provenAt"] = .string(at.iso8601Text)
        case .lapsed(let since):
            object["state"] = "lapsed"
            object["lapsedAt"] = .string(since.iso8601Text)
        }
        if let checkedAt { object["checkedAt"] = .string(checkedAt.iso8601Text) }
        if let nextCheckAt { object["nextCheckAt"] = .string(nextCheckAt.iso8601Text) }
        if let failingSince { object["failingSince"] = .string(failingSince.iso8601Text) }
        if !detail.isEmpty { object["detail"] = .string(detail) }
        return object
    }

    /// For people.
    fileprivate var words: String {
        let failing = failingSince.map { "; could not be looked at since \($0.iso8601Text)" } ?? ""
        switch state {
        case .unproven: return "not proven\(failing)"
        case .proven(.operatorsWord, let at): return "the operator's word, \(at.iso8601Text)"
        case .proven(.signInHost, let at): return "proven by its sign-in page, \(at.iso8601Text)\(failing)"
        case .proven(.record, let at): return "proven by its record, \(at.iso8601Text)\(failing)"
        case .lapsed(let since): return "LAPSED \(since.iso8601Text): \(detail)"
        }
    }
}
