internal import OAuth
internal import SAML

/// What an application asked for, whichever protocol brought it. Past the edge nobody asks which it was, but whoever
/// answers the application.
enum SignInRequest: Sendable {
    case openID(AuthorizationRequest)
    case federated(FederatedRequest)

    /// The application wants an answer and no page: `prompt=none`, `IsPassive`.
    var isSilent: Bool {
        switch self {
        case .openID(let request): request.prompts.contains(.none)
        case .federated(let request): request.isPassive
        }
    }

    /// The person must authenticate anew: `prompt=login`, `max_age=0`, `ForceAuthn`, `wfresh=0`.
    var forcesLogin: Bool {
        switch self {
        case .openID(let request): request.prompts.contains(.login) || request.maxAge == 0
        case .federated(let request): request.forcesLogin || request.maxAge == 0
        }
    }

    /// A session that is there must not be used unasked.
    var passesOverSession: Bool {
        switch self {
        case .openID(let request): request.prompts.contains(.login) || request.prompts.contains(.selectAccount)
        case .federated(let request): request.forcesLogin
        }
    }

    var asksForConsent: Bool {
        switch self {
        case .openID(let request): request.prompts.contains(.consent)
        case .federated: false
        }
    }

    /// Seconds that an authentication may be old.
    var maxAge: Int? {
        switch self {
        case .openID(let request): request.maxAge
        case .federated(let request): request.maxAge
        }
    }

    /// Prefills the page, never decides.
    var loginHint: String? {
        switch self {
        case .openID(let request): request.loginHint
        case .federated(let request): request.loginHint
        }
    }

    /// `domain_hint`, `whr`: a domain.
    var domainHint: String? {
        switch self {
        case .openID(let request): request.domainHint
        case .federated(let request): request.domainHint
        }
    }

    var uiLocales: [String] {
        switch self {
        case .openID(let request): request.uiLocales
        case .federated: []
        }
    }

    /// The contexts asked for, in order of preference: `acr_values`, `RequestedAuthnContext`, `wauth`.
    var contexts: [String] {
        switch self {
        case .openID(let request): request.acrValues
        case .federated(let request): request.context?.classes ?? []
        }
    }

    /// How what was done is compared with them. OpenID Connect knows one way.
    var contextComparison: SAMLRequestedContext.Comparison {
        switch self {
        case .openID: .exact
        case .federated(let request): request.context?.comparison ?? .exact
        }
    }
}
