internal import Directory
internal import Gateway
internal import JSON
internal import Storage

/// Graph's domains: what the organisation owns, and what it asked for and has yet to show.
enum DomainResource {
    static let type = GraphType(
        "domain",
        [
            GraphProperty("id", .string(limit: 253)).always.required,
            GraphProperty("authenticationType", .choice(["Managed"])).always,
            GraphProperty("isDefault", .boolean).always, GraphProperty("isInitial", .boolean).always,
            GraphProperty("isVerified", .boolean).always, GraphProperty("isAdminManaged", .boolean).always,
            GraphProperty("isRoot", .boolean).always,
            GraphProperty("supportedServices", .list(.string())).always,
        ])
    static let record = GraphType(
        "domainDnsRecord",
        [
            GraphProperty("id", .string(limit: 253)).always, GraphProperty("isOptional", .boolean).always,
            GraphProperty("label", .string(limit: 253)).always, GraphProperty("recordType", .string()).always,
            GraphProperty("supportedService", .string()).always, GraphProperty("ttl", .integer(0...Int64.max)).always,
            GraphProperty("text", .string(limit: 1_024)),
        ])

    static let operations: [GraphOperation] = [
        GraphOperation(
            .get, "/domains", "domain.list", "List domains", .readDomains, query: [.select, .top],
            answers: .collection(type)
        ) { call throws(GraphError) in
            let list = try await call.domains().map(call.json)
            return call.answer(try await call.page(of: type, list), context: "domains")
        },
        GraphOperation(
            .post, "/domains", "domain.create", "Ask for a domain", .writeDomains, body: .create(type),
            answers: .entity(type, status: 201)
        ) { call throws(GraphError) in
            guard let name = DomainName(call.body.string("id") ?? "") else {
                throw .badRequest("Invalid value for property 'id': it must be a domain.")
            }
            let domain: TenantDomain
            do throws(DomainRefusal) {
                domain = try await call.installation.addDomain(
                    name, to: call.snapshot, by: call.caller.party.name)
            } catch {
                throw call.error(error, name)
            }
            return call.answer(call.json(domain), of: type, context: "domains/$entity", status: 201)
        },
        GraphOperation(
            .get, "/domains/{id}", "domain.get", "Get a domain", .readDomains, query: .entity, answers: .entity(type)
        ) { call throws(GraphError) in
            call.answer(call.json(try await call.domain()), of: type, context: "domains/$entity")
        },
        GraphOperation(
            .get, "/domains/{id}/verificationDnsRecords", "domain.verificationDnsRecords.list",
            "List the records that show a domain", .readDomains, query: .entity, answers: .collection(record)
        ) { call throws(GraphError) in
            let domain = try await call.domain()
            let list = domain.verificationDnsRecords.map { record -> JSONObject in
                [
                    "@odata.type": "#microsoft.graph.domainDnsTxtRecord", "id": .string(domain.name.description),
                    "isOptional": false, "label": .string(record.label), "recordType": .string(record.recordType),
                    "supportedService": "Email", "ttl": .integer(Int64(record.ttl)), "text": .string(record.text),
                ]
            }
            return call.answer(
                try await call.page(of: Self.record, list),
                context: "domains('\(domain.name)')/verificationDnsRecords")
        },
        GraphOperation(
            .post, "/domains/{id}/verify", "domain.verify", "Look for the record, and take the domain", .writeDomains,
            answers: .entity(type)
        ) { call throws(GraphError) in
            let name = try await call.domain().name
            let domain: TenantDomain
            do throws(DomainRefusal) {
                domain = try await call.installation.verifyDomain(
                    name, of: call.snapshot, by: call.caller.party.name)
            } catch {
                throw call.error(error, name)
            }
            return call.answer(call.json(domain), of: type, context: "domains/$entity")
        },
    ]
}

extension GraphCall {
    fileprivate func domains() async throws(GraphError) -> [TenantDomain] {
        let (installation, snapshot) = (installation, snapshot)
        return try await storing { () async throws(StorageError) in try await installation.tenantDomains(snapshot) }
    }

    fileprivate func domain() async throws(GraphError) -> TenantDomain {
        let name = DomainName(parameter("id"))
        guard let found = try await domains().first(where: { $0.name == name }) else {
            throw .notFound(parameter("id"))
        }
        return found
    }

    fileprivate func json(_ domain: TenantDomain) -> JSONObject {
        [
            "id": .string(domain.name.description), "authenticationType": "Managed",
            "isDefault": .bool(domain.isInitial),
            "isInitial": .bool(domain.isInitial), "isVerified": .bool(domain.isVerified), "isAdminManaged": true,
            "isRoot": true, "supportedServices": [],
        ]
    }

    fileprivate func error(_ refusal: DomainRefusal, _ domain: DomainName) -> GraphError {
        switch refusal {
        case .notAdded: .notFound(domain.description)
        case .notAllowed: .conflict(refusal.sentence)
        case .notProven: .badRequest("Domain verification failed: \(refusal.sentence)")
        case .storage(let error): GraphError(error)
        }
    }
}
