internal import Cryptography
internal import JSON

/// Reads the members of a JWK (RFC 7518 §6) strictly: numbers in strict base64url, coordinates in full length.
struct JWKMembers {
    let members: JSONObject

    init(_ members: JSONObject) { self.members = members }

    func publicComponents() throws(JOSEError) -> PublicKeyComponents {
        switch try string("kty") {
        case "RSA":
            return .rsa(n: try integer("n"), e: try integer("e"))
        case "EC":
            let curve = try curve()
            return .ec(curve, x: try octets("x"), y: try octets("y"))
        case "OKP":
            guard try string("crv") == "Ed25519" else { throw .keyUnsuitable("its crv is not Ed25519") }
            return .ed25519(x: try octets("x"))
        case let other:
            throw .keyUnsuitable("its kty is \(other.shown)")
        }
    }

    func privateComponents() throws(JOSEError) -> PrivateKeyComponents {
        guard members["oth"] == nil else { throw .keyUnsuitable("RSA with more than two primes") }
        switch try publicComponents() {
        case .rsa(let n, let e):
            return .rsa(
                RSAPrivateComponents(
                    n: n, e: e, d: try secret("d"), p: try secret("p"), q: try secret("q"), dp: try secret("dp"),
                    dq: try secret("dq"), qi: try secret("qi")))
        case .ec(let curve, let x, let y):
            return .ec(curve, x: x, y: y, d: try secret("d"))
        case .ed25519(let x):
            return .ed25519(x: x, d: try secret("d"))
        }
    }

    func string(_ name: String) throws(JOSEError) -> String {
        guard let string = try optionalString(name) else { throw .keyUnsuitable("\(name) is missing") }
        return string
    }

    func optionalString(_ name: String) throws(JOSEError) -> String? {
        guard let value = members[name] else { return nil }
        guard case .string(let string) = value else { throw .keyUnsuitable("\(name) is \(value.kind), not a string") }
        return string
    }

    func optionalStrings(_ name: String) throws(JOSEError) -> [String] {
        guard let value = members[name] else { return [] }
        guard let strings = value.strings else { throw .keyUnsuitable("\(name) is not an array of strings") }
        return strings
    }

    func octets(_ name: String) throws(JOSEError) -> [UInt8] {
        guard let octets = Base64URL.decode(try string(name)), !octets.isEmpty else {
            throw .keyUnsuitable("\(name) is not strict base64url")
        }
        return octets
    }

    /// Zero octets in front, which RFC 7518 §6.3.1.1 forbids and some libraries write, do not change a number.
    private func integer(_ name: String) throws(JOSEError) -> [UInt8] {
        let octets = try octets(name).drop { $0 == 0 }
        // OpenSSL would take its time with a larger modulus, and nobody honest has one.
        guard octets.count <= 1024 else { throw .keyUnsuitable("\(name) has more than 8192 bits") }
        return Array(octets)
    }

    private func secret(_ name: String) throws(JOSEError) -> Secret { Secret(try octets(name)) }

    private func curve() throws(JOSEError) -> EllipticCurve {
        let name = try string("crv")
        guard let curve = EllipticCurve(joseName: name) else { throw .keyUnsuitable("its crv is \(name.shown)") }
        return curve
    }
}
