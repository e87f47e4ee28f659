extension Words {
    static let english = Words(
        language: "en", errorPrefix: "Error", privacy: "Privacy statement",
        signIn: "Sign in", signInTo: { "Sign in to \($0)" }, address: "Email address",
        addressHint: "Use the account you already have: work, school or personal.", next: "Next", or: "or",
        continueWith: { "Continue with \($0)" }, cancel: "Cancel",
        enterPassword: "Enter your password", password: "Password", otherAccount: "Use another account",
        proveTitle: "Confirm it is you", proveLead: "We will send a code to this address. It works for 30 minutes.",
        proveBecause: { "\($0) did not confirm that this address is yours, so we check it ourselves." },
        microsoftAccountNeeded: "You need a Microsoft account",
        microsoftAccountExplained:
            "This organisation knows this address by a Microsoft account. Sign in with yours, or make one with this address.",
        sendCode: "Send code", enterCode: "Enter the code",
        codeSent: {
            "If this address has been invited, a code of 8 digits is on its way to it. It works for \($0) minutes."
        },
        codeSentToAll: { "A code of 8 digits is on its way to this address. It works for \($0) minutes." },
        code: "Code", resend: "Send a new code",
        reviewTitle: "Review permissions",
        reviewLead: { "\($0) (\($1)) invites you to its applications. By accepting you allow this organisation to:" },
        reviewWill: { "\($0) will" },
        reviewProfile: "Receive your profile data: your name, your email address and, if you have one, your photo.",
        reviewActivity: "Collect and log your activity: when you use its applications, and what you do in them.",
        reviewUse: { "Use this data as \($0) decides, under its own policy." },
        reviewPrivacy: "Read its privacy statement",
        reviewNoPrivacy: { "\($0) has not given a privacy statement." },
        reviewTrust: { "Accept only if you trust \($0). You can leave later; nothing happens if you decline." },
        accept: "Accept", decline: "Decline",
        signUpTitle: { "Sign up for \($0)" },
        signUpLead: { "\($0) has no account for you yet. It keeps what you enter here, and makes one." },
        signUpButton: "Create account", optional: { "\($0) (optional)" }, choose: "Choose…",
        attributes: [
            "city": "City", "country": "Country or region", "displayName": "Display name",
            "givenName": "Given name", "jobTitle": "Job title", "postalCode": "Postal code",
            "state": "State or province", "streetAddress": "Street address", "surname": "Surname",
        ],
        answerMissing: "This is needed.", answerTooLong: { "Use at most \($0) characters." },
        answerNotOffered: "Choose one of the values offered.", answerNoNumber: "Enter a whole number, like 42.",
        answerNoChoice: "Answer yes or no.", answerOnOneLine: "Write this on one line, without control characters.",
        consentTitle: { "\($0) asks for your permission" }, consentLead: "It would like to:",
        invitedTitle: { "You are invited to \($0)" }, invitationTitle: { "Your invitation to \($0)" },
        invitedLead: {
            "\($0) invited \($1). You sign in with the account you already have; no new password is needed."
        },
        invitationContinue: "Continue", invitationAccepted: "This invitation has been accepted. You can sign in.",
        invitationExpired: "This invitation has expired.", invitationWithdrawn: "This invitation was withdrawn.",
        askAgain: "Ask the person who invited you for a new one.",
        invitationReplaced: "A newer invitation was sent to this address, so this link no longer works.",
        openNewest:
            "Open the link in the newest mail. If you can't find it, have it sent once more to the same address.",
        writeTo: { "Write to \($0)" }, continueAs: { "Continue as \($0)" },
        sendInvitationAgain: "Send it again",
        invitationSentAgain: "If the invitation is still open, a new link is on its way to the invited address.",
        wrongAccountTitle: "Another account is signed in",
        wrongAccount: { "You are signed in as \($0). This invitation is for \($1)." },
        addressIsMine: {
            "If \($0) is yours too, prove it with a code, and you can accept with the account you are signed in with."
        },
        organizationTitle: "Which organisation do you want to go to?", organizationLabel: "Domain of the organisation",
        organizationUnknown: "There is no organisation with this domain here. Look at the address in your invitation.",
        blockTitle: { "Invitations from \($0)" },
        blockLead: { "Shall \($0) send no more invitations to \($1)?" }, block: "Block future invitations",
        blocked: { "\($0) sends no more invitations to \($1)." }, unblock: "Allow invitations again",
        unblocked: { "\($0) may send invitations to \($1) again." },
        refusals: [:], noSuchPage: "There is no page at this address.",
        wrongMethod: "This page can't be used that way.",
        requestNotRight: "The application that sent you here made a request that is not right.",
        fieldNotRight: { "Something in the request was missing or not right: \($0)." },
        wholeAddressNeeded: "Enter a whole address, like name@example.com.",
        notClaimed: "This gateway has been installed and waits for its first administrator.",
        thisPage: "this page", theApplication: "the application", returnTo: { "Return to \($0)" },
        whatNext: "What you can do", problemTitle: "That did not work", declinedTitle: "You declined",
        tryAgain: "Try again",
        advice: { key in
            switch key {
            case "try_again": "Go back and try again."
            case "start_again": "Go back to the application and start again."
            case "use_another_account": "Sign in with another account."
            case "open_invitation": "Open the link in your invitation again."
            case "ask_for_invitation": "Ask your contact in the organisation to invite this address."
            case "ask_inviter": "Ask your contact in the organisation."
            case "ask_administrator": "Tell the administrator of the organisation, with the number below."
            case "ask_home": "Ask the administrator of your own organisation."
            case "wait": "Wait a while, then try again."
            default: "Go back to the application."
            }
        },
        lookUp: "For the administrator",
        movingOn: { "Taking you to \($0)…" }, continueLabel: "Continue",
        finishedTitle: "Already finished", finishedLead: "This sign-in is complete. You can close this page or go on.",
        signedOutTitle: "You are signed out", signedOutLead: "It is a good idea to close the browser window.",
        signedOutMissed: {
            "You may still be signed in at \($0), which did not confirm. Close all browser windows to be safe."
        },
        signingOut: { "Signing you out of \($0)…" },
        signOutUnanswered: { "\($0) has not confirmed that you are signed out there." },
        signOutWithout: { "Go on without \($0)" },
        signOutTitle: "Do you want to sign out?", signOut: "Sign out",
        accountTitle: { "Welcome, \($0)" }, accountLead: { "You are signed in with your account at \($0)." },
        applications: "Applications",
        mailCodeSubject: { "Your \($0) code" }, mailCodeLead: { "Use this code to sign in to \($0):" },
        mailCodeValid: { "It works once, within \($0) minutes, in the browser window that asked for it." },
        mailCodeIgnore: "If you did not ask for it, ignore this message. Nobody can sign in without the code.",
        mailInviteSubject: { inviter, _ in "\(inviter) invited you to access applications within their organization" },
        mailCaution: "Please act on this message only if you trust the sender.",
        mailInviteLead: { "\($0) invited you to access applications within \($1) (\($2))." },
        mailAccept: "Accept invitation", mailExpires: { "The link works until \($0)." },
        mailNoPrivacy: { "\($0) has not provided a link to its privacy statement." },
        mailGoesTo: { "After accepting you go to \($0)." },
        mailCopy: { "This is also sent to \($0) for information; only the invited person can accept." },
        mailBlock: "Block future invitations from this organisation")
}
