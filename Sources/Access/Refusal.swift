/// Why a person or an application was turned away, as a number that administrators can look up. The raw value is the
/// AADSTS number wherever Entra has one for the same thing; 8,800,000 and up are our own, where it has none.
///
/// A number is for good: it is stored with the sign-in and shown to people.
package enum Refusal: Int, Sendable, Hashable, CaseIterable, Error {
    // The guest.
    case accountSelectionNeeded = 16_000
    case guestPending = 50_014
    case noMatchingGuest = 50_020
    case userDisabled = 50_057
    case notAssigned = 50_105
    case wrongAccount = 8_800_001
    case invitationExpired = 8_800_002
    case invitationWithdrawn = 8_800_003
    case invitationUsed = 8_800_004
    case invitationUnknown = 8_800_005
    case redemptionDeclined = 8_800_006
    case guestHasOtherIdentity = 8_800_007
    case identityIsAnotherGuest = 8_800_008
    case invitationDomainBlocked = 8_800_009
    case invitationReplaced = 8_800_015
    case signUpStopped = 8_800_050
    case signUpUnavailable = 8_800_051

    // Proving who they are.
    case tooManyTries = 50_053
    case wrongPassword = 50_126
    case addressNotProven = 8_800_010
    case emailCodeWrong = 8_800_011
    case emailCodeExpired = 8_800_012
    case emailCodeLimit = 8_800_013
    case authenticationTooOld = 8_800_014

    // Their home.
    case partnerEvidenceInvalid = 50_008
    case partnerUnreachable = 40_010
    case partnerRefused = 40_015
    case partnerUnavailable = 90_023
    case ourCloud = 90_038
    case directConnectUntrusted = 90_071
    case noHomeForAddress = 500_208
    case homeOutbound = 500_212
    case ourInbound = 500_213
    case homeCloud = 1_000_104
    case tenantRestricted = 5_000_211

    // Rules and consent.
    case homeProvedNoFactor = 50_074
    case secondFactorNeeded = 50_076
    case secondFactorNotRegistered = 50_079
    case deviceNotCompliant = 53_000
    case deviceNotJoined = 53_001
    case applicationNotApproved = 53_002
    case conditionalAccess = 53_003
    case registrationBlockedByRisk = 53_004
    case applicationNotProtected = 53_009
    case registrationBlocked = 53_010
    case riskAtHome = 53_011
    case signInFrequency = 70_043
    case termsNotAccepted = 8_800_030
    case controlUnavailable = 8_800_031
    case consentRequired = 65_001
    case consentDeclined = 65_004
    case adminConsentRequired = 90_094

    // The sign-in itself.
    case noSession = 50_058
    case signInExpired = 50_089
    case sessionEnded = 50_133
    case signInFinished = 8_800_020
    case signInElsewhere = 8_800_021
    case formNotOurs = 8_800_022

    // The application's request.
    case redirectMismatch = 50_011
    case severalResources = 28_000
    case scopeInvalid = 70_011
    case tenantUnknown = 90_002
    case resourceUnknown = 500_011
    case applicationUnknown = 700_016
    case applicationDisabled = 7_000_112
    case requestMalformed = 9_002_313

    // Us.
    case serverFault = 50_000
    case temporarilyUnavailable = 90_033
}

/// What the visitor can do now. A key: Pages has the words and the button for each.
package enum NextStepAdvice: String, Sendable, Hashable, CaseIterable {
    case tryAgain = "try_again"
    case startAgain = "start_again"
    case useAnotherAccount = "use_another_account"
    case openInvitation = "open_invitation"
    case askForInvitation = "ask_for_invitation"
    case askInviter = "ask_inviter"
    case askAdministrator = "ask_administrator"
    case askHome = "ask_home"
    case wait
    case returnToApplication = "return_to_application"
}

/// A refusal's two voices.
package struct RefusalText: Sendable, Hashable {
    /// For the administrator, with `{name}` where a value of the case belongs.
    package let cause: String
    /// For the visitor: what happened, with nothing that they could not know already. English; Pages has the other
    /// languages by number. May hold `{organization}`, `{application}`, `{home}` and `{address}`.
    package let sentence: String
    package let nextStep: NextStepAdvice

    init(_ cause: String, _ sentence: String, _ nextStep: NextStepAdvice) {
        self.cause = cause
        self.sentence = sentence
        self.nextStep = nextStep
    }
}

extension Refusal {
    package var number: Int { rawValue }

    /// As people search for it: `AADSTS50105`.
    package var code: String { "AADSTS\(rawValue)" }

    /// The cause with the values of the case filled in. A value that is missing leaves its name in brackets, so that
    /// nobody reads a sentence with a hole.
    package func cause(_ values: [String: String] = [:]) -> String { Self.fill(text.cause, values) }

    /// The sentence with the values of the case filled in.
    ///
    /// - Parameter template: The sentence in another language than English.
    package func sentence(_ values: [String: String] = [:], in template: String? = nil) -> String {
        Self.fill(template ?? text.sentence, values)
    }

    /// One pass: a value that itself looks like `{name}` stays as it is.
    private static func fill(_ template: String, _ values: [String: String]) -> String {
        var filled = ""
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = String(rest[rest.index(after: open)..<close])
            filled += rest[..<open]
            filled += values[name] ?? "[\(name)]"
            rest = rest[rest.index(after: close)...]
        }
        return filled + rest
    }
}
