/// Why a request was refused. Each case says which rule; the code on the wire is the specification's, the number is the
/// one that Entra gives for the same thing, and the detail is for the developer of the client. No case holds a secret.
package enum OAuthError: Error, Sendable, Hashable {
    // The request's form.
    case parameterMissing(String)
    case parameterRepeated(String)
    case parameterMalformed(String, String)

    // Who asks, and where the answer would go.
    case clientUnknown(String)
    case clientDisabled(String)
    case redirectURIMismatch(String)

    // What is asked of the authorization endpoint.
    case responseTypeUnsupported(String)
    case responseModeUnsupported(String)
    case requestObjectUnsupported
    case requestURIUnsupported
    case registrationUnsupported
    case proofKeyRequired
    case challengeMethodUnsupported(String)
    case promptNoneWithOthers
    case scopeMissing
    case scopeInvalid(String)
    case severalResources([String])
    case resourceUnknown(String)

    // How the person's part ended.
    case accessDenied(String)
    case loginRequired(String)
    case interactionRequired(String)
    case consentRequired(String)
    case accountSelectionRequired(String)

    // Client authentication.
    case clientAuthenticationMissing
    case severalClientAuthentications
    case clientAuthenticationNotRegistered(String)
    /// The credential is wrong, expired or malformed. The text is for the log; the wire says the same for each.
    case clientNotProven(String)

    // Grants.
    case grantTypeUnsupported(String)
    case grantNotAllowed(String)
    case codeInvalid
    case codeExpired
    case codeSpent
    case codeOfAnotherClient
    case codeRedirectMismatch
    case verifierMissing
    case verifierUnexpected
    case verifierMismatch
    case refreshTokenInvalid
    case refreshTokenExpired
    case refreshTokenReused
    case refreshTokenOfAnotherClient
    case scopeWidened(String)
    case grantEnded(String)

    // Us.
    case serverError
    case temporarilyUnavailable
}

extension OAuthError {
    /// The `error` value: RFC 6749 §4.1.2.1 and §5.2, OIDC Core §3.1.2.6.
    package var code: String {
        switch self {
        case .parameterMissing, .parameterRepeated, .parameterMalformed, .redirectURIMismatch,
            .responseModeUnsupported, .proofKeyRequired, .challengeMethodUnsupported, .promptNoneWithOthers,
            .severalClientAuthentications:
            "invalid_request"
        case .clientUnknown, .clientDisabled, .grantNotAllowed: "unauthorized_client"
        case .responseTypeUnsupported: "unsupported_response_type"
        case .requestObjectUnsupported: "request_not_supported"
        case .requestURIUnsupported: "request_uri_not_supported"
        case .registrationUnsupported: "registration_not_supported"
        case .scopeMissing, .scopeInvalid, .severalResources, .resourceUnknown, .scopeWidened: "invalid_scope"
        case .accessDenied: "access_denied"
        case .loginRequired: "login_required"
        case .interactionRequired: "interaction_required"
        case .consentRequired: "consent_required"
        case .accountSelectionRequired: "account_selection_required"
        case .clientAuthenticationMissing, .clientAuthenticationNotRegistered, .clientNotProven: "invalid_client"
        case .grantTypeUnsupported: "unsupported_grant_type"
        case .codeInvalid, .codeExpired, .codeSpent, .codeOfAnotherClient, .codeRedirectMismatch, .verifierMissing,
            .verifierUnexpected, .verifierMismatch, .refreshTokenInvalid, .refreshTokenExpired, .refreshTokenReused,
            .refreshTokenOfAnotherClient, .grantEnded:
            "invalid_grant"
        case .serverError: "server_error"
        case .temporarilyUnavailable: "temporarily_unavailable"
        }
    }

    /// The status at the token endpoint (RFC 6749 §5.2). An authorization error that is shown here has 400 too.
    package var status: Int {
        switch self {
        case .clientAuthenticationMissing, .clientAuthenticationNotRegistered, .clientNotProven: 401
        case .serverError: 500
        case .temporarilyUnavailable: 503
        default: 400
        }
    }

