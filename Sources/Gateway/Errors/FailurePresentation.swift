internal import Access
internal import Directory
internal import OAuth
internal import Pages
internal import SAML
internal import Storage
internal import Upstream

/// What a failure looks like, whoever reads it: a status, a number to look up, a sentence for the visitor with what to do
/// next, and the whole cause for the administrator. The only place where a failure meets the wire.
struct FailurePresentation: Sendable {
    var status: Int
    /// AADSTS-style; nil where no rule of a sign-in was involved.
    var number: Int?
    /// The `error` value for an OAuth client.
    var code: String
    var sentence: VisitorSentence
    var advice: NextStepAdvice
    /// For the client's developer: never says how a credential differed.
    var detail: String
    /// For the administrator.
    var cause: String
    var reasons: [Reason] = []
    /// The person turned back, and nothing went wrong.
    var isChosen = false
}

extension Failure {
    var presented: FailurePresentation {
        switch self {
        case .refused(let refusal, let values, let reasons):
            Self.presented(refusal, values, reasons)
        case .oauth(let error):
            FailurePresentation(
                status: error.status, number: error.number, code: error.code,
                sentence: .phrase(.requestNotRight),
                advice: .askAdministrator, detail: error.detail, cause: "\(error): \(error.detail)")
        case .upstream(let error, let partner):
            Self.presented(error, partner: partner)
        case .federation(let rejection, let peer):
            FailurePresentation(
                status: 400, number: Refusal.requestMalformed.number, code: "invalid_request",
                sentence: .phrase(.requestNotRight), advice: .askAdministrator, detail: rejection.reason.rawValue,
                cause: "\(peer): \(rejection)",
                reasons: [Reason("request.\(rejection.reason.rawValue)", met: false, "\(rejection)")])
        case .storage(let error):
            fault(503, .temporarilyUnavailable, "the store: \(error)")
        case .noSuchPage:
            FailurePresentation(
                status: 404, number: nil, code: "invalid_request", sentence: .phrase(.noSuchPage),
                advice: .returnToApplication, detail: "Nothing lives at this address.", cause: "no route")
        case .methodNotAllowed(let allowed):
            FailurePresentation(
                status: 405, number: nil, code: "invalid_request", sentence: .phrase(.wrongMethod),
                advice: .returnToApplication, detail: "Use \(allowed.joined(separator: " or ")).", cause: "method")
        case .badField(let name, let why):
            FailurePresentation(
                status: 400, number: Refusal.requestMalformed.number, code: "invalid_request",
                sentence: .phrase(.fieldNotRight(name)), advice: .startAgain,
                detail: "'\(name)': \(why).", cause: "\(name): \(why)")
        case .bearer(let problem):
            Self.presented(problem)
        case .notClaimed:
            FailurePresentation(
                status: 503, number: nil, code: "temporarily_unavailable",
                sentence: .phrase(.notClaimed),
                advice: .askAdministrator, detail: "No administrator has claimed this installation yet.",
                cause: "no Global Administrator exists; open the claim link that `serve` printed")
        case .ours(let cause):
            fault(500, .serverFault, cause)
        }
    }

    private static func presented(
        _ refusal: Refusal, _ values: [String: String], _ reasons: [Reason]
    ) -> FailurePresentation {
        let told = ["application": "this page"].merging(values) { $1 }
        return FailurePresentation(
            status: refusal.pageStatus, number: refusal.number, code: refusal.oauthCode,
            sentence: .refusal(refusal, values), advice: refusal.text.nextStep,
            detail: refusal.sentence(told), cause: refusal.cause(told), reasons: reasons,
            isChosen: refusal == .redemptionDeclined || refusal == .consentDeclined)
    }

    private func fault(_ status: Int, _ refusal: Refusal, _ cause: String) -> FailurePresentation {
        FailurePresentation(
            status: status, number: refusal.number, code: status == 503 ? "temporarily_unavailable" : "server_error",
            sentence: .refusal(refusal), advice: refusal.text.nextStep, detail: refusal.sentence(), cause: cause)
    }

    private static func presented(_ problem: BearerProblem) -> FailurePresentation {
        let (status, code, detail) =
            switch problem {
            case .missing: (401, "invalid_token", "A bearer token is needed.")
            case .invalid: (401, "invalid_token", "The token is not valid here.")
            case .insufficientScope(let scope): (403, "insufficient_scope", "The token needs the scope '\(scope)'.")
            }
        return FailurePresentation(
            status: status, number: nil, code: code, sentence: .phrase(.requestNotRight), advice: .startAgain,
            detail: detail,
            cause: "\(problem)")
    }

    /// An unreachable home is worth another try, its own refusal is its own business, and evidence that breaks a rule is
    /// for the administrator: the visitor learns no more than that.
    private static func presented(_ error: UpstreamError, partner: String) -> FailurePresentation {
        let refusal = error.refusal
        let values = error.values(of: partner)
        let cause = refusal.cause(values)
        return FailurePresentation(
            status: refusal.pageStatus, number: refusal.number, code: refusal.oauthCode,
            sentence: .refusal(refusal, values), advice: refusal.text.nextStep, detail: refusal.sentence(values),
            cause: cause.contains(error.cause) ? cause : "\(cause) \(error.cause)",
            reasons: [
                Reason("partner.\(error.rule)", met: false, error.cause, setting: "partners/\(partner)")
            ])
    }
}

extension UpstreamError {
    var refusal: Refusal {
        switch self {
        case .unreachable: .partnerUnreachable
        case .partnerRefused, .statusNotSuccess: .partnerRefused
        default: .partnerEvidenceInvalid
        }
    }

    /// What fills the refusal's sentences, which end with a period of their own.
    func values(of partner: String) -> [String: String] {
        ["home": partner, "rule": rule, "error": cause.hasSuffix(".") ? String(cause.dropLast()) : cause]
    }
}

extension Refusal {
    /// Of the page that shows it.
    var pageStatus: Int {
        switch self {
        case .tenantUnknown: 404
        case .tooManyTries, .emailCodeLimit: 429
        case .partnerUnreachable, .partnerRefused, .signUpUnavailable: 502
        case .temporarilyUnavailable: 503
        case .serverFault: 500
        case .invitationExpired, .invitationWithdrawn, .invitationReplaced, .invitationUsed, .invitationUnknown: 410
        case .redirectMismatch, .severalResources, .scopeInvalid, .resourceUnknown, .applicationUnknown,
            .requestMalformed, .signInExpired, .signInElsewhere, .formNotOurs:
            400
        case .wrongPassword, .emailCodeWrong, .emailCodeExpired: 401
        default: 403
        }
    }

    /// What the application is told, where it is told anything (OIDC Core §3.1.2.6).
    var oauthCode: String {
        switch self {
        case .noSession: "login_required"
        case .consentRequired: "consent_required"
        case .accountSelectionNeeded: "account_selection_required"
        case .serverFault: "server_error"
        case .temporarilyUnavailable, .partnerUnreachable, .signUpUnavailable: "temporarily_unavailable"
        case .scopeInvalid, .severalResources, .resourceUnknown: "invalid_scope"
        case .applicationUnknown, .applicationDisabled: "unauthorized_client"
        case .requestMalformed, .redirectMismatch, .tenantUnknown: "invalid_request"
        default: "access_denied"
        }
    }
}
