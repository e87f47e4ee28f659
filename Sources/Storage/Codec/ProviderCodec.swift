internal import Directory
internal import JSON

/// Connections to providers that are known by name. The member `kind` says which one it is.
extension SettingsCodec {
    static func encode(_ connection: ProviderConnection) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("kind", .string(connection.provider.kind.rawValue)), ("clientID", .string(connection.clientID)),
            ("secretName", .string(connection.secretName)), ("origin", .optional(connection.origin)),
            ("trustsVerifiedEmail", .bool(connection.trustsVerifiedEmail)),
        ]
        switch connection.provider {
        case .entra(let cloud, let tenants):
            members += [("cloud", .string(cloud.rawValue)), ("tenants", .strings(tenants.map(\.description)))]
        case .facebook(let login): members.append(("login", .string(login.rawValue)))
        case .apple(let team, let key): members += [("teamID", .string(team)), ("keyID", .string(key))]
        case .google, .microsoftAccount, .gitHub, .linkedIn: break
        }
        return .members(members)
    }

    static func provider(
        _ object: inout StrictObject, _ kind: Partner.Kind
    ) throws(SettingsFormatError) -> ProviderConnection {
        let provider: Provider
        switch kind {
        case .google: provider = .google
        case .microsoftAccount: provider = .microsoftAccount
        case .entra:
            provider = .entra(try object.choice("cloud"), tenants: try object.parsedList("tenants", "a tenant's id"))
        case .facebook: provider = .facebook(try object.choice("login"))
        case .apple: provider = .apple(teamID: try object.string("teamID"), keyID: try object.string("keyID"))
        case .gitHub: provider = .gitHub
        case .linkedIn: provider = .linkedIn
        case .oidc, .tenant, .saml, .wsFederation, .emailCode, .localMember:
            throw object.problem("kind", "is \"\(kind.rawValue)\", which is no provider known by name")
        }
        return try ProviderConnection(
            provider, clientID: object.string("clientID"), secretName: object.string("secretName"),
            origin: object.stringOrNil("origin"),
            trustsVerifiedEmail: object.boolOrNil("trustsVerifiedEmail") ?? true)
    }
}
