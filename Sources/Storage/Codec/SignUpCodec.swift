package import Directory
package import JSON

/// User flows, their attributes and connectors.
extension SettingsCodec {
    package static func encode(_ attribute: UserFlowAttribute) -> JSONValue {
        .members([
            versionMember, ("id", .string(attribute.id.description)),
            ("displayName", .string(attribute.displayName)), ("dataType", .string(attribute.dataType.rawValue)),
        ])
    }

    package static func attribute(_ json: JSONValue) throws(SettingsFormatError) -> UserFlowAttribute {
        var object = try StrictObject(json, at: "userFlowAttribute")
        try object.version(upTo: formatVersion)
        let attribute = try UserFlowAttribute(
            id: object.parsed("id", "an attribute"), displayName: object.string("displayName"),
            dataType: object.choice("dataType"))
        try object.finish()
        return attribute
    }

    package static func encode(_ connector: APIConnector) -> JSONValue {
        let authentication: JSONValue =
            switch connector.authentication {
            case .basic(let username, let secretName):
                ["kind": "basic", "username": .string(username), "secretName": .string(secretName)]
            case .clientCertificate(let secretName):
                ["kind": "clientCertificate", "secretName": .string(secretName)]
            }
        return .members([
            versionMember, ("id", .string(connector.id.description)),
            ("displayName", .string(connector.displayName)), ("targetURL", .string(connector.targetURL)),
            ("authentication", authentication),
        ])
    }

    package static func connector(_ json: JSONValue) throws(SettingsFormatError) -> APIConnector {
        var object = try StrictObject(json, at: "apiConnector")
        try object.version(upTo: formatVersion)
        var child = try object.child("authentication")
        let authentication: APIConnector.Authentication
        switch try child.string("kind") {
        case "basic":
            authentication = .basic(username: try child.string("username"), secretName: try child.string("secretName"))
        case "clientCertificate": authentication = .clientCertificate(secretName: try child.string("secretName"))
        case let kind: throw child.problem("kind", "is \"\(kind)\", not basic or clientCertificate")
        }
        try child.finish()
        let connector = try APIConnector(
            id: object.id("id"), displayName: object.string("displayName"), targetURL: object.string("targetURL"),
            authentication: authentication)
        try object.finish()
        return connector
    }

    package static func encode(_ flow: UserFlow) -> JSONValue {
        let providers: JSONValue =
            switch flow.providers {
            case .all: .null
            case .some(let partners, let emailCode):
                ["partners": .strings(partners.map(\.description)), "emailCode": .bool(emailCode)]
            }
        let languages = flow.languages.sorted { $0.key < $1.key }.map { language, words in
            JSONValue.members([
                ("language", .string(language)), ("labels", texts(words.labels)),
                (
                    "options",
                    .object(
                        JSONObject(
                            words.options.sorted { $0.key.description < $1.key.description }.map { id, names in
                                (id.description, texts(names))
                            }))
                ),
            ])
        }
        return .members([
            versionMember, ("id", .string(flow.id.description)), ("providers", providers),
            ("attributes", .array(flow.attributes.map(encode))),
            ("postFederationSignup", .optional(flow.postFederationSignup?.description)),
            ("postAttributeCollection", .optional(flow.postAttributeCollection?.description)),
            ("applications", .strings(flow.applications.map(\.description))), ("languages", .array(languages)),
        ])
    }

    private static func texts<Name: CustomStringConvertible>(_ texts: [Name: String]) -> JSONValue {
        .object(
            JSONObject(
                texts.map { ($0.key.description, JSONValue.string($0.value)) }.sorted { $0.0 < $1.0 }))
    }

    private static func encode(_ assignment: AttributeAssignment) -> JSONValue {
        .members([
            ("attribute", .string(assignment.attribute.id.description)),
            ("displayName", .string(assignment.displayName)), ("isOptional", .bool(assignment.isOptional)),
            ("input", .string(assignment.input.rawValue)),
            (
                "options",
                .array(
                    assignment.options.map { option in
                        [
                            "name": .string(option.name), "value": .string(option.value),
                            "isDefault": .bool(option.isDefault),
                        ]
                    })
            ),
        ])
    }

