internal import Cryptography
package import Directory
package import FoundationEssentials
package import JSON

/// One attempt to have a home vouch for somebody: what must come back unchanged, and the secrets that prove it is an
/// answer to us. It lives in the browser's sealed cookie for as long as the sign-in does, an hour at most.
package struct UpstreamTransaction: Sendable, Hashable {
    /// The sign-in's id, so that the answer finds its cookie, and 128 random bits.
    package var state: String
    package var nonce: String
    package var verifier: String
    package var issuer: String
    package var redirectURI: String
    package var partner: Partner.ID
    /// Seconds, as asked of the home.
    package var maxAge: Int?
    /// Whether the home was told to authenticate anew.
    package var forcesLogin: Bool
    /// The answer comes by a form that another site posts, so the cookie that keeps this must travel with it.
    package var returnsByPost: Bool
    /// The contexts of the connection's own setting were asked for, so the answer must state one of them.
    package var requiresContext: Bool
    package var startedAt: Date

    package static let lifetime: TimeInterval = 3600

    /// - Parameter signIn: Sixteen bytes.
    init(
        signIn: [UInt8], issuer: String, redirectURI: String, partner: Partner.ID, maxAge: Int?, forcesLogin: Bool,
        returnsByPost: Bool = false, requiresContext: Bool = false, environment: Environment
    ) {
        state = Base64URL.encode(signIn + environment.randomBytes(16))
        nonce = Base64URL.encode(environment.randomBytes(16))
        verifier = Base64URL.encode(environment.randomBytes(32))
        self.issuer = issuer
        self.redirectURI = redirectURI
        self.partner = partner
        self.maxAge = maxAge
        self.forcesLogin = forcesLogin
        self.returnsByPost = returnsByPost
        self.requiresContext = requiresContext
        startedAt = environment.now()
    }

    /// The `ID` of the SAML request: an NCName, which base64url alone is not.
    package var requestID: String { "_" + nonce }

    /// The sign-in that a state names, before anything is believed of it.
    package static func signIn(inState state: String) -> [UInt8]? {
        guard let bytes = Base64URL.decode(state), bytes.count == 32 else { return nil }
        return Array(bytes[..<16])
    }
}

extension UpstreamTransaction {
    /// Short member names: a cookie has little room.
    package var json: JSONValue {
        var object: JSONObject = [
            "s": .string(state), "n": .string(nonce), "v": .string(verifier), "i": .string(issuer),
            "r": .string(redirectURI), "p": .string(partner.description),
            "t": .integer(Int64(startedAt.timeIntervalSince1970 * 1000)),
        ]
        object["m"] = maxAge.map { .integer(Int64($0)) }
        if forcesLogin { object["f"] = true }
        if returnsByPost { object["b"] = true }
        if requiresContext { object["c"] = true }
        return .object(object)
    }

    package init?(json: JSONValue) {
        guard let state = json["s"]?.string, let nonce = json["n"]?.string, let verifier = json["v"]?.string,
            let issuer = json["i"]?.string, let redirectURI = json["r"]?.string,
            let partner = json["p"]?.string.flatMap({ Partner.ID($0) }), let time = json["t"]?.integer
        else { return nil }
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        self.issuer = issuer
        self.redirectURI = redirectURI
        self.partner = partner
        maxAge = json["m"]?.integer.map { Int($0) }
        forcesLogin = json["f"]?.bool ?? false
        returnsByPost = json["b"]?.bool ?? false
        requiresContext = json["c"]?.bool ?? false
        startedAt = Date(timeIntervalSince1970: Double(time) / 1000)
    }
}
