import Directory
import FoundationEssentials
import Storage
import Testing

@Suite("How partners fare") struct PeerStateStoreTests {
    private let partner = Peer.partner(sampleID(50))
    private let application = Peer.application(sampleID(60))
    private let metadata = PeerState.Metadata(
        fetchedAt: now, validUntil: now.adding(10), dueAt: now.adding(5), failingSince: now.adding(1),
        failure: "reachable: no", certificateEndsAt: now.adding(20), warnedDays: 7)
    private let experience = PeerState.Experience(
        claims: ["mail", "sn"], claimsBefore: ["mail"], claimsChangedAt: now, lastSuccessAt: now.adding(2),
        lastFailure: PeerState.Failure(at: now.adding(3), rule: "expired", detail: "Too old."))

    @Test(arguments: Backend.available)
    func `metadata and sign-ins are written apart, and read together`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([
                .putPeer(partner, metadata, in: woodgrove), .putPeer(application, experience, in: woodgrove),
            ])
            #expect(
                try await store.peerStates(woodgrove) == [
                    PeerState(tenant: woodgrove, peer: partner, metadata: metadata),
                    PeerState(tenant: woodgrove, peer: application, experience: experience),
                ])
            try await store.commit([
                .putPeer(partner, experience, in: woodgrove), .putPeer(application, metadata, in: woodgrove),
            ])
            for peer in [partner, application] {
                #expect(
                    try await store.peerState(woodgrove, peer)
                        == PeerState(tenant: woodgrove, peer: peer, metadata: metadata, experience: experience))
            }
            #expect(try await store.peerState(fabrikam, partner) == nil)
            try await store.commit([
                .putPeer(partner, PeerState.Metadata(), in: woodgrove),
                .putPeer(partner, PeerState.Experience(), in: woodgrove), .removePeer(application, in: woodgrove),
            ])
            #expect(try await store.peerStates(woodgrove) == [PeerState(tenant: woodgrove, peer: partner)])
        }
    }

    @Test(arguments: Backend.available)
    func `those due come in their order, of every organisation`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            func due(_ seconds: Double?) -> PeerState.Metadata {
                PeerState.Metadata(dueAt: seconds.map { now.adding($0) })
            }
            try await store.commit([
                .putPeer(partner, due(-1), in: woodgrove), .putPeer(application, due(-3), in: woodgrove),
                .putPeer(.partner(sampleID(51)), due(1), in: woodgrove),
                .putPeer(.partner(sampleID(52)), due(nil), in: woodgrove), .putPeer(partner, due(-2), in: fabrikam),
            ])
            let found = try await store.duePeers(at: now)
            #expect(found.map(\.peer) == [application, partner, partner])
            #expect(found.map(\.tenant) == [woodgrove, fabrikam, woodgrove])
            #expect(try await store.duePeers(at: now, limit: 1).map(\.peer) == [application])
        }
    }

    @Test(arguments: Backend.available)
    func `what a partner vouched for is counted and ended, and nobody else's`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let (theirs, others): (Partner.ID, Partner.ID) = (sampleID(50), sampleID(59))
            var first = PendingSignIn.sample(30)
            first.partner = theirs
            var second = PendingSignIn.sample(31)
            second.partner = others
            try await store.commit([.insertPending(first), .insertPending(second)])
            #expect(try await store.pendingSignIn(woodgrove, first.id) == first)
            let reach = try await store.reach(woodgrove, ofPartner: [theirs], at: now, limit: 5)
            #expect(reach.pendingSignIns == 1 && reach.guestCount == 0 && reach.sessions == 0)
            #expect(
                try await store.reach(woodgrove, ofPartner: [theirs, others], at: now, limit: 5).pendingSignIns == 2)
            try await store.commit([.discardPending(ofPartner: theirs, in: woodgrove)])
            #expect(try await store.pendingSignIn(woodgrove, first.id) == nil)
            #expect(try await store.pendingSignIn(woodgrove, second.id) == second)
        }
    }
}
