package import Cryptography
package import Directory
internal import JOSE

/// A partner as a file declares it; nil where the file is silent.
package struct DeclaredPartner: Sendable {
    package enum Connection: Sendable {
        case oidc(OIDC)
        case tenant(DeclaredTenantHome)
        case provider(DeclaredProvider)
        case federation(DeclaredFederation)
        case emailCode
    }

    package struct OIDC: Sendable {
        package var issuer: String
        package var clientID: String
        package var clientSecret: Secret?
        package var clientAuthentication: Partner.ClientAuthentication?
        package var scopes: [String]?
        package var algorithms: [String]?
        package var usesUserInfo: Bool?
        package var claims: Partner.ClaimMapping?
        package var trustsVerifiedEmail: Bool?
        let issuerPlace: Declaration.Place
        let secretPlace: Declaration.Place
    }

    package var name: String
    package var displayName: String?
    package var connection: Connection
    package var domains: [DomainName]?
    package var isEnabled: Bool?
    package var isOffered: Bool?
    package var proofLifetime: Int?
    let place: Declaration.Place

    init(_ object: inout DeclaredObject, _ reading: Declaration.FileReading) throws(FileFault) {
        name = try object.string("name")
        place = object.place("name")
        guard Self.isName(name) else {
            throw place.fault("is \"\(name)\"; it may hold lower-case letters, digits and hyphens, 40 at most")
        }
        displayName = try object.stringOrNil("displayName")
        domains = try object.parsedListOrNil("domains", "a domain")
        isEnabled = try object.boolOrNil("enabled")
        isOffered = try object.boolOrNil("offered")
        proofLifetime = try object.integerOrNil("proofLifetime", in: 600...(365 * 86_400))
        let kinds: [(String, Partner.Kind)] = Partner.Kind.allCases.filter { $0 != .localMember }
            .map { ($0.rawValue, $0) }
        let kind = try object.choiceOrNil("kind", kinds) ?? .oidc
        switch kind {
        case .oidc: connection = .oidc(try OIDC(&object, reading))
        case .tenant:
            connection = .tenant(try DeclaredTenantHome(&object, reading))
        case .google, .microsoftAccount, .entra, .facebook, .apple, .gitHub, .linkedIn:
            connection = .provider(try DeclaredProvider(&object, kind: kind, reading))
        case .saml, .wsFederation:
            connection = .federation(try DeclaredFederation(&object, kind: kind, reading))
        case .emailCode, .localMember: connection = .emailCode
        }
    }

    /// What we are to prove ourselves with, where the file says it.
    var secret: Secret? {
        switch connection {
        case .oidc(let oidc): oidc.clientSecret
        case .provider(let provider): provider.secret
        case .tenant(let home): home.clientSecret
        case .federation, .emailCode: nil
        }
    }

    /// In URLs and commands.
    private static func isName(_ name: String) -> Bool {
        (1...40).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: "-")
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }
}

extension DeclaredPartner.OIDC {
    fileprivate init(_ object: inout DeclaredObject, _ reading: Declaration.FileReading) throws(FileFault) {
        issuer = try object.string("issuer")
        issuerPlace = object.place("issuer")
        clientID = try object.string("clientID")
        clientSecret = try object.secret("clientSecret", reading).map { Secret(utf8: $0) }
        secretPlace = object.place("clientSecret")
        clientAuthentication = try object.choiceOrNil("clientAuthentication")
        scopes = try object.stringsOrNil("scopes")
        if let scopes, !scopes.contains("openid") { throw object.fault("scopes", "must contain openid") }
        algorithms = try object.stringsOrNil("algorithms")
        for (index, name) in (algorithms ?? []).enumerated() where SignatureAlgorithm.named(name) == nil {
            throw object.fault("algorithms", index, "is \"\(name)\", which is no signature algorithm that we verify")
        }
        usesUserInfo = try object.boolOrNil("usesUserInfo")
        trustsVerifiedEmail = try object.boolOrNil("trustsVerifiedEmail")
        guard var claims = try object.childOrNil("claims") else { return }
        let standard = Partner.ClaimMapping.standard
        self.claims = try Partner.ClaimMapping(
            email: claims.stringOrNil("email") ?? standard.email,
            emailVerified: claims.stringOrNil("emailVerified") ?? standard.emailVerified,
            name: claims.stringOrNil("name") ?? standard.name,
            givenName: claims.stringOrNil("givenName") ?? standard.givenName,
            familyName: claims.stringOrNil("familyName") ?? standard.familyName,
            groups: claims.stringOrNil("groups") ?? standard.groups)
        try claims.finish()
    }
}
