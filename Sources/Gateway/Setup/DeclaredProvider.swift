package import Cryptography
package import Directory

/// The connection to a provider that is known by its name, as a file declares it.
package struct DeclaredProvider: Sendable {
    package var provider: Provider
    package var clientID: String
    /// The client secret; Apple's private key.
    package var secret: Secret?
    package var origin: String?
    package var trustsVerifiedEmail: Bool?
    let originPlace: Declaration.Place
    let secretPlace: Declaration.Place

    init(
        _ object: inout DeclaredObject, kind: Partner.Kind, _ reading: Declaration.FileReading
    ) throws(FileFault) {
        clientID = try object.string("clientID")
        guard !clientID.isEmpty else { throw object.fault("clientID", "is empty") }
        let secretKey = kind == .apple ? "privateKey" : "clientSecret"
        switch kind {
        case .google: provider = .google
        case .microsoftAccount: provider = .microsoftAccount
        case .entra:
            provider = .entra(
                try object.choiceOrNil("cloud") ?? .global,
                tenants: try object.parsedListOrNil("tenants", "a tenant's id") ?? [])
        case .facebook: provider = .facebook(try object.choiceOrNil("login") ?? .classic)
        case .apple:
            provider = .apple(teamID: try Self.appleID("teamID", &object), keyID: try Self.appleID("keyID", &object))
        case .gitHub: provider = .gitHub
        case .linkedIn: provider = .linkedIn
        case .oidc, .tenant, .saml, .wsFederation, .emailCode, .localMember:
            throw object.fault("kind", "is \"\(kind.rawValue)\", which is no provider known by name")
        }
        secret =
            kind == .apple
            ? try Self.privateKey(secretKey, &object, reading)
            : try object.secret(secretKey, reading).map { Secret(utf8: $0) }
        secretPlace = object.place(secretKey)
        origin = try object.stringOrNil("origin")
        originPlace = object.place("origin")
        trustsVerifiedEmail = try object.boolOrNil("trustsVerifiedEmail")
    }

    /// Ten capitals and digits, as Apple writes the ids of teams and keys.
    private static func appleID(_ name: String, _ object: inout DeclaredObject) throws(FileFault) -> String {
        let id = try object.string(name)
        guard (1...20).contains(id.utf8.count), id.utf8.allSatisfy({ (65...90).contains($0) || (48...57).contains($0) })
        else { throw object.fault(name, "is \"\(id)\"; Apple's ids are capitals and digits") }
        return id
    }

    /// The text of a `.p8` file, or with `File` the file itself: a P-256 key, because Apple takes no other.
    private static func privateKey(
        _ name: String, _ object: inout DeclaredObject, _ reading: Declaration.FileReading
    ) throws(FileFault) -> Secret? {
        var text = try object.stringOrNil(name).map { Array($0.utf8) }
        var place = name
        if let path = try object.stringOrNil(name + "File") {
            place = name + "File"
            guard text == nil else { throw object.fault(place, "and \"\(name)\" are both there; one is enough") }
            guard let bytes = reading(path) else { throw object.fault(place, "names \(path), which can't be read") }
            text = bytes
        }
        guard let text else { return nil }
        guard let key = try? SigningKey(pem: text), key.kind == .ec(.p256) else {
            throw object.fault(place, "holds no private key of P-256 in PEM")
        }
        return Secret(text)
    }
}
