internal import Directory
internal import JSON
internal import Storage

/// Graph's directory audits: what was done to the directory, the latest first.
enum AuditResource {
    static let identity = GraphType(
        "auditIdentity", [GraphProperty("id", .string()), GraphProperty("displayName", .string())])
    static let application = GraphType(
        "appIdentity", [GraphProperty("appId", .string()), GraphProperty("displayName", .string())])
    static let initiator = GraphType(
        "auditActivityInitiator",
        [GraphProperty("user", .complex(identity)), GraphProperty("app", .complex(application))])
    static let target = GraphType(
        "targetResource",
        [
            GraphProperty("id", .string()), GraphProperty("displayName", .string(limit: 1_024)),
            GraphProperty("type", .string()),
        ])
    static let detail = GraphType(
        "keyValue", [GraphProperty("key", .string()).always, GraphProperty("value", .string(limit: 8_192))])
    static let type = GraphType(
        "directoryAudit",
        [
            GraphProperty("id", .guid).always.filterable,
            GraphProperty("activityDateTime", .dateTime).always.filterable,
            GraphProperty("activityDisplayName", .string()).always.filterable,
            GraphProperty("category", .string()).always.filterable,
            GraphProperty("correlationId", .guid).always.filterable,
            GraphProperty("loggedByService", .string()).always.filterable,
            GraphProperty("result", .choice(["success", "failure"])).always.filterable,
            GraphProperty("resultReason", .string(limit: 1_024)),
            GraphProperty("initiatedBy", .complex(initiator)).always.filterable,
            GraphProperty("targetResources", .list(.complex(target))).always.filterable,
            GraphProperty("additionalDetails", .list(.complex(detail), limit: 1_000)).always,
        ])

    static let operations: [GraphOperation] = [
        GraphOperation(
            .get, "/auditLogs/directoryAudits", "directoryAudit.list", "List what was done to the directory",
            .readAudit, query: [.select, .filter, .top], answers: .collection(type)
        ) { call throws(GraphError) in
            let store = call.store
            let page = try await call.page(of: type, isExact: call.options.filter == nil) {
                key, limit throws(GraphError) -> [PagedItem<AuditRecord>] in
                let before = key.flatMap { AuditRecord.ID(bytes: $0.id) }
                let rows = try await storing { () async throws(StorageError) in
                    try await store.auditRecords(call.tenantID, limit: limit, before: before)
                }
                return rows.map { PagedItem(key: SkipKey(id: $0.id.bytes), value: $0) }
            } json: { record throws(GraphError) in
                json(record)
            }
            return call.answer(page, context: "auditLogs/directoryAudits")
        }
    ]

    private static func json(_ record: AuditRecord) -> JSONObject {
        let whole = record.content.whole ?? .null
        let actor = whole["actor"] ?? .null
        let isApplication = actor["kind"]?.string != nil
        let name = actor["displayName"] ?? .null
        var targets: [JSONValue] = []
        if case .array(let list)? = whole["targets"] {
            targets = list.map { target in
                [
                    "id": target["id"] ?? .null, "displayName": target["displayName"] ?? .null,
                    "type": target["kind"] ?? "User",
                ]
            }
        }
        let details = (whole["details"]?.object?.members ?? []).map { name, value -> JSONValue in
            ["key": .string(name), "value": .text(value.string)]
        }
        let isInvitation = record.activity.contains("invite") || record.activity.contains("Invite")
        return [
            "id": .string(record.id.description), "activityDateTime": GraphTime.json(record.at),
            "activityDisplayName": .string(record.activity), "category": .string(record.category),
            "correlationId": .string(record.id.description),
            "loggedByService": .string(isInvitation ? "Invited Users" : "Core Directory"),
            "result": .string(record.result.rawValue), "resultReason": .text(record.reason),
            "initiatedBy": [
                "user": isApplication ? .null : ["id": actor["id"] ?? .null, "displayName": name],
                "app": isApplication ? ["appId": actor["id"] ?? .null, "displayName": name] : .null,
            ],
            "targetResources": .array(targets), "additionalDetails": .array(details),
        ]
    }
}
