package import JSON

/// The header of a token, protected by its signature or tag. Shape checked, nothing in it believed.
package struct JWSHeader: Sendable, Hashable {
    package let algorithm: String
    package let keyID: String?
    package let type: String?
    package let contentType: String?
    /// Every member as sent.
    package let raw: JSONObject

    /// - Throws: ``JOSEError/badJSON(_:)`` or ``JOSEError/badHeader(_:)``; ``JOSEError/critUnsupported(_:)`` for every
    ///   `crit`, because we understand no extension, and for `b64` (RFC 7797), which would move the payload's borders.
    init(_ bytes: [UInt8], limits: JOSELimits) throws(JOSEError) {
        guard bytes.count <= limits.header else { throw .badHeader("longer than \(limits.header) bytes") }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONReader.read(bytes)
        } catch {
            throw .badJSON("header, \(error)")
        }
        guard case .object(let object) = value else { throw .badHeader("it is \(value.kind), not an object") }
        raw = object
        keyID = try Self.string("kid", in: object)
        type = try Self.string("typ", in: object)
        contentType = try Self.string("cty", in: object)
        guard let algorithm = try Self.string("alg", in: object), !algorithm.isEmpty else {
            throw .badHeader("alg is missing")
        }
        self.algorithm = algorithm
        try Self.refuseExtensions(object)
        if object["jwk"] != nil { throw .badHeader("it brings its own key (jwk)") }
        if object["zip"] != nil { throw .badHeader("compressed content is refused (zip)") }
    }

    private static func string(_ name: String, in object: JSONObject) throws(JOSEError) -> String? {
        guard let value = object[name] else { return nil }
        guard case .string(let string) = value else { throw .badHeader("\(name) is \(value.kind), not a string") }
        return string
    }

    private static func refuseExtensions(_ object: JSONObject) throws(JOSEError) {
        if let crit = object["crit"] {
            guard let names = crit.strings, let first = names.first else {
                throw .badHeader("crit is not an array of names")
            }
            throw .critUnsupported(first)
        }
        if object["b64"] != nil { throw .critUnsupported("b64") }
    }
}

/// Whether two `typ` values name one media type: without ASCII case, `application/` being optional where no other slash
/// follows (RFC 7515 §4.1.9).
func isSameType(_ a: String, _ b: String) -> Bool { shortType(a) == shortType(b) }

private func shortType(_ type: String) -> [UInt8] {
    let lowered = type.utf8.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
    let prefix = Array("application/".utf8)
    guard lowered.starts(with: prefix), !lowered.dropFirst(prefix.count).contains(UInt8(ascii: "/")) else {
        return lowered
    }
    return Array(lowered.dropFirst(prefix.count))
}

extension JWSHeader {
    /// Explicit typing (RFC 8725 §3.11), both ways. A token of another type is refused, and where no type is expected, so
    /// is one that is typed for some purpose (`at+jwt`, `logout+jwt`, …): what was made for one door opens no other.
    func requireType(_ expected: String?) throws(JOSEError) {
        guard let expected else {
            guard let type, shortType(type).ends(with: "+jwt") else { return }
            throw .typMismatch(expected: "JWT", actual: type)
        }
        guard let type, isSameType(type, expected) else { throw .typMismatch(expected: expected, actual: type) }
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: String) -> Bool { self.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) }
}
