internal import Access
internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import OAuth
internal import Pages
internal import Storage
internal import Upstream

/// One request's view of a sign-in: what the browser brought, read against the settings of this moment. Every step makes
/// one, so no step trusts what an earlier one saw.
struct Turn: Sendable {
    let installation: Installation
    let snapshot: TenantSnapshot
    let http: HTTPRequest
    var signIn: SignIn
    /// Nil where nobody asked but an invitation.
    let request: SignInRequest?
    let client: Client?
    /// The server's part, once somebody has vouched.
    var vouched: VouchedSignIn?
    /// What the home just vouched with, and that may be used once.
    var evidence: [SpentEvidence] = []
    /// Whether this answers a form of ours, so that leaving goes by a page that moves on.
    let isPost: Bool

    var tenant: Tenant { snapshot.tenant }
    var application: Application? { client?.application }
    var sessions: Sessions { Sessions(installation: installation, tenant: tenant.id) }
    var cookies: SignInCookies { SignInCookies(installation: installation, tenant: tenant.id) }
    var issuer: String { installation.issuer(tenant.id) }

    var frame: PageFrame {
        PageFrames(installation: installation).frame(for: http, tenant: tenant, uiLocales: request?.uiLocales ?? [])
    }

    /// The path of a step of this sign-in.
    func path(_ step: String) -> String { "/\(tenant.id)/signin/\(signIn.id)/\(step)" }

    func target(_ step: String) -> FormTarget { FormTarget(action: path(step), token: signIn.formToken) }

    /// What was wrong with a field, in the language of the page.
    func problem(_ field: String, _ sentence: VisitorSentence) -> FieldProblem {
        FieldProblem(field: field, message: sentence.text(in: frame))
    }

    /// What the application is called on pages; nil where the person goes to a page of ours.
    var applicationName: String? { client?.displayName }

}

extension Installation {
    /// Reads the sealed request of a sign-in against the settings again: a client that was disabled meanwhile, or a
    /// redirect URI that was taken away, ends it here.
    func turn(
        _ signIn: SignIn, vouched: VouchedSignIn? = nil, at snapshot: TenantSnapshot, _ http: HTTPRequest
    ) async throws(Failure) -> Turn {
        let isPost = http.method == .post
        if let federated = signIn.federated {
            guard let client = snapshot.client(federated.application.description),
                let application = client.application, federated.isStillAccepted(by: application)
            else { throw .refused(.applicationDisabled, ["application": federated.application.description]) }
            return Turn(
                installation: self, snapshot: snapshot, http: http, signIn: signIn, request: .federated(federated),
                client: client, vouched: vouched, isPost: isPost)
        }
        guard !signIn.request.isEmpty else {
            let client = signIn.landing.flatMap { snapshot.client($0.description) }
            if let landing = signIn.landing, client?.application?.isEnabled != true {
                throw .refused(.applicationDisabled, ["application": client?.displayName ?? landing.description])
            }
            return Turn(
                installation: self, snapshot: snapshot, http: http, signIn: signIn, request: nil, client: client,
                vouched: vouched, isPost: isPost)
        }
        let pairs = signIn.request.map { (name: $0.name, value: $0.value) }
        switch try await parseAuthorization(pairs, at: snapshot) {
        case .refuseHere(let error), .refuseAt(let error, _): throw .oauth(error)
        case .accepted(let request, let client):
            return Turn(
                installation: self, snapshot: snapshot, http: http, signIn: signIn, request: .openID(request),
                client: client,
                vouched: vouched, isPost: isPost)
        }
    }

    enum ParsedAuthorization {
        case refuseHere(OAuthError)
        case refuseAt(OAuthError, AuthorizationReturn)
        case accepted(AuthorizationRequest, Client)
    }

    func parseAuthorization(
        _ pairs: [(name: String, value: String)], at snapshot: TenantSnapshot
    ) async throws(Failure) -> ParsedAuthorization {
        let clientIDs = pairs.filter { $0.name == "client_id" }
        let found = clientIDs.count == 1 ? try await client(clientIDs[0].value, at: snapshot) : nil
        switch AuthorizationRequest.parse(pairs, client: { $0 == clientIDs.first?.value ? found?.registered : nil }) {
        case .refuseHere(let error): return .refuseHere(error)
        case .refuseAt(let error, let answer): return .refuseAt(error, answer)
        case .accepted(let request, _):
            guard let found else { return .refuseHere(.clientUnknown(request.clientID)) }
            return .accepted(request, found)
        }
    }
}