    /// The AADSTS number that Entra gives for the same refusal.
    package var number: Int {
        switch self {
        case .parameterMissing: 900_144
        case .parameterRepeated, .parameterMalformed, .promptNoneWithOthers, .challengeMethodUnsupported: 9_002_313
        case .clientUnknown: 700_016
        case .clientDisabled: 7_000_112
        case .redirectURIMismatch: 50_011
        case .responseTypeUnsupported: 70_005
        case .responseModeUnsupported: 70_007
        case .requestObjectUnsupported, .requestURIUnsupported, .registrationUnsupported: 90_100
        case .proofKeyRequired: 9_002_325
        case .scopeMissing: 900_144
        case .scopeInvalid, .scopeWidened: 70_011
        case .severalResources: 28_000
        case .resourceUnknown: 500_011
        case .accessDenied: 65_004
        case .loginRequired: 50_058
        case .interactionRequired: 50_076
        case .consentRequired: 65_001
        case .accountSelectionRequired: 16_000
        case .clientAuthenticationMissing: 7_000_218
        case .severalClientAuthentications: 9_002_313
        case .clientAuthenticationNotRegistered: 7_000_218
        case .clientNotProven: 7_000_215
        case .grantTypeUnsupported: 70_003
        case .grantNotAllowed: 70_001
        case .codeInvalid, .codeOfAnotherClient, .refreshTokenInvalid, .refreshTokenOfAnotherClient: 70_000
        case .codeExpired: 70_008
        case .codeSpent: 54_005
        case .codeRedirectMismatch: 50_011
        case .verifierMissing, .verifierUnexpected, .verifierMismatch: 501_481
        case .refreshTokenExpired: 700_082
        case .refreshTokenReused, .grantEnded: 50_173
        case .serverError: 50_000
        case .temporarilyUnavailable: 90_033
        }
    }

    /// A sentence for the client's developer: what to change. Never says how a credential or code differed.
    package var detail: String {
        switch self {
        case .parameterMissing(let name): "The parameter '\(name)' is missing."
        case .parameterRepeated(let name): "The parameter '\(name)' came more than once."
        case .parameterMalformed(let name, let why): "The parameter '\(name)' \(why)."
        case .clientUnknown(let id): "No application has the client_id '\(id)'."
        case .clientDisabled(let id): "The application '\(id)' is disabled."
        case .redirectURIMismatch(let uri): "The redirect URI '\(uri)' is not registered for the application."
        case .responseTypeUnsupported(let type): "The response_type '\(type)' is not supported; use 'code'."
        case .responseModeUnsupported(let mode):
            "The response_mode '\(mode)' is not supported; use 'query' or 'form_post'."
        case .requestObjectUnsupported: "Request objects ('request') are not supported."
        case .requestURIUnsupported: "Request objects by reference ('request_uri') are not supported."
        case .registrationUnsupported: "The parameter 'registration' is not supported."
        case .proofKeyRequired: "A proof key is required: send 'code_challenge' with code_challenge_method=S256."
        case .challengeMethodUnsupported(let method):
            "The code_challenge_method '\(method)' is not supported; use 'S256'."
        case .promptNoneWithOthers: "prompt=none can't be combined with another value."
        case .scopeMissing: "The parameter 'scope' is missing."
        case .scopeInvalid(let scope): "The scope '\(scope)' is not valid."
        case .severalResources(let names):
            "The scopes name more than one resource (\(names.joined(separator: ", "))); ask for one at a time."
        case .resourceUnknown(let name): "No application is the resource '\(name)'."
        case .accessDenied(let why), .loginRequired(let why), .interactionRequired(let why), .consentRequired(let why),
            .accountSelectionRequired(let why), .grantEnded(let why):
            why
        case .clientAuthenticationMissing:
            "The client has to authenticate: send its secret or its assertion, or a client_id if it is public."
        case .severalClientAuthentications: "The client authenticated in more than one way; use exactly one."
        case .clientAuthenticationNotRegistered(let method):
            "The application is not registered for client authentication with '\(method)'."
        case .clientNotProven: "The client's credential is not valid."
        case .grantTypeUnsupported(let type): "The grant_type '\(type)' is not supported."
        case .grantNotAllowed(let type): "The application may not use the grant '\(type)'."
        case .codeInvalid, .codeOfAnotherClient: "The authorization code is not valid."
        case .codeExpired: "The authorization code has expired."
        case .codeSpent: "The authorization code was used before."
        case .codeRedirectMismatch: "The redirect_uri is not the one of the authorization request."
        case .verifierMissing, .verifierMismatch: "The code_verifier does not match the code_challenge."
        case .verifierUnexpected: "A code_verifier came for a code that was asked for without a code_challenge."
        case .refreshTokenInvalid, .refreshTokenOfAnotherClient: "The refresh token is not valid."
        case .refreshTokenExpired: "The refresh token has expired."
        case .refreshTokenReused: "The refresh token was used before; everything issued from its grant is revoked."
        case .scopeWidened(let scope): "The scope '\(scope)' was not granted; a refresh can only narrow."
        case .serverError: "Something went wrong on our side."
        case .temporarilyUnavailable: "The service is not available at the moment."
        }
    }
}
