internal import Directory
internal import FoundationEssentials
internal import SAML
internal import Storage

/// The sessions that a LogoutRequest is about: of an application, those it was told of under that name; of a partner,
/// those it vouched for under that name. Nobody else's can be named.
struct NamedSessions {
    let signOut: SignOut
    let peer: LogoutPeer

    struct Found {
        var alive: [Session]
        /// Whether the name means somebody to the one who asks. Partners name people who were never here.
        var isKnown: Bool
    }

    func sessions(_ request: SAMLLogoutRequest) async throws(Failure) -> Found {
        switch peer.party {
        case .application(let id): try await told(to: id, request)
        case .partner(let id): try await vouched(by: id, request)
        }
    }

    private func told(to application: Application.AppID, _ request: SAMLLogoutRequest) async throws(Failure) -> Found {
        let (tenant, now) = (signOut.snapshot.tenant.id, signOut.installation.now)
        var request = request
        // Left out, they are the parties that exchange the name (SAML Core §8.3.7).
        if request.nameID.format == SAMLNameIDFormat.persistent {
            request.nameID.nameQualifier = request.nameID.nameQualifier ?? peer.ownEntityID
            request.nameID.spNameQualifier = request.nameID.spNameQualifier ?? peer.entityID
        }
        let participants = try await storing { () async throws(StorageError) in
            try await signOut.installation.store.participants(tenant, of: application, named: request.nameID.value)
        }
        let meant = participants.filter { participant in
            participant.language == .saml
                && request.isAbout(
                    signOut.parties.name(participant, at: peer), sessionIndex: participant.sessionIndex)
        }
        var alive: [Session] = []
        for participant in meant where !alive.contains(where: { $0.id == participant.session }) {
            guard participant.toldAt.addingTimeInterval(Sessions.lifetime) > now else { continue }
            let session = try await storing { () async throws(StorageError) in
                try await signOut.installation.store.session(tenant, participant.session)
            }
            if let session, session.isAlive(at: now) { alive.append(session) }
        }
        return Found(alive: alive, isKnown: !meant.isEmpty)
    }

    private func vouched(by partner: Partner.ID, _ request: SAMLLogoutRequest) async throws(Failure) -> Found {
        let installation = signOut.installation
        let sessions = try await storing { () async throws(StorageError) in
            try await installation.store.sessions(
                signOut.snapshot.tenant.id, ofPartner: partner, named: request.nameID.value, at: installation.now)
        }
        let meant = sessions.filter { session in
            session.identity.federatedSession.map {
                request.isAbout(SAMLNameID($0), sessionIndex: $0.sessionIndex)
            } ?? false
        }
        return Found(alive: meant, isKnown: true)
    }
}
