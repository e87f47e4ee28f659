internal import Directory
internal import JSON

/// Connections to partners that speak SAML 2.0 or WS-Federation.
extension SettingsCodec {
    static func encode(_ federation: FederationConnection, _ kind: Partner.Kind) -> JSONValue {
        .members([
            ("kind", .string(kind.rawValue)), ("issuer", .string(federation.issuer)),
            ("metadataURL", .optional(federation.metadataURL)),
            ("metadataSigner", .optional(federation.metadataSigner)), ("signInURL", .string(federation.signInURL)),
            ("signInBinding", .string(federation.signInBinding.rawValue)),
            ("logoutURL", .optional(federation.logoutURL)),
            ("logoutBinding", .string(federation.logoutBinding.rawValue)),
            ("logoutResponseURL", .optional(federation.logoutResponseURL)),
            ("signingCertificates", .strings(federation.signingCertificates)),
            ("requiredSignature", .string(federation.requiredSignature.rawValue)),
            ("signsRequests", .bool(federation.signsRequests)),
            ("acceptsUnsolicited", .bool(federation.acceptsUnsolicited)),
            ("acceptsCBC", .bool(federation.acceptsCBC)),
            ("acceptsUnconfirmedSubject", .bool(federation.acceptsUnconfirmedSubject)),
            ("nameIDFormat", .optional(federation.nameIDFormat)),
            ("requestedContexts", .strings(federation.requestedContexts)),
            ("attributes", encode(federation.attributes)), ("byHand", encode(federation.byHand)),
        ])
    }

    private static func encode(_ mapping: AttributeMapping) -> JSONValue {
        .members([
            ("subject", .strings(mapping.subject)), ("email", .strings(mapping.email)),
            ("displayName", .strings(mapping.displayName)), ("givenName", .strings(mapping.givenName)),
            ("surname", .strings(mapping.surname)), ("groups", .strings(mapping.groups)),
            ("methods", .strings(mapping.methods)), ("multiFactorValues", .strings(mapping.multiFactorValues)),
            ("deviceIsCompliant", .strings(mapping.deviceIsCompliant)),
            ("deviceIsHybridJoined", .strings(mapping.deviceIsHybridJoined)),
        ])
    }

    static func federation(_ object: inout StrictObject) throws(SettingsFormatError) -> FederationConnection {
        var attributes = try object.child("attributes")
        return try FederationConnection(
            issuer: object.string("issuer"), signInURL: object.string("signInURL"),
            signingCertificates: object.strings("signingCertificates"), metadataURL: object.stringOrNil("metadataURL"),
            metadataSigner: object.stringOrNil("metadataSigner"), signInBinding: object.choice("signInBinding"),
            logoutURL: object.stringOrNil("logoutURL"), logoutBinding: object.choice("logoutBinding"),
            logoutResponseURL: object.stringOrNil("logoutResponseURL"),
            requiredSignature: object.choice("requiredSignature"),
            signsRequests: object.boolOrNil("signsRequests") ?? true,
            acceptsUnsolicited: object.boolOrNil("acceptsUnsolicited") ?? false,
            acceptsCBC: object.boolOrNil("acceptsCBC") ?? false,
            acceptsUnconfirmedSubject: object.boolOrNil("acceptsUnconfirmedSubject") ?? false,
            nameIDFormat: object.stringOrNil("nameIDFormat"),
            requestedContexts: object.strings("requestedContexts"), attributes: mapping(&attributes),
            byHand: byHand(&object))
    }

    private static func encode(_ properties: Set<MetadataProperty>) -> JSONValue {
        .strings(properties.map(\.rawValue).sorted())
    }

    private static func byHand(_ object: inout StrictObject) throws(SettingsFormatError) -> Set<MetadataProperty> {
        Set(try object.strings("byHand").compactMap(MetadataProperty.init))
    }

    private static func mapping(_ object: inout StrictObject) throws(SettingsFormatError) -> AttributeMapping {
        let mapping = try AttributeMapping(
            subject: object.strings("subject"), email: object.strings("email"),
            displayName: object.strings("displayName"), givenName: object.strings("givenName"),
            surname: object.strings("surname"), groups: object.strings("groups"), methods: object.strings("methods"),
            multiFactorValues: object.strings("multiFactorValues"),
            deviceIsCompliant: object.strings("deviceIsCompliant"),
            deviceIsHybridJoined: object.strings("deviceIsHybridJoined"))
        try object.finish()
        return mapping
    }
}

