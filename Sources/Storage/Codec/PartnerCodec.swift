package import Directory
package import JSON

extension SettingsCodec {
    package static func encode(_ partner: Partner) -> JSONValue {
        .members([
            versionMember, ("id", .string(partner.id.description)), ("name", .string(partner.name)),
            ("displayName", .string(partner.displayName)), ("connection", encode(partner.connection)),
            ("domains", .strings(partner.domains.map(\.description))), ("isEnabled", .bool(partner.isEnabled)),
            ("isOffered", .bool(partner.isOffered)), ("proofLifetime", .optional(partner.proofLifetime)),
        ])
    }

    private static func encode(_ connection: Partner.Connection) -> JSONValue {
        switch connection {
        case .oidc(let oidc):
            .members([
                ("kind", .string(Partner.Kind.oidc.rawValue)), ("issuer", .string(oidc.issuer)),
                ("clientID", .string(oidc.clientID)),
                ("clientAuthentication", .string(oidc.clientAuthentication.rawValue)),
                ("secretName", .optional(oidc.secretName)), ("scopes", .strings(oidc.scopes)),
                ("algorithms", .strings(oidc.algorithms)), ("usesUserInfo", .bool(oidc.usesUserInfo)),
                ("claims", encode(oidc.claims)), ("trustsVerifiedEmail", .bool(oidc.trustsVerifiedEmail)),
            ])
        case .tenant(let home, let base, let registration):
            .members([
                ("kind", .string(Partner.Kind.tenant.rawValue)), ("home", .string(home.description)),
                ("base", .optional(base)), ("clientID", .optional(registration?.clientID)),
                ("secretName", .optional(registration?.secretName)),
            ])
        case .provider(let provider): encode(provider)
        case .saml(let federation): encode(federation, .saml)
        case .wsFederation(let federation): encode(federation, .wsFederation)
        case .emailCode:
            .members([("kind", .string(Partner.Kind.emailCode.rawValue))])
        }
    }

    private static func encode(_ claims: Partner.ClaimMapping) -> JSONValue {
        .members([
            ("email", .string(claims.email)), ("emailVerified", .string(claims.emailVerified)),
            ("name", .string(claims.name)), ("givenName", .string(claims.givenName)),
            ("familyName", .string(claims.familyName)), ("groups", .string(claims.groups)),
        ])
    }

    package static func partner(_ json: JSONValue) throws(SettingsFormatError) -> Partner {
        var object = try StrictObject(json, at: "partner")
        try object.version(upTo: formatVersion)
        var connection = try object.child("connection")
        let partner = try Partner(
            id: object.id("id"), name: object.string("name"), displayName: object.string("displayName"),
            connection: self.connection(&connection), domains: object.parsedList("domains", "a domain"),
            isEnabled: object.boolOrNil("isEnabled") ?? true, isOffered: object.boolOrNil("isOffered") ?? true,
            proofLifetime: object.integerOrNil("proofLifetime"))
        try object.finish()
        return partner
    }

    private static func connection(_ object: inout StrictObject) throws(SettingsFormatError) -> Partner.Connection {
        let connection: Partner.Connection
        let kind: Partner.Kind = try object.choice("kind")
        switch kind {
        case .oidc:
            let standard = Partner.OIDCConnection(
                issuer: "", clientID: "", clientAuthentication: .privateKeyJWT, secretName: nil)
            var claims = try object.child("claims")
            connection = try .oidc(
                Partner.OIDCConnection(
                    issuer: object.string("issuer"), clientID: object.string("clientID"),
                    clientAuthentication: object.choice("clientAuthentication"),
                    secretName: object.stringOrNil("secretName"),
                    scopes: object.stringsOrNil("scopes") ?? standard.scopes,
                    algorithms: object.stringsOrNil("algorithms") ?? standard.algorithms,
                    usesUserInfo: object.boolOrNil("usesUserInfo") ?? standard.usesUserInfo,
                    claims: self.claims(&claims),
                    trustsVerifiedEmail: object.boolOrNil("trustsVerifiedEmail") ?? standard.trustsVerifiedEmail))
        case .tenant:
            let secretName = try object.stringOrNil("secretName")
            connection = try .tenant(
                home: object.id("home"), base: object.stringOrNil("base"),
                registration: object.stringOrNil("clientID").map {
                    Partner.TenantRegistration(clientID: $0, secretName: secretName)
                })
        case .google, .microsoftAccount, .entra, .facebook, .apple, .gitHub, .linkedIn:
            connection = try .provider(provider(&object, kind))
        case .saml: connection = try .saml(federation(&object))
        case .wsFederation: connection = try .wsFederation(federation(&object))
        case .emailCode:
            connection = .emailCode
        case .localMember:
            throw object.problem("kind", "is \"localMember\", which is no connection")
        }
        try object.finish()
        return connection
    }

    private static func claims(_ object: inout StrictObject) throws(SettingsFormatError) -> Partner.ClaimMapping {
        let standard = Partner.ClaimMapping.standard
        let claims = try Partner.ClaimMapping(
            email: object.stringOrNil("email") ?? standard.email,
            emailVerified: object.stringOrNil("emailVerified") ?? standard.emailVerified,
            name: object.stringOrNil("name") ?? standard.name,
            givenName: object.stringOrNil("givenName") ?? standard.givenName,
            familyName: object.stringOrNil("familyName") ?? standard.familyName,
            groups: object.stringOrNil("groups") ?? standard.groups)
        try object.finish()
        return claims
    }
}
