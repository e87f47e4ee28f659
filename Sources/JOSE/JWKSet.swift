package import JSON

/// An issuer's public keys (RFC 7517 §5).
package struct JWKSet: Sendable, Equatable {
    /// A member that we could not use, and why: said when a token names it, and by the command that examines key sets.
    package struct Skipped: Sendable, Equatable {
        package let position: Int
        package let keyID: String?
        package let reason: JOSEError
    }

    package let keys: [JWK]
    package let skipped: [Skipped]

    /// The most keys that a signature is tried with. More would let a key set make us work.
    package static let mostCandidates = 4
    /// The most members of a set that comes from elsewhere.
    package static let mostKeys = 256

    package init(_ keys: [JWK]) {
        self.keys = keys
        skipped = []
    }

    /// Reads a set. Members that we can't use are skipped (RFC 7517 §5).
    ///
    /// - Throws: ``JOSEError/badJSON(_:)`` if it is no set, ``JOSEError/keyPrivate`` if any member is a private or
    ///   shared key: whoever publishes one has lost it, and must hear of it.
    package init(bytes: [UInt8]) throws(JOSEError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONReader.read(bytes)
        } catch {
            throw .badJSON("key set, \(error)")
        }
        try self.init(value)
    }

    package init(_ json: JSONValue) throws(JOSEError) { self = try Self.read(json).get() }

    private static func read(_ json: JSONValue) -> Result<JWKSet, JOSEError> {
        guard let members = json["keys"]?.array else { return .failure(.badJSON("key set, no array 'keys'")) }
        guard members.count <= mostKeys else { return .failure(.badJSON("key set, more than \(mostKeys) keys")) }
        var keys: [JWK] = []
        var skipped: [Skipped] = []
        for (position, member) in members.enumerated() {
            do throws(JOSEError) {
                keys.append(try JWK(member))
            } catch .keyPrivate {
                return .failure(.keyPrivate)
            } catch {
                skipped.append(Skipped(position: position, keyID: member["kid"]?.string, reason: error))
            }
        }
        return .success(JWKSet(keys, skipped: skipped))
    }

    private init(_ keys: [JWK], skipped: [Skipped]) {
        self.keys = keys
        self.skipped = skipped
    }

    package var json: JSONValue { ["keys": .array(keys.map(\.json))] }

    /// The keys that could have made a signature, best first and at most ``mostCandidates``: those of that id, or those
    /// that fit where no id is given or none of the keys has one.
    package func candidates(keyID: String?, algorithm: SignatureAlgorithm) -> [JWK] {
        Array(named(keyID).filter { $0.serves(algorithm) }.prefix(Self.mostCandidates))
    }

    /// As ``candidates(keyID:algorithm:)``, and why there is none.
    func select(keyID: String?, algorithm: SignatureAlgorithm) throws(JOSEError) -> [JWK] {
        let named = named(keyID)
        let fitting = named.filter { $0.serves(algorithm) }
        if fitting.count > Self.mostCandidates { throw .keyAmbiguous(candidates: fitting.count) }
        if !fitting.isEmpty { return fitting }
        if let keyID, let unusable = skipped.first(where: { $0.keyID == keyID }) { throw unusable.reason }
        // A single key that is refused says why; among several, none was meant in particular.
        if let only = named.first, keyID != nil || named.count == 1, let why = only.unsuitability(for: algorithm) {
            throw .keyUnsuitable(why)
        }
        if named.isEmpty, keyID == nil, skipped.count == 1, let unusable = skipped.first { throw unusable.reason }
        throw .keyNotFound(keyID: keyID)
    }

    /// A key without an id may answer to any: the set is one issuer's, so the id only saves trying.
    private func named(_ keyID: String?) -> [JWK] {
        guard let keyID else { return keys }
        let exact = keys.filter { $0.keyID == keyID }
        return exact.isEmpty ? keys.filter { $0.keyID == nil } : exact
    }
}