/// Applications that speak SAML 2.0 or WS-Federation.
extension SettingsCodec {
    static func encode(_ provider: SAMLServiceProvider) -> JSONValue {
        .members([
            ("entityID", .string(provider.entityID)),
            (
                "assertionConsumers",
                .array(
                    provider.assertionConsumers.map {
                        .members([
                            ("url", .string($0.url)), ("index", .integer(Int64($0.index))),
                            ("isDefault", .bool($0.isDefault)),
                        ])
                    })
            ),
            ("logoutURL", .optional(provider.logoutURL)), ("logoutResponseURL", .optional(provider.logoutResponseURL)),
            ("logoutBinding", .string(provider.logoutBinding.rawValue)),
            ("signingCertificates", .strings(provider.signingCertificates)),
            ("requiresSignedRequests", .bool(provider.requiresSignedRequests)),
            ("encryptionCertificate", .optional(provider.encryptionCertificate)),
            ("nameID", .string(provider.nameID.rawValue)), ("signs", .string(provider.signs.rawValue)),
            ("allowsUnsolicited", .bool(provider.allowsUnsolicited)),
            ("attributes", .array(provider.attributes.map(encode))), ("metadataURL", .optional(provider.metadataURL)),
            ("byHand", encode(provider.byHand)),
        ])
    }

    static func encode(_ party: WSFederationRelyingParty) -> JSONValue {
        .members([
            ("realm", .string(party.realm)), ("replyURLs", .strings(party.replyURLs)),
            ("token", .string(party.token.rawValue)), ("nameID", .string(party.nameID.rawValue)),
            ("attributes", .array(party.attributes.map(encode))),
        ])
    }

    private static func encode(_ attribute: ReleasedAttribute) -> JSONValue {
        .members([
            ("name", .string(attribute.name)), ("nameFormat", .optional(attribute.nameFormat)),
            ("source", .string(attribute.source.rawValue)),
        ])
    }

    static func serviceProvider(
        _ object: inout StrictObject?
    ) throws(SettingsFormatError) -> SAMLServiceProvider? {
        guard var object else { return nil }
        var consumers: [SAMLServiceProvider.AssertionConsumer] = []
        for child in try object.children("assertionConsumers") {
            var child = child
            consumers.append(
                try SAMLServiceProvider.AssertionConsumer(
                    url: child.string("url"), index: child.integerOrNil("index") ?? 0,
                    isDefault: child.boolOrNil("isDefault") ?? false))
            try child.finish()
        }
        let provider = try SAMLServiceProvider(
            entityID: object.string("entityID"), assertionConsumers: consumers,
            logoutURL: object.stringOrNil("logoutURL"), logoutResponseURL: object.stringOrNil("logoutResponseURL"),
            logoutBinding: object.choice("logoutBinding"),
            signingCertificates: object.strings("signingCertificates"),
            requiresSignedRequests: object.boolOrNil("requiresSignedRequests") ?? false,
            encryptionCertificate: object.stringOrNil("encryptionCertificate"), nameID: object.choice("nameID"),
            signs: object.choice("signs"), allowsUnsolicited: object.boolOrNil("allowsUnsolicited") ?? false,
            attributes: attributes(&object), metadataURL: object.stringOrNil("metadataURL"), byHand: byHand(&object))
        try object.finish()
        return provider
    }

    static func relyingParty(
        _ object: inout StrictObject?
    ) throws(SettingsFormatError) -> WSFederationRelyingParty? {
        guard var object else { return nil }
        let party = try WSFederationRelyingParty(
            realm: object.string("realm"), replyURLs: object.strings("replyURLs"), token: object.choice("token"),
            nameID: object.choice("nameID"), attributes: attributes(&object))
        try object.finish()
        return party
    }

    private static func attributes(
        _ object: inout StrictObject
    ) throws(SettingsFormatError) -> [ReleasedAttribute] {
        var attributes: [ReleasedAttribute] = []
        for child in try object.children("attributes") {
            var child = child
            attributes.append(
                try ReleasedAttribute(
                    child.string("name"), child.choice("source"), nameFormat: child.stringOrNil("nameFormat")))
            try child.finish()
        }
        return attributes
    }
}
