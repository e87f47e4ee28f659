internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP

/// The sealed sign-in as the browser keeps it: one cookie a sign-in, so that two tabs never share one.
///
/// The name ends in the last eight hex digits of the sign-in's id (its random end); the value begins with the whole id, so
/// that the oldest can be dropped without opening any.
struct SignInCookies {
    static let namePrefix = "__Host-n."
    /// One sealed sign-in as sent; a larger request needs a pushed authorization request.
    static let maximumBytes = 2_560
    /// All sealed sign-ins of a browser together: nginx and Apache refuse a Cookie line over 8 KB.
    static let maximumTotalBytes = 6_144

    let installation: Installation
    let tenant: Tenant.ID

    static func name(of id: SignIn.ID) -> String {
        namePrefix + id.description.suffix(8)
    }

    /// Writes the sign-in into the answer. False when it does not fit.
    func set(_ signIn: SignIn, on response: inout HTTPResponse, replying request: HTTPRequest) -> Bool {
        let name = Self.name(of: signIn.id)
        let sealed = installation.sealing.seal(
            signIn.encoded, purpose: "sign-in", tenant: tenant.bytes, name: name, now: installation.now,
            environment: installation.environment)
        let value = Base64URL.encode(signIn.id.bytes) + "." + Base64URL.encode(sealed)
        guard name.utf8.count + value.utf8.count <= Self.maximumBytes else { return false }
        Self.makeRoom(for: name.utf8.count + value.utf8.count, besides: name, on: &response, replying: request)
        // An answer that another site posts brings no Lax cookie.
        let sameSite: SetCookie.SameSite = signIn.transaction?.returnsByPost ?? false ? .none : .lax
        response.setCookie(Self.cookie(name, value, maxAge: Int(SignIn.lifetime), sameSite))
        return true
    }

    /// The sign-in `id` if this browser holds it, unaltered and not an hour old.
    func open(_ id: SignIn.ID, from request: HTTPRequest) -> SignIn? {
        let name = Self.name(of: id)
        for cookie in request.cookies where cookie.name == name {
            let parts = cookie.value.split(separator: ".", maxSplits: 1)
            guard parts.count == 2, let sealed = Base64URL.decode(String(parts[1])),
                let bytes = installation.sealing.open(
                    sealed, purpose: "sign-in", tenant: tenant.bytes, name: name, now: installation.now,
                    maximumAgeDays: 1),
                let signIn = SignIn(encoded: bytes), signIn.id == id, !signIn.isExpired(at: installation.now)
            else { continue }
            return signIn
        }
        return nil
    }

    static func clear(_ id: SignIn.ID, on response: inout HTTPResponse) {
        response.setCookie(expired(name(of: id)))
    }

    /// Drops the oldest sign-ins that would not fit beside a cookie of so many bytes.
    static func makeRoom(
        for bytes: Int, besides name: String? = nil, on response: inout HTTPResponse, replying request: HTTPRequest
    ) {
        var room = maximumTotalBytes - bytes
        let others = request.cookies.filter { $0.name.hasPrefix(namePrefix) && $0.name != name }
        for other in others.sorted(by: { idBytes($1.value).lexicographicallyPrecedes(idBytes($0.value)) }) {
            room -= other.name.utf8.count + other.value.utf8.count + 3
            if room < 0 { response.setCookie(expired(other.name)) }
        }
    }

    /// Time-ordered; a value that is none of ours counts as the oldest.
    private static func idBytes(_ value: String) -> [UInt8] { Base64URL.decode(String(value.prefix(22))) ?? [] }

    private static func expired(_ name: String) -> SetCookie { cookie(name, "", maxAge: 0) }

    private static func cookie(
        _ name: String, _ value: String, maxAge: Int, _ sameSite: SetCookie.SameSite = .lax
    ) -> SetCookie {
        SetCookie(name: name, value: value, path: "/", maxAge: maxAge, secure: true, httpOnly: true, sameSite: sameSite)
    }
}
