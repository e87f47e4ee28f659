package import Directory
internal import JOSE

/// An application as a file declares it; nil where the file is silent.
package struct DeclaredApplication: Sendable {
    package struct ResourceReference: Sendable {
        /// An application's name, appId or identifier URI, or a name of the management API.
        package var name: String
        let place: Declaration.Place
    }

    package struct Role: Sendable {
        package var value: String
        package var displayName: String
        package var allowedMemberTypes: Set<Application.Role.MemberType>
    }

    package var name: String
    package var kind: Application.Kind?
    /// Declared as `api`: it only receives tokens.
    package var isOnlyAPI = false
    package var authentication: Application.Authentication?
    package var isEnabled: Bool?
    package var secrets: [String]?
    package var jwks: String?
    package var redirectURIs: [(uri: String, place: Declaration.Place)]?
    package var postLogoutRedirectURIs: [(uri: String, place: Declaration.Place)]?
    package var homepageURL: String?
    package var signingAlgorithm: String?
    package var requiresAssignment: Bool?
    package var identifierURIs: [(uri: String, place: Declaration.Place)]?
    package var audienceIsIdentifierURI: Bool?
    package var scopes: [Application.Scope]?
    package var roles: [Role]?
    package var adminGrants: [(resource: ResourceReference, scopes: [String])]?
    package var roleGrants: [(resource: ResourceReference, role: String)]?
    package var emitsGroups: Bool?
    package var accessTokenLifetime: Int?
    package var refreshTokenLifetime: Int?
    package var saml: DeclaredServiceProvider?
    package var wsFederation: DeclaredRelyingParty?
    let place: Declaration.Place
    let authenticationPlace: Declaration.Place
    let homepagePlace: Declaration.Place

    /// A secret that people chose gets as plain a hash as one of ours, so it must be as hard to guess.
    private static let shortestSecret = 32

    init(_ object: inout DeclaredObject, _ reading: Declaration.FileReading) throws(FileFault) {
        name = try object.string("name")
        place = object.place("name")
        authenticationPlace = object.place("authentication")
        homepagePlace = object.place("homepage")
        let kinds = Application.Kind.allCases.map { ($0.rawValue, $0 as Application.Kind?) } + [("api", nil)]
        if let kind = try object.choiceOrNil("kind", kinds) {
            self.kind = kind ?? .daemon
            isOnlyAPI = kind == nil
        }
        authentication = try object.choiceOrNil("authentication")
        isEnabled = try object.boolOrNil("enabled")
        redirectURIs = object.uris("redirectURIs", try object.stringsOrNil("redirectURIs"))
        postLogoutRedirectURIs = object.uris(
            "postLogoutRedirectURIs", try object.stringsOrNil("postLogoutRedirectURIs"))
        homepageURL = try object.stringOrNil("homepage")
        signingAlgorithm = try object.choiceOrNil(
            "signingAlgorithm", ["RS256", "ES256", "EdDSA"].map { ($0, $0) })
        requiresAssignment = try object.boolOrNil("requiresAssignment")
        identifierURIs = object.uris("identifierURIs", try object.stringsOrNil("identifierURIs"))
        audienceIsIdentifierURI = try object.boolOrNil("audienceIsIdentifierURI")
        emitsGroups = try object.boolOrNil("emitsGroups")
        accessTokenLifetime = try object.integerOrNil("accessTokenLifetime", in: 600...86_400)
        refreshTokenLifetime = try object.integerOrNil("refreshTokenLifetime", in: 600...(365 * 86_400))
        if var saml = try object.childOrNil("saml") { self.saml = try DeclaredServiceProvider(&saml, reading) }
        if var party = try object.childOrNil("wsFederation") { wsFederation = try DeclaredRelyingParty(&party) }
        try readCredentials(&object, reading)
        try readPermissions(&object)
    }

    private mutating func readCredentials(
        _ object: inout DeclaredObject, _ reading: Declaration.FileReading
    ) throws(FileFault) {
        if let secret = try object.secret("secret", reading) { secrets = [secret] }
        if let several = try object.stringsOrNil("secrets") {
            guard secrets == nil else { throw object.fault("secrets", "and \"secret\" are both there; one is enough") }
            secrets = several
        }
        for secret in secrets ?? [] where secret.utf8.count < Self.shortestSecret {
            let key = object.has("secrets") ? "secrets" : object.has("secret") ? "secret" : "secretFile"
            throw object.fault(
                key, "must have at least \(Self.shortestSecret) characters; leave it out and one is made")
        }
        var keys = try object.valueOrNil("jwks")
        var key = "jwks"
        if let path = try object.stringOrNil("jwksFile") {
            guard keys == nil else { throw object.fault("jwks", "and \"jwksFile\" are both there; one is enough") }
            guard let bytes = reading(path) else {
                throw object.fault("jwksFile", "names \(path), which can't be read")
            }
            keys = bytes
            key = "jwksFile"
        }
        guard let keys else { return }
        let set: JWKSet
        do throws(JOSEError) {
            set = try JWKSet(bytes: keys)
        } catch {
            throw object.fault(key, "is no set of public keys: \(error)")
        }
        guard !set.keys.isEmpty else { throw object.fault(key, "holds no key that can be used") }
        jwks = String(decoding: keys, as: UTF8.self)
    }

    private mutating func readPermissions(_ object: inout DeclaredObject) throws(FileFault) {
        scopes = try object.list("scopes") { scope throws(FileFault) in
            let value = try scope.string("value")
            let name = try scope.stringOrNil("displayName") ?? value
            return try Application.Scope(
                value: value, displayName: name,
                consentDescription: scope.stringOrNil("consent") ?? "Allows the application: \(name).",
                requiresAdminConsent: scope.boolOrNil("adminConsent") ?? false,
                isEnabled: scope.boolOrNil("enabled") ?? true)
        }
        roles = try object.list("roles") { role throws(FileFault) in
            let value = try role.string("value")
            let types = try role.stringsOrNil("for") ?? ["User"]
            var allowed: Set<Application.Role.MemberType> = []
            for (index, type) in types.enumerated() {
                guard let type = Application.Role.MemberType(rawValue: type) else {
                    throw role.fault("for", index, "is \"\(type)\", not User or Application")
                }
                allowed.insert(type)
            }
            return Role(
                value: value, displayName: try role.stringOrNil("displayName") ?? value, allowedMemberTypes: allowed)
        }
        adminGrants = try object.list("adminGrants") { grant throws(FileFault) in
            (resource: try ResourceReference(&grant), scopes: try grant.stringsOrNil("scopes") ?? [])
        }
        roleGrants = try object.list("roleGrants") { grant throws(FileFault) in
            (resource: try ResourceReference(&grant), role: try grant.string("role"))
        }
    }
}

extension DeclaredApplication.ResourceReference {
    fileprivate init(_ object: inout DeclaredObject) throws(FileFault) {
        name = try object.string("resource")
        place = object.place("resource")
    }
}

extension DeclaredObject {
    fileprivate func uris(_ name: String, _ values: [String]?) -> [(uri: String, place: Declaration.Place)]? {
        places(name, values)?.map { (uri: $0.0, place: $0.1) }
    }
}
