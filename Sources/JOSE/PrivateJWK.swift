package import Cryptography
package import JSON

extension JWK {
    /// A private key with its public part (RFC 7518 §6.2.2, §6.3.2, RFC 8037 §2). All of RSA's numbers must be there:
    /// without the primes every signature would cost four times as much.
    package static func privateKey(_ json: JSONValue) throws(JOSEError) -> (JWK, SigningKey) {
        guard case .object(let members) = json else { throw .keyUnsuitable("it is \(json.kind), not an object") }
        let components = try JWKMembers(members).privateComponents()
        let key: SigningKey
        do throws(CryptographyError) {
            key = try SigningKey(components: components)
        } catch {
            throw .of(error)
        }
        return (try JWK(publicMembersOf: members), key)
    }

    /// The private key as JSON, for a file that its owner guards. Never printed, logged or published by us.
    package func json(withPrivate key: SigningKey) -> Secret {
        var object = json.object ?? JSONObject()
        func add(_ name: String, _ value: Secret) {
            object[name] = value.withBytes { .string(Base64URL.encode($0)) }
        }
        switch key.components {
        case .rsa(let rsa):
            add("d", rsa.d)
            add("p", rsa.p)
            add("q", rsa.q)
            add("dp", rsa.dp)
            add("dq", rsa.dq)
            add("qi", rsa.qi)
        case .ec(_, _, _, let d), .ed25519(_, let d):
            add("d", d)
        }
        return Secret(JSONWriter.write(.object(object)))
    }
}

/// Keys from a file that an administrator gives to a command: one JWK or a set, public, private or shared.
/// The server reads none of these from the network.
package struct JWKFile: Sendable {
    package struct Private: Sendable {
        package let jwk: JWK
        package let key: SigningKey
    }

    package struct Shared: Sendable {
        package let keyID: String?
        package let algorithm: String?
        package let secret: Secret
    }

    /// Every public key, those of the private ones included.
    package private(set) var publicKeys = JWKSet([])
    package private(set) var privateKeys: [Private] = []
    package private(set) var shared: [Shared] = []

    /// - Throws: ``JOSEError/badJSON(_:)``, or why a key can't be used where it is the only one.
    package init(bytes: [UInt8]) throws(JOSEError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONReader.read(bytes)
        } catch {
            throw .badJSON("key file, \(error)")
        }
        let members = value["keys"]?.array ?? [value]
        var publicKeys: [JWK] = []
        for member in members {
            do throws(JOSEError) {
                if let key = try read(member) { publicKeys.append(key) }
            } catch {
                if members.count == 1 { throw error }
            }
        }
        self.publicKeys = JWKSet(publicKeys)
    }

    private mutating func read(_ member: JSONValue) throws(JOSEError) -> JWK? {
        if member["kty"]?.string == "oct" {
            guard let octets = member["k"]?.string.flatMap({ Base64URL.decode($0) }) else {
                throw .keyUnsuitable("k is not strict base64url")
            }
            shared.append(
                Shared(keyID: member["kid"]?.string, algorithm: member["alg"]?.string, secret: Secret(octets)))
            return nil
        }
        guard member["d"] != nil else { return try JWK(member) }
        let (jwk, key) = try JWK.privateKey(member)
        privateKeys.append(Private(jwk: jwk, key: key))
        return jwk
    }
}
