internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Pages
internal import SAML
internal import Storage
internal import Upstream

/// Who hears of a sign-out, and how each is told.
struct SignOutParties {
    let installation: Installation
    let snapshot: TenantSnapshot

    private var tenant: Tenant.ID { snapshot.tenant.id }
    private var answers: FederatedAnswers { FederatedAnswers(installation: installation, snapshot: snapshot) }

    /// Those who were told of a session: the applications, and the home that vouched for it.
    func told(
        of session: Session
    ) async throws(Failure) -> (stops: [SignOutWalk.Stop], cleanUps: [Application.AppID]) {
        let participants = try await storing { () async throws(StorageError) in
            try await installation.store.participants(tenant, ofSession: session.id)
        }
        var stops: [SignOutWalk.Stop] = []
        var cleanUps: [Application.AppID] = []
        for participant in participants {
            switch participant.language {
            case .saml:
                stops.append(.init(party: .application(participant.application), session: session.id))
            case .wsFederation: cleanUps.append(participant.application)
            }
        }
        if let id = session.identity.partner, session.identity.federatedSession != nil,
            snapshot.partner(id)?.federation?.logoutURL != nil
        {
            stops.append(.init(party: .partner(id), session: session.id))
        }
        return (stops, cleanUps)
    }

    /// How the browser gets there; nil where it can't.
    func departure(
        to stop: SignOutWalk.Stop, _ requestID: String
    ) async throws(Failure) -> (departure: Departure, name: String)? {
        switch stop.party {
        case .application(let id): try await application(id, stop.session, requestID)
        case .partner(let id): try await home(id, stop.session, requestID)
        }
    }

    private func application(
        _ id: Application.AppID, _ session: Session.ID, _ requestID: String
    ) async throws(Failure) -> (departure: Departure, name: String)? {
        guard let peer = try await peer(.application(id)) else { return nil }
        let participants = try await storing { () async throws(StorageError) in
            try await installation.store.participants(tenant, ofSession: session)
        }
        guard let told = participants.last(where: { $0.application == id && $0.language == .saml }),
            let departure = try peer.request(
                requestID, about: name(told, at: peer), sessionIndex: told.sessionIndex, now: installation.now)
        else { return nil }
        return (departure, peer.displayName)
    }

    private func home(
        _ id: Partner.ID, _ session: Session.ID, _ requestID: String
    ) async throws(Failure) -> (departure: Departure, name: String)? {
        guard let partner = snapshot.partner(id), partner.isEnabled else { return nil }
        if case .wsFederation(let federation) = partner.connection, let url = federation.logoutURL {
            let context = try await context(partner)
            let signOut = WSFederationSignOut(realm: context.entityID, reply: context.passiveRequestorURL)
            return (.redirect(signOut.url(at: url)), partner.displayName)
        }
        let ended = try await storing { () async throws(StorageError) in
            try await installation.store.session(tenant, session)
        }
        guard let named = ended?.identity.federatedSession, let peer = try await peer(.partner(id)),
            let departure = try peer.request(
                requestID, about: SAMLNameID(named), sessionIndex: named.sessionIndex, now: installation.now)
        else { return nil }
        return (departure, peer.displayName)
    }

    /// The party as SAML knows it; nil where it is gone, disabled, or speaks no SAML.
    func peer(_ party: SignOutWalk.Party) async throws(Failure) -> LogoutPeer? {
        switch party {
        case .application(let id):
            guard let application = snapshot.application(id), application.isEnabled, let provider = application.saml
            else { return nil }
            return try LogoutPeer(application, provider, answers)
        case .partner(let id):
            guard let partner = snapshot.partner(id), partner.isEnabled, partner.kind == .saml else { return nil }
            return LogoutPeer(try await context(partner), installation)
        }
    }

    private func context(_ partner: Partner) async throws(Failure) -> PartnerContext {
        try await SignInFlow(installation: installation).partnerContext(partner, at: snapshot)
    }

    /// What the application was told that the person is called. The qualifiers of a persistent name are the two entity
    /// ids (SAML Core §8.3.7), as in the assertion.
    func name(_ participant: SessionParticipant, at peer: LogoutPeer) -> SAMLNameID {
        let isPersistent = participant.nameIDFormat == SAMLNameIDFormat.persistent
        return SAMLNameID(
            participant.nameID, format: participant.nameIDFormat,
            nameQualifier: isPersistent ? peer.ownEntityID : nil, spNameQualifier: isPersistent ? peer.entityID : nil)
    }

    /// Where WS-Federation applications are told to clean up: the address that their tokens go to.
    func cleanUps(_ applications: [Application.AppID]) -> [(name: String, url: String)] {
        applications.compactMap { id in
            guard let application = snapshot.application(id), application.isEnabled,
                let url = application.wsFederation?.replyURLs.first
            else { return nil }
            return (application.displayName, WSFederationSignOut().url(at: url, isCleanUp: true))
        }
    }

    /// On pages. Those that are gone have none.
    func names(_ parties: [SignOutWalk.Party]) -> [String] {
        parties.compactMap { party in
            switch party {
            case .application(let id): snapshot.application(id)?.displayName
            case .partner(let id): snapshot.partner(id)?.displayName
            }
        }
    }

    /// Where a walk leads to, on the page that moves on.
    func name(of ending: SignOutWalk.Ending, in frame: PageFrame) -> String {
        guard case .answer(let party, _, _) = ending, let name = names([party]).first else {
            return frame.text(.theApplication)
        }
        return name
    }
}

extension SAMLNameID {
    init(_ session: FederatedSession) {
        self.init(
            session.nameID, format: session.format, nameQualifier: session.nameQualifier,
            spNameQualifier: session.spNameQualifier)
    }
}
