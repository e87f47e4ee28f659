internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import Issuing
internal import Synchronization

/// Access tokens whose signature was checked lately: an API introspects the same token again and again, and verifying one
/// costs more than everything else in the answer. Only the signature is remembered; time, grant, account and partner
/// are asked each time.
///
/// The name of an entry is the token's digest with the tenant's settings version, so a withdrawn key is forgotten with the
/// version that withdrew it.
package final class VerifiedTokens: Sendable {
    private struct Name: Hashable {
        let tenant: Tenant.ID
        let version: Int64
        let digest: [UInt8]
    }

    private static let capacity = 20_000

    private let known = Mutex<[Name: PresentedAccessToken]>([:])

    func token(_ wire: String, at snapshot: TenantSnapshot, now: Date) throws(Failure) -> PresentedAccessToken {
        let name = Name(
            tenant: snapshot.tenant.id, version: snapshot.version, digest: Digest.sha256(Array(wire.utf8)))
        if let token = known.withLock({ $0[name] }) {
            guard token.expiresAt > now else { throw .bearer(.invalid("it has expired")) }
            return token
        }
        let token: PresentedAccessToken
        do {
            token = try snapshot.tokens.presented(wire, now: now)
        } catch {
            throw .bearer(.invalid("\(error)"))
        }
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
            known[name] = token
        }
        return token
    }
}