    /// - Parameter attributes: The organisation's own.
    package static func userFlow(
        _ json: JSONValue, attributes: [UserFlowAttribute]
    ) throws(SettingsFormatError) -> UserFlow {
        var object = try StrictObject(json, at: "userFlow")
        try object.version(upTo: formatVersion)
        var flow = try UserFlow(id: object.parsed("id", "a user flow's name"))
        if var providers = try object.childOrNil("providers") {
            flow.providers = try .some(
                providers.parsedList("partners", "an id"), emailCode: providers.boolOrNil("emailCode") ?? false)
            try providers.finish()
        }
        for child in try object.children("attributes") {
            var child = child
            flow.attributes.append(try assignment(&child, attributes))
        }
        flow.postFederationSignup = try object.idOrNil("postFederationSignup")
        flow.postAttributeCollection = try object.idOrNil("postAttributeCollection")
        flow.applications = try object.parsedList("applications", "an application's id")
        for child in try object.children("languages") {
            var child = child
            let language = try child.string("language")
            flow.languages[language] = try translation(&child)
        }
        try object.finish()
        return flow
    }

    private static func assignment(
        _ object: inout StrictObject, _ attributes: [UserFlowAttribute]
    ) throws(SettingsFormatError) -> AttributeAssignment {
        let id: UserFlowAttribute.ID = try object.parsed("attribute", "an attribute")
        guard let attribute = id.builtIn.map({ UserFlowAttribute($0) }) ?? attributes.first(where: { $0.id == id })
        else { throw object.problem("attribute", "is \(id), which the tenant does not have") }
        var assignment = AttributeAssignment(attribute)
        assignment.displayName = try object.stringOrNil("displayName") ?? attribute.displayName
        assignment.isOptional = try object.boolOrNil("isOptional") ?? false
        assignment.input = try object.choice("input")
        for child in try object.children("options") {
            var child = child
            assignment.options.append(
                try AttributeAssignment.Option(
                    name: child.string("name"), value: child.string("value"),
                    isDefault: child.boolOrNil("isDefault") ?? false))
            try child.finish()
        }
        try object.finish()
        return assignment
    }

    private static func translation(
        _ object: inout StrictObject
    ) throws(SettingsFormatError) -> UserFlow.Translation {
        var translation = UserFlow.Translation()
        for (name, text) in try object.texts("labels") {
            guard let id = UserFlowAttribute.ID(name) else {
                throw object.problem("labels", "names no attribute: \(name)")
            }
            translation.labels[id] = text
        }
        for (name, texts) in try object.textsByName("options") {
            guard let id = UserFlowAttribute.ID(name) else {
                throw object.problem("options", "names no attribute: \(name)")
            }
            translation.options[id] = texts
        }
        try object.finish()
        return translation
    }
}

extension SettingsObject {
    package init(_ flow: UserFlow) {
        self.init(kind: .userFlow, id: flow.id.description, body: SettingsCodec.encode(flow))
    }

    package init(_ attribute: UserFlowAttribute) {
        self.init(kind: .userFlowAttribute, id: attribute.id.description, body: SettingsCodec.encode(attribute))
    }

    package init(_ connector: APIConnector) {
        self.init(kind: .apiConnector, id: connector.id.description, body: SettingsCodec.encode(connector))
    }
}

extension SettingsVersion {
    /// The organisation's own; the built-in ones are no settings.
    package func userFlowAttributes() throws(SettingsFormatError) -> [UserFlowAttribute] {
        try bodies(of: .userFlowAttribute, SettingsCodec.attribute)
    }

    package func apiConnectors() throws(SettingsFormatError) -> [APIConnector] {
        try bodies(of: .apiConnector, SettingsCodec.connector)
    }

    package func userFlows() throws(SettingsFormatError) -> [UserFlow] {
        let attributes = try userFlowAttributes()
        return try bodies(of: .userFlow) { body throws(SettingsFormatError) in
            try SettingsCodec.userFlow(body, attributes: attributes)
        }
    }

    private func bodies<Value>(
        of kind: SettingsKind, _ read: (JSONValue) throws(SettingsFormatError) -> Value
    ) throws(SettingsFormatError) -> [Value] {
        var values: [Value] = []
        for object in objects where object.kind == kind {
            if let body = object.body { values.append(try read(body)) }
        }
        return values
    }
}
