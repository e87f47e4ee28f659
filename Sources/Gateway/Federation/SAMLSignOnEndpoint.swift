internal import Cryptography
internal import Directory
internal import HTTP
internal import OAuth
internal import Pages
internal import SAML

/// Single sign-on for applications that speak SAML 2.0 (SAML Profiles §4.1): a request by redirect or POST becomes a
/// sign-in like any other.
struct SAMLSignOnEndpoint {
    let installation: Installation

    var routes: [Route] {
        [
            Route([.get, .post], "/{tenant}/saml2", .person, signOn),
            Route(.get, "/{tenant}/saml2/start/{application}", .person, start),
        ]
    }

    private func signOn(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        try installation.admitMessage(exchange.request)
        let snapshot = try await exchange.tenant()
        let isPost = exchange.request.method == .post
        let form = isPost ? try exchange.form() : nil
        let received: SAMLReceivedRequest
        do throws(SAMLRejection) {
            if let form {
                received = try self.received(form)
            } else {
                received = try SAMLReceivedRequest(redirectQuery: exchange.request.query ?? "")
            }
        } catch {
            throw .federation(error, peer: "the application")
        }
        guard let application = snapshot.application(entityID: received.issuer), let provider = application.saml
        else { throw .refused(.applicationUnknown, ["application": received.issuer]) }
        guard application.isEnabled else {
            throw .refused(.applicationDisabled, ["application": application.displayName])
        }
        let valid: SAMLValidRequest
        let answers = FederatedAnswers(installation: installation, snapshot: snapshot)
        do throws(SAMLRequestRefusal) {
            valid = try received.validated(
                for: SAMLMetadata(provider, keys: installation.upstream.keys(of: provider.signingCertificates)),
                at: Self.location(installation.base, snapshot.tenant.id),
                requiresSignature: provider.requiresSignedRequests, now: installation.now)
        } catch {
            switch error {
            case .rejected(let rejection): throw .federation(rejection, peer: application.displayName)
            case .answered: throw .ours("a request was answered before its address was known")
            }
        }
        let request = FederatedRequest(valid, application.appID)
        do throws(SAMLRequestRefusal) {
            _ = try valid.nameIDFormat(supported: SAMLNameIDFormat.supported, usual: provider.nameID.format)
        } catch {
            guard case .answered(let status) = error else { throw .ours("\(error)") }
            return try answers.failure(request, status: status)
                .response(in: frame(exchange, snapshot), afterPost: isPost, label: application.displayName)
        }
        return try await begin(request, exchange, snapshot)
    }

    private func received(_ form: Form) throws(SAMLRejection) -> SAMLReceivedRequest {
        let message: String?
        let relayState: String?
        do throws(FormError) {
            (message, relayState) = (try form.value("SAMLRequest"), try form.value("RelayState"))
        } catch {
            throw SAMLRejection(.badEncoding, "\(error).")
        }
        guard let message else { throw SAMLRejection(.badEncoding, "SAMLRequest is missing.") }
        return try SAMLReceivedRequest(postValue: message, relayState: relayState)
    }

    /// A person begins here (IdP-initiated): only where the application's setting allows it, since it can't tell who
    /// made the browser come.
    private func start(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        try installation.admitMessage(exchange.request)
        let snapshot = try await exchange.tenant()
        guard let id = Application.AppID(exchange.parameters["application"] ?? ""),
            let application = snapshot.application(id), application.isEnabled, let provider = application.saml,
            provider.allowsUnsolicited, let consumer = provider.defaultAssertionConsumer
        else { throw .noSuchPage }
        let request = FederatedRequest(language: .saml, application: application.appID, replyURL: consumer.url)
        return try await begin(request, exchange, snapshot)
    }

    private func begin(
        _ request: FederatedRequest, _ exchange: Exchange, _ snapshot: TenantSnapshot
    ) async throws(Failure) -> HTTPResponse {
        try await SignInFlow(installation: installation).begin(request, exchange, at: snapshot)
    }

    private func frame(_ exchange: Exchange, _ snapshot: TenantSnapshot) -> PageFrame {
        PageFrames(installation: installation).frame(for: exchange.request, tenant: snapshot.tenant, uiLocales: [])
    }

    static func location(_ base: String, _ tenant: Tenant.ID) -> String { "\(base)/\(tenant)/saml2" }
}

extension FederatedRequest {
    fileprivate init(_ valid: SAMLValidRequest, _ application: Application.AppID) {
        self.init(language: .saml, application: application, replyURL: valid.assertionConsumer.location)
        requestID = valid.request.id
        relayState = valid.relayState
        forcesLogin = valid.request.forcesAuthentication
        isPassive = valid.request.isPassive
        nameIDFormat = valid.request.nameIDPolicy?.format
        context = valid.request.requestedContext
        subject = valid.request.subject
        loginHint = subject.flatMap { EmailAddress($0.value)?.description }
    }
}

extension SAMLMetadata {
    /// The registration of an application, as the rules of the protocol read it.
    ///
    /// - Parameter keys: Of its signing certificates.
    init(_ provider: SAMLServiceProvider, keys: [VerificationKey]) {
        self.init(entityID: provider.entityID)
        serviceProvider = SAMLServiceProviderRole(
            keys: SAMLKeys(signing: keys.map { SAMLKey(key: $0) }), signsAuthnRequests: provider.requiresSignedRequests,
            assertionConsumers: provider.assertionConsumers.map {
                SAMLEndpoint(.post, $0.url, index: $0.index, isDefault: $0.isDefault ? true : nil)
            })
    }
}
