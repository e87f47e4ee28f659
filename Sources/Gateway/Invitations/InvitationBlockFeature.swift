internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Pages
internal import Storage

/// "Block future invitations": the link in the footer of an invitation, and in its `List-Unsubscribe`. Opening it changes
/// nothing. Mail programs send the one click of RFC 8058 to the same address, without a form of ours and without cookies;
/// the link is all that either needs.
struct InvitationBlockFeature {
    let installation: Installation

    var routes: [Route] {
        [
            Route(.get, "/{tenant}/invitations/block", .person, show),
            Route(.post, "/{tenant}/invitations/block", .person, change),
        ]
    }

    private func show(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let (address, link) = try address(exchange.query(), at: snapshot)
        let digest = InvitationBlocks(installation: installation, tenant: snapshot.tenant.id).digest(of: address)
        let isBlocked = try await storing { () async throws(StorageError) in
            try await installation.store.isBlocked(addressDigest: digest, in: snapshot.tenant.id)
        }
        return page(exchange, snapshot, address, link, isBlocked ? .blocked : .asks)
    }

    private func change(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let tenant = snapshot.tenant.id
        let (address, link) = try address(exchange.query(), at: snapshot)
        // A mail program's one click may come as multipart/form-data, and can only mean this.
        let allows = (try? exchange.form()).flatMap { try? $0.value("allow") }
        let digest = InvitationBlocks(installation: installation, tenant: tenant).digest(of: address)
        let change: Step =
            allows == "yes"
            ? .allowInvitations(addressDigest: digest, in: tenant)
            : .blockInvitations(addressDigest: digest, in: tenant, at: installation.now)
        let record = installation.audit(
            allows == "yes" ? "Email subscribed" : "Email unsubscribed", in: tenant,
            actor: AuditParty(user: nil, name: address.description))
        try await storing { () async throws(StorageError) in try await installation.store.commit([change, record]) }
        return page(exchange, snapshot, address, link, allows == "yes" ? .allowed : .blocked)
    }

    private func address(
        _ query: Form, at snapshot: TenantSnapshot
    ) throws(Failure) -> (address: EmailAddress, link: String) {
        let link = try query.text("link")
        guard
            let address = InvitationBlocks(installation: installation, tenant: snapshot.tenant.id).address(of: link)
        else { throw .refused(.invitationUnknown) }
        return (address, link)
    }

    private func page(
        _ exchange: Exchange, _ snapshot: TenantSnapshot, _ address: EmailAddress, _ link: String,
        _ state: BlockInvitationsPage.State
    ) -> HTTPResponse {
        let frame = PageFrames(installation: installation).frame(
            for: exchange.request, tenant: snapshot.tenant, uiLocales: [])
        return blockInvitationsPage(
            BlockInvitationsPage(
                organization: snapshot.tenant.displayName, address: address.description,
                target: FormTarget(action: "/\(snapshot.tenant.id)/invitations/block?link=\(link)", token: ""),
                state: state),
            in: frame
        ).response()
    }
}
