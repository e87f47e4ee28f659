internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import Issuing
internal import SAML
internal import Storage
internal import Upstream

/// An application or a partner that speaks SAML 2.0, as single logout sees it, and who we are to it.
struct LogoutPeer {
    let party: SignOutWalk.Party
    let displayName: String
    let entityID: String
    /// What its messages must be signed with. None: nothing of it is accepted.
    let keys: [VerificationKey]
    /// For an encrypted name.
    var decryptionKeys: [SigningKey] = []
    /// Where our requests go; nil: it hears of none.
    let requestURL: String?
    /// Where our answers go.
    let responseURL: String?
    let binding: SAMLBinding
    /// Our entity ID and logout address towards it, and what we sign with.
    let ownEntityID: String
    let endpoint: String
    let signer: SAMLSigner
}

extension LogoutPeer {
    /// What is in an `Issuer` must be an application's entity id, byte for byte.
    init(
        _ application: Application, _ provider: SAMLServiceProvider, _ answers: FederatedAnswers
    ) throws(Failure) {
        let installation = answers.installation
        party = .application(application.appID)
        displayName = application.displayName
        entityID = provider.entityID
        keys = installation.upstream.keys(of: provider.signingCertificates)
        requestURL = provider.logoutURL
        responseURL = provider.logoutResponseURL ?? provider.logoutURL
        binding = SAMLBinding(sending: provider.logoutBinding)
        ownEntityID = answers.entityID
        endpoint = SAMLLogoutEndpoint.location(installation.base, answers.snapshot.tenant.id)
        do { signer = try answers.signer() } catch { throw .ours("\(error)") }
    }

    /// Nil for a partner that does not speak SAML.
    init?(_ context: PartnerContext, _ installation: Installation) {
        guard case .saml(let federation) = context.partner.connection, let own = context.saml else { return nil }
        party = .partner(context.partner.id)
        displayName = context.partner.displayName
        entityID = federation.issuer
        keys = installation.upstream.keys(of: federation.signingCertificates)
        decryptionKeys = own.decryptionKeys
        requestURL = federation.logoutURL
        responseURL = federation.logoutResponseURL ?? federation.logoutURL
        binding = SAMLBinding(sending: federation.logoutBinding)
        ownEntityID = context.entityID
        endpoint = context.singleLogoutURL
        signer = own.signer
    }

    /// - Parameter requestID: Of a response: the request of ours that it must answer.
    func verified(
        _ message: SAMLReceivedLogout, requestID: String? = nil, now: Date
    ) throws(SAMLRejection) -> SAMLReceivedLogout.Verified.Message {
        var expected = SAMLReceivedLogout.Expectations(
            issuer: entityID, keys: keys, endpoint: endpoint, requestID: requestID)
        expected.decryptionKeys = decryptionKeys
        return try message.verified(expected, now: now).message
    }

    /// Our request that it end its session with a person.
    func request(
        _ id: String, about name: SAMLNameID, sessionIndex: String?, now: Date
    ) throws(Failure) -> Departure? {
        guard let requestURL else { return nil }
        let request = SAMLLogoutRequest(
            id: id, issued: now, destination: requestURL, issuer: ownEntityID, nameID: name,
            sessionIndexes: sessionIndex.map { [$0] } ?? [])
        do {
            return Departure(try request.transmission(by: binding, relayState: nil, signer: signer))
        } catch {
            throw .ours("a logout request: \(error)")
        }
    }

    /// Our answer to its request; nil where it has no address for one.
    func answer(
        _ requestID: String, _ status: SAMLStatus, relayState: String?, _ installation: Installation
    ) throws(Failure) -> Departure? {
        guard let responseURL else { return nil }
        let response = SAMLLogoutResponse(
            id: SAMLMessageID.make(installation.environment), issued: installation.now, destination: responseURL,
            issuer: ownEntityID, inResponseTo: requestID, status: status)
        do {
            return Departure(try response.transmission(by: binding, relayState: relayState, signer: signer))
        } catch {
            throw .ours("a logout response: \(error)")
        }
    }
}

extension SAMLBinding {
    init(sending binding: FederationConnection.Binding) {
        self =
            switch binding {
            case .redirect: .redirect
            case .post: .post
            }
    }
}
