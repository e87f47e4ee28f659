/// Every word that pages and mails say, once for each language. A sentence with values is a function, so that each
/// language orders them as it must.
struct Words: Sendable {
    /// The `lang` of the page.
    var language: String
    var errorPrefix: String
    var privacy: String

    var signIn: String
    var signInTo: @Sendable (_ application: String) -> String
    var address: String
    var addressHint: String
    var next: String
    var or: String
    var continueWith: @Sendable (_ partner: String) -> String
    var cancel: String

    var enterPassword: String
    var password: String
    var otherAccount: String

    var proveTitle: String
    var proveLead: String
    var proveBecause: @Sendable (_ home: String) -> String
    var microsoftAccountNeeded: String
    var microsoftAccountExplained: String
    var sendCode: String
    var enterCode: String
    var codeSent: @Sendable (_ minutes: Int) -> String
    /// To whom everybody's address is as good as an invited one.
    var codeSentToAll: @Sendable (_ minutes: Int) -> String
    var code: String
    var resend: String

    var reviewTitle: String
    var reviewLead: @Sendable (_ organization: String, _ domain: String) -> String
    var reviewWill: @Sendable (_ organization: String) -> String
    var reviewProfile: String
    var reviewActivity: String
    var reviewUse: @Sendable (_ organization: String) -> String
    var reviewPrivacy: String
    var reviewNoPrivacy: @Sendable (_ organization: String) -> String
    var reviewTrust: @Sendable (_ organization: String) -> String
    var accept: String
    var decline: String

    /// Where a stranger signs up.
    var signUpTitle: @Sendable (_ name: String) -> String
    var signUpLead: @Sendable (_ organization: String) -> String
    var signUpButton: String
    /// A label of what may be left out.
    var optional: @Sendable (_ label: String) -> String
    var choose: String
    /// Built-in attributes, by the names that Entra gives them.
    var attributes: [String: String]
    var answerMissing: String
    var answerTooLong: @Sendable (_ maximum: Int) -> String
    var answerNotOffered: String
    var answerNoNumber: String
    var answerNoChoice: String
    var answerOnOneLine: String

    var consentTitle: @Sendable (_ application: String) -> String
    var consentLead: String

    var invitedTitle: @Sendable (_ organization: String) -> String
    /// Of one that is no longer open.
    var invitationTitle: @Sendable (_ organization: String) -> String
    var invitedLead: @Sendable (_ inviter: String, _ address: String) -> String
    var invitationContinue: String
    var invitationAccepted: String
    var invitationExpired: String
    var invitationWithdrawn: String
    var askAgain: String
    var invitationReplaced: String
    var openNewest: String
    var writeTo: @Sendable (_ inviter: String) -> String
    var continueAs: @Sendable (_ name: String) -> String
    var sendInvitationAgain: String
    var invitationSentAgain: String

    var wrongAccountTitle: String
    var wrongAccount: @Sendable (_ signedInAs: String, _ invited: String) -> String
    var addressIsMine: @Sendable (_ invited: String) -> String

    var organizationTitle: String
    var organizationLabel: String
    var organizationUnknown: String

    var blockTitle: @Sendable (_ organization: String) -> String
    var blockLead: @Sendable (_ organization: String, _ address: String) -> String
    var block: String
    var blocked: @Sendable (_ organization: String, _ address: String) -> String
    var unblock: String
    var unblocked: @Sendable (_ organization: String, _ address: String) -> String

    /// Of the refusals, by number, with `{name}` where a value belongs. Empty: the table of refusals has them itself.
    var refusals: [Int: String]
    var noSuchPage: String
    var wrongMethod: String
    var requestNotRight: String
    var fieldNotRight: @Sendable (_ name: String) -> String
    var wholeAddressNeeded: String
    var notClaimed: String
    var thisPage: String
    /// As it stands in `movingOn` and `returnTo`.
    var theApplication: String
    var returnTo: @Sendable (_ application: String) -> String

    var whatNext: String
    var problemTitle: String
    var declinedTitle: String
    var tryAgain: String
    var advice: @Sendable (_ key: String) -> String
    var lookUp: String

    var movingOn: @Sendable (_ label: String) -> String
    var continueLabel: String
    var finishedTitle: String
    var finishedLead: String
    var signedOutTitle: String
    var signedOutLead: String
    /// Names of those who could not be told.
    var signedOutMissed: @Sendable (_ names: String) -> String
    var signingOut: @Sendable (_ names: String) -> String
    var signOutUnanswered: @Sendable (_ name: String) -> String
    var signOutWithout: @Sendable (_ name: String) -> String
    var signOutTitle: String
    var signOut: String
    var accountTitle: @Sendable (_ name: String) -> String
    var accountLead: @Sendable (_ home: String) -> String
    var applications: String

    var mailCodeSubject: @Sendable (_ organization: String) -> String
    var mailCodeLead: @Sendable (_ organization: String) -> String
    var mailCodeValid: @Sendable (_ minutes: Int) -> String
    var mailCodeIgnore: String
    var mailInviteSubject: @Sendable (_ inviter: String, _ organization: String) -> String
    var mailCaution: String
    var mailInviteLead: @Sendable (_ inviter: String, _ organization: String, _ domain: String) -> String
    var mailAccept: String
    var mailExpires: @Sendable (_ day: String) -> String
    var mailNoPrivacy: @Sendable (_ organization: String) -> String
    var mailGoesTo: @Sendable (_ place: String) -> String
    var mailCopy: @Sendable (_ address: String) -> String
    var mailBlock: String

    static func of(_ language: String) -> Words { all[primary(language)] ?? english }

    static let all = ["en": english, "de": german, "fr": french]

    /// `de-CH` → `de`.
    static func primary(_ language: String) -> String {
        String(language.prefix { $0 != "-" && $0 != "_" }).lowercased()
    }
}

/// The first language of those wanted that there are words for.
///
/// - Parameters:
///   - preferred: BCP 47 tags, the most wanted first.
///   - fallback: The organisation's own.
package func pageLanguage(preferred: [String], fallback: String) -> String {
    for tag in preferred + [fallback] where Words.all[Words.primary(tag)] != nil { return Words.primary(tag) }
    return "en"
}
