internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP

/// Who wants no more invitations of an organisation. The link in the mail's footer speaks for the address it was mailed
/// to: it holds the address, authenticated, so that it still works when guest and invitation are gone.
struct InvitationBlocks {
    let installation: Installation
    let tenant: Tenant.ID

    /// What is kept instead of the address.
    func digest(of address: EmailAddress) -> [UInt8] {
        MAC.hmac(.sha256, key: key("invitation blocks"), Array(address.normalized.utf8))
    }

    func url(of address: EmailAddress) -> String {
        "\(installation.base)/\(tenant)/invitations/block?link=\(link(of: address))"
    }

    func link(of address: EmailAddress) -> String {
        let bytes = Array(address.normalized.utf8)
        return Base64URL.encode(bytes) + "." + Base64URL.encode(proof(of: bytes))
    }

    /// Nil for a link that we did not write for this tenant.
    func address(of link: String) -> EmailAddress? {
        let parts = link.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let bytes = Base64URL.decode(String(parts[0])),
            let proof = Base64URL.decode(String(parts[1])), constantTimeEqual(proof, self.proof(of: bytes))
        else { return nil }
        return EmailAddress(String(decoding: bytes, as: UTF8.self))
    }

    private func proof(of address: [UInt8]) -> [UInt8] {
        MAC.hmac(.sha256, key: key("invitation block links"), address)
    }

    private func key(_ purpose: String) -> Secret {
        installation.masterKey.derive(purpose: "\(purpose) of \(tenant)")
    }
}
