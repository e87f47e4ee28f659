internal import Access
internal import Directory
internal import FoundationEssentials
internal import Issuing
internal import JSON
internal import SAML
internal import Storage
internal import Upstream

/// What applications that speak SAML or WS-Federation are answered: an assertion about the person, or why there is none.
struct FederatedAnswers {
    let installation: Installation
    let snapshot: TenantSnapshot

    /// An answer, and what is kept of it.
    struct Made {
        var departure: Departure
        /// Nil where the answer is a status: then nothing was said of the person.
        var participant: SessionParticipant?
        /// For the record.
        var issued: JSONObject
    }

    /// What is said of the person, and on what it rests.
    struct Subject {
        var person: Person
        var identity: ExternalIdentity
        var session: Session.ID
        var sessionEndsAt: Date?
    }

    /// Who we are to applications that speak SAML or WS-Federation; our metadata is there.
    static func entityID(_ base: String, _ tenant: Tenant.ID) -> String { "\(base)/\(tenant)/saml2/metadata" }

    var entityID: String { Self.entityID(installation.base, snapshot.tenant.id) }

    /// An assertion about a person who may enter.
    func success(
        _ request: FederatedRequest, _ application: Application, _ subject: Subject
    ) throws(Failure) -> Made {
        switch request.language {
        case .saml:
            guard let provider = application.saml else { throw .ours("a SAML answer to an application without SAML") }
            return try SAMLAnswer(answers: self, request: request, application: application, provider: provider)
                .made(subject)
        case .wsFederation:
            guard let party = application.wsFederation else {
                throw .ours("a WS-Federation answer to an application without it")
            }
            return try WSFederationAnswer(answers: self, request: request, application: application, party: party)
                .made(subject)
        }
    }

    /// Why there is none. WS-Federation has no word for it, so the person reads a page of ours.
    func failure(_ request: FederatedRequest, refusing refusal: Refusal) -> Departure? {
        guard request.language == .saml else { return nil }
        do {
            return try failure(request, status: SAMLStatus(refusal))
        } catch {
            FailureResponses(installation: installation).log(error, at: "/\(snapshot.tenant.id)/saml2", in: snapshot)
            return nil
        }
    }

    func failure(_ request: FederatedRequest, status: SAMLStatus) throws(Failure) -> Departure {
        do {
            return Departure(
                try SAMLResponseWriter(issuer: entityID, signer: signer()).answer(
                    status, to: request.replyURL, inResponseTo: request.requestID, relayState: request.relayState,
                    now: installation.now, environment: installation.environment))
        } catch {
            throw .ours("a SAML answer: \(error)")
        }
    }

    func signer() throws(IssuingError) -> SAMLSigner { try snapshot.signer(.samlAssertions) }

    /// What the person is called at one application.
    func nameID(
        _ kind: SAMLServiceProvider.NameIDKind, of user: User, at application: Application, qualifier: String
    ) -> SAMLNameID {
        switch kind {
        case .persistent:
            // Pairwise, so that applications can't put their people side by side.
            SAMLNameID(
                snapshot.tokens.subject(of: user.id, at: application.appID), format: SAMLNameIDFormat.persistent,
                nameQualifier: entityID, spNameQualifier: qualifier)
        case .transient:
            SAMLNameID(SAMLMessageID.make(installation.environment), format: SAMLNameIDFormat.transient)
        case .email:
            SAMLNameID(
                user.mail?.description ?? user.userPrincipalName, format: SAMLNameIDFormat.emailAddress)
        case .unspecified: SAMLNameID(user.userPrincipalName)
        }
    }

    func attributes(_ released: [ReleasedAttribute], of subject: Subject, at application: Application)
        -> [SAMLAttribute]
    {
        let person = subject.person
        let facts = ReleasableFacts(
            user: person.user, tenant: snapshot.tenant.id,
            identityProvider: subject.identity.kind == .localMember ? entityID : subject.identity.key.issuer,
            groups: person.groups,
            roles: assignedRoles(
                of: person.user.id, groups: person.groups, assignments: person.assignments, in: application),
            methods: subject.identity.authentication.methods)
        return facts.values(of: released).map { attribute, values in
            SAMLAttribute(
                attribute.name, nameFormat: attribute.nameFormat ?? SAMLAttributeNameFormat.unspecified, values: values)
        }
    }
}

extension TenantSnapshot {
    /// What signs now for a purpose whose keys come in certificates.
    func signer(_ purpose: KeyRecord.Purpose) throws(IssuingError) -> SAMLSigner {
        let key = try keys.certifiedKey(purpose)
        return SAMLSigner(key: key.key, certificate: key.certificate)
    }
}

extension SAMLStatus {
    /// What an application hears of a refusal; the reasons are the administrator's.
    init(_ refusal: Refusal) {
        self =
            switch refusal {
            case .noSession, .consentRequired, .accountSelectionNeeded: SAMLStatus(.responder, SAMLStatusCode.noPassive)
            case .redemptionDeclined: SAMLStatus(.responder, SAMLStatusCode.requestDenied)
            case .serverFault, .temporarilyUnavailable, .partnerUnreachable: SAMLStatus(.responder)
            default: SAMLStatus(.responder, SAMLStatusCode.authnFailed)
            }
    }
}
