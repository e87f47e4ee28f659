internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP

/// The sealed sign-out as the browser keeps it, one a tenant: another that begins takes its place.
struct SignOutCookie {
    /// As sent.
    static let maximumBytes = 3_072

    let installation: Installation
    let tenant: Tenant.ID

    static func name(_ tenant: Tenant.ID) -> String { "__Host-o." + tenant.description.prefix(8) }

    /// Writes the walk into the answer. False when it does not fit.
    func set(_ walk: SignOutWalk, on response: inout HTTPResponse, replying request: HTTPRequest) -> Bool {
        let name = Self.name(tenant)
        let sealed = installation.sealing.seal(
            walk.encoded, purpose: "sign-out", tenant: tenant.bytes, name: name, now: installation.now,
            environment: installation.environment)
        let value = Base64URL.encode(sealed)
        guard name.utf8.count + value.utf8.count <= Self.maximumBytes else { return false }
        SignInCookies.makeRoom(for: name.utf8.count + value.utf8.count, on: &response, replying: request)
        response.setCookie(cookie(value, maxAge: Int(SignOutWalk.lifetime)))
        return true
    }

    /// The walk that this browser is on, unaltered and not too old.
    func open(_ request: HTTPRequest) -> SignOutWalk? {
        let name = Self.name(tenant)
        guard let value = request.cookie(name), let sealed = Base64URL.decode(value),
            let bytes = installation.sealing.open(
                sealed, purpose: "sign-out", tenant: tenant.bytes, name: name, now: installation.now,
                maximumAgeDays: 1),
            let walk = SignOutWalk(encoded: bytes), !walk.isExpired(at: installation.now)
        else { return nil }
        return walk
    }

    func clear(on response: inout HTTPResponse) { response.setCookie(cookie("", maxAge: 0)) }

    /// An answer that another site posts brings no Lax cookie.
    private func cookie(_ value: String, maxAge: Int) -> SetCookie {
        SetCookie(
            name: Self.name(tenant), value: value, path: "/", maxAge: maxAge, secure: true, httpOnly: true,
            sameSite: .none)
    }
}
