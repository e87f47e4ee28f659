internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import Storage

/// Which guests signed in with this browser, so that each is sent where they redeemed, whatever their domain leads to now
/// (guests-and-invitations §5, "Sticky"). The directory is never asked about an address that somebody types: only a browser
/// that holds this cookie learns of a way that a guest has, and it has been that way before.
///
/// Sealed, and no authority: it names users, whose way is read anew each time, so that a reset counts at once.
struct RememberedAccounts {
    /// Days.
    static let lifetime = 90
    static let capacity = 4
    private static let purpose = "remembered accounts"

    struct Account: Hashable {
        let address: EmailAddress
        let user: User.ID
    }

    let installation: Installation
    let tenant: Tenant.ID

    private var cookieName: String { "__Host-a." + tenant.description.prefix(8) }

    /// The latest first.
    func accounts(of request: HTTPRequest) -> [Account] {
        guard let value = request.cookie(cookieName), let sealed = Base64URL.decode(value),
            let bytes = installation.sealing.open(
                sealed, purpose: Self.purpose, tenant: tenant.bytes, name: cookieName, now: installation.now,
                maximumAgeDays: Self.lifetime),
            case .array(let pairs)? = try? JSONReader.read(bytes)
        else { return [] }
        return pairs.compactMap { pair in
            guard let pair = pair.strings, pair.count == 2, let address = EmailAddress(pair[0]),
                let user = Base64URL.decode(pair[1]).flatMap({ User.ID(bytes: $0) })
            else { return nil }
            return Account(address: address, user: user)
        }
    }

    /// The way in of the guest whose address this is; nil: this browser knows of none, or it was reset.
    func link(of address: EmailAddress, from request: HTTPRequest) async throws(Failure) -> LinkedIdentity? {
        guard let account = accounts(of: request).first(where: { $0.address == address }) else { return nil }
        let store = installation.store
        let (user, links) = try await storing { () async throws(StorageError) in
            (
                try await store.user(tenant, account.user),
                try await store.linkedIdentities(tenant, ofUser: account.user)
            )
        }
        guard let user, user.externalUserState != .pendingAcceptance, user.hasAddress(address) else { return nil }
        return links.last
    }

    /// Puts a guest who has just proven who they are before the others.
    ///
    /// - Parameter typed: Counts where it is one of the guest's; else the guest's own address does.
    func remember(
        _ user: User, typed: EmailAddress?, in response: inout HTTPResponse, replying request: HTTPRequest
    ) {
        guard let address = typed.flatMap({ user.hasAddress($0) ? $0 : nil }) ?? user.mail else { return }
        let account = Account(address: address, user: user.id)
        let others = accounts(of: request).filter { $0.address != address }
        let kept = ([account] + others).prefix(Self.capacity).map { account -> JSONValue in
            [.string(account.address.description), .string(Base64URL.encode(account.user.bytes))]
        }
        let sealed = installation.sealing.seal(
            JSONWriter.write(.array(kept)), purpose: Self.purpose, tenant: tenant.bytes, name: cookieName,
            now: installation.now, environment: installation.environment)
        response.setCookie(
            SetCookie(
                name: cookieName, value: Base64URL.encode(sealed), path: "/", maxAge: Self.lifetime * 86_400,
                secure: true, httpOnly: true, sameSite: .lax))
    }
}
