internal import Directory
internal import FoundationEssentials
internal import SAML
internal import Storage
internal import Upstream

/// Reading what a partner answered, with what its health has to do with it.
extension SignInFlow {
    /// Reads an answer. One that is signed with a key that we do not know makes us look at what the partner publishes now,
    /// once a minute at most, so that people can sign in while it changes its keys.
    ///
    /// - Returns: What it vouched for, and the partner as it was believed.
    func evidence(
        of partner: Partner, at snapshot: TenantSnapshot,
        _ read: (PartnerContext) async throws(UpstreamError) -> VouchedIdentity
    ) async throws(Failure) -> (vouched: VouchedIdentity, partner: Partner) {
        let tenant = snapshot.tenant.id
        do throws(Failure) {
            try await installation.requireFreshMetadata(of: partner, in: tenant)
            let answered = try await attempt(partner, at: snapshot, read)
            installation.peers.succeeded(
                .partner(partner.id), in: tenant, claims: answered.vouched.claims.map(\.name).sorted(),
                at: installation.now)
            return answered
        } catch {
            if case .upstream(let error, _) = error {
                installation.peers.failed(
                    .partner(partner.id), in: tenant,
                    PeerState.Failure(at: installation.now, rule: error.rule, detail: String(error.cause.prefix(500))))
            }
            throw error
        }
    }

    private func attempt(
        _ partner: Partner, at snapshot: TenantSnapshot,
        _ read: (PartnerContext) async throws(UpstreamError) -> VouchedIdentity
    ) async throws(Failure) -> (vouched: VouchedIdentity, partner: Partner) {
        let context = try await partnerContext(partner, at: snapshot)
        do throws(UpstreamError) {
            return (try await read(context), partner)
        } catch {
            guard error.mayBeUnknownKey,
                let renewed = try await installation.renewed(partner, in: snapshot.tenant.id)
            else { throw .upstream(error, partner: partner.displayName) }
            let context = try await partnerContext(renewed, at: snapshot)
            do throws(UpstreamError) {
                return (try await read(context), renewed)
            } catch {
                throw .upstream(error, partner: partner.displayName)
            }
        }
    }
}

extension Installation {
    /// Metadata that has expired counts for nothing, at the way out as at the way back.
    func requireFreshMetadata(of partner: Partner, in tenant: Tenant.ID) async throws(Failure) {
        guard partner.federation != nil else { return }
        let peer = Peer.partner(partner.id)
        let instant = now
        if let known = peers.metadata(of: peer, in: tenant, at: instant), known?.isExpired(at: instant) != true {
            return
        }
        let state = try await storing { () async throws(StorageError) in try await store.peerState(tenant, peer) }
        peers.remember(state?.metadata, of: peer, in: tenant, at: instant)
        guard let until = state?.metadata.validUntil, until <= instant else { return }
        let detail = "The metadata was valid until \(until.iso8601)."
        throw .upstream(.assertion(SAMLRejection(.metadataExpired, detail)), partner: partner.displayName)
    }

    /// The partner with other keys than it had: as somebody published it meanwhile, or as its metadata says now.
    fileprivate func renewed(_ partner: Partner, in tenant: Tenant.ID) async throws(Failure) -> Partner? {
        guard let known = KnownPeer(partner) else { return nil }
        if let newer = try await otherKeys(than: known, in: tenant) { return newer }
        guard known.metadataURL != nil else { return nil }
        await peers.refetch(known.peer, in: tenant, at: now) { [self] in
            // What went wrong stands in the peer's state, and in the log.
            _ = try? await refresh(known, in: tenant)
        }
        return try await otherKeys(than: known, in: tenant)
    }

    private func otherKeys(than known: KnownPeer, in tenant: Tenant.ID) async throws(Failure) -> Partner? {
        let found = try await storing { () async throws(StorageError) in try await settings.snapshot(tenant) }
        guard case .partner(let partner, let federation)? = found?.known(known.peer), partner.isEnabled,
            federation.signingCertificates != known.certificates
        else { return nil }
        return partner
    }
}

extension PeerState.Metadata {
    fileprivate func isExpired(at now: Date) -> Bool { validUntil.map { $0 <= now } ?? false }
}
