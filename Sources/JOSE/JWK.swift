package import Cryptography
package import JSON

/// A public key with what its owner says about it (RFC 7517 §4): RSA from 2048 bits, the three NIST curves, Ed25519
/// (RFC 8037). One that exists is one that we are willing to use.
package struct JWK: Sendable, Equatable {
    package var keyID: String?
    /// `sig`, `enc`, or what the owner means by it.
    package var use: String?
    package var operations: [String]
    package var algorithm: String?
    /// Whose tokens it signs, where its owner says so: Microsoft's documents for several tenants (`issuer`).
    package var issuer: String?
    package let key: VerificationKey

    package init(
        _ key: VerificationKey, keyID: String?, use: String? = nil, operations: [String] = [], algorithm: String? = nil
    ) {
        self.key = key
        self.keyID = keyID
        self.use = use
        self.operations = operations
        self.algorithm = algorithm
    }

    /// Our own signing key as we publish it; its id is its thumbprint.
    package init(signing key: VerificationKey, algorithm: SignatureAlgorithm) {
        self.init(key, keyID: Self.thumbprint(of: key), use: "sig", algorithm: algorithm.name)
    }

    /// - Throws: ``JOSEError/keyPrivate`` for one with private members, or a shared key; ``JOSEError/weakKey(_:)`` for
    ///   RSA below 2048 bits; ``JOSEError/keyUnsuitable(_:)`` for what is malformed or unknown.
    package init(_ json: JSONValue) throws(JOSEError) {
        guard case .object(let members) = json else { throw .keyUnsuitable("it is \(json.kind), not an object") }
        guard Self.privateMembers.allSatisfy({ members[$0] == nil }), members["kty"]?.string != "oct" else {
            throw .keyPrivate
        }
        try self.init(publicMembersOf: members)
    }

    init(publicMembersOf members: JSONObject) throws(JOSEError) {
        let reader = JWKMembers(members)
        let components = try reader.publicComponents()
        do throws(CryptographyError) {
            key = try VerificationKey(components: components)
        } catch {
            throw .of(error)
        }
        keyID = try reader.optionalString("kid")
        use = try reader.optionalString("use")
        algorithm = try reader.optionalString("alg")
        issuer = try reader.optionalString("issuer")
        operations = try reader.optionalStrings("key_ops")
    }

    /// The members that RFC 7518 §6 and RFC 8037 §2 call private.
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    /// Whether the key may check a signature of that algorithm: it fits, and its owner did not keep it for other things.
    package func serves(_ algorithm: SignatureAlgorithm) -> Bool { unsuitability(for: algorithm) == nil }

    /// Why the key can't check signatures of that algorithm; nil if it can.
    func unsuitability(for algorithm: SignatureAlgorithm) -> String? {
        guard algorithm.fits(key.kind) else { return "its kind does not fit \(algorithm.name)" }
        if let use, use != "sig" { return "its use is \(use.shown)" }
        if !operations.isEmpty && !operations.contains("verify") { return "key_ops does not contain 'verify'" }
        if let own = self.algorithm, SignatureAlgorithm.named(own)?.scheme != algorithm.scheme {
            return "it is for \(own.shown), not \(algorithm.name)"
        }
        return nil
    }

    /// The members as we publish them: no private one ever, because there is none in the value.
    package var json: JSONValue {
        var object = JSONObject(Self.publicMembers(of: key.components))
        if let use { object["use"] = .string(use) }
        if !operations.isEmpty { object["key_ops"] = .array(operations.map { .string($0) }) }
        if let algorithm { object["alg"] = .string(algorithm) }
        if let keyID { object["kid"] = .string(keyID) }
        return .object(object)
    }

    static func publicMembers(of components: PublicKeyComponents) -> [(String, JSONValue)] {
        switch components {
        case .rsa(let n, let e):
            [("kty", "RSA"), ("n", .string(Base64URL.encode(n))), ("e", .string(Base64URL.encode(e)))]
        case .ec(let curve, let x, let y):
            [
                ("kty", "EC"), ("crv", .string(curve.joseName)), ("x", .string(Base64URL.encode(x))),
                ("y", .string(Base64URL.encode(y))),
            ]
        case .ed25519(let x):
            [("kty", "OKP"), ("crv", "Ed25519"), ("x", .string(Base64URL.encode(x)))]
        }
    }
}

// MARK: - Thumbprint

extension JWK {
    /// RFC 7638 with SHA-256, base64url.
    package var thumbprint: String { Self.thumbprint(of: key) }

    package static func thumbprint(of key: VerificationKey) -> String {
        // The required members only, in the order of their names; `canonical` sorts.
        let members = JSONValue.object(JSONObject(publicMembers(of: key.components)))
        return Base64URL.encode(Digest.sha256(JSONWriter.canonical(members)))
    }
}

extension EllipticCurve {
    /// The `crv` of RFC 7518 §6.2.1.1.
    var joseName: String {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        }
    }

    init?(joseName: String) {
        guard let curve = Self.allCases.first(where: { $0.joseName == joseName }) else { return nil }
        self = curve
    }
}

extension JOSEError {
    /// What is wrong with a key, in our words.
    static func of(_ error: CryptographyError) -> JOSEError {
        switch error {
        case .weakKey(let bits): .weakKey("RSA with \(bits) bits, less than \(VerificationKey.minimumRSABits)")
        case .unsupportedKey: .keyUnsuitable("a kind, curve or size that we do not use")
        default: .keyUnsuitable("its numbers are no possible key")
        }
    }
}
