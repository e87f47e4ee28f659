/// The table: number → cause, sentence, next step. Exhaustive, so a new refusal can't be without its words.
extension Refusal {
    package var text: RefusalText {
        switch self {
        case .accountSelectionNeeded:
            RefusalText(
                "Several accounts could answer, and the application asked for none to be chosen (prompt=none).",
                "Choose the account you want to use.", .startAgain)
        case .guestPending:
            RefusalText(
                "The guest {user} has not redeemed the invitation yet.",
                "You have been invited, but the invitation has not been accepted yet.",
                .openInvitation)
        case .noMatchingGuest:
            RefusalText(
                "{identity} from {home} signed in, but no user of this tenant has that identity and no pending invitation "
                    + "fits it.",
                "You signed in, but {organization} has not invited this account.", .askForInvitation)
        case .userDisabled:
            RefusalText(
                "The account of {user} is disabled (accountEnabled is false).",
                "Your access to {organization} has been switched off.", .askInviter)
        case .notAssigned:
            RefusalText(
                "{application} is for assigned users only, and neither {user} nor any group they are in is assigned.",
                "You can sign in to {organization}, but {application} has not been opened to you.", .askInviter)
        case .wrongAccount:
            RefusalText(
                "The invitation was sent to {invited}, and the identity that signed in has not proven that address "
                    + "(it is {identity} from {home}).",
                "This invitation was sent to another address. Sign in with the account it was sent to.",
                .useAnotherAccount)
        case .invitationExpired:
            RefusalText(
                "The invitation expired at {expiresAt}.", "This invitation is no longer valid.", .askForInvitation)
        case .invitationWithdrawn:
            RefusalText(
                "The invitation was withdrawn.", "This invitation is no longer valid.", .askForInvitation)
        case .invitationReplaced:
            RefusalText(
                "A later invitation took the place of this one.",
                "A newer invitation was sent to you. This one is no longer valid.", .openInvitation)
        case .invitationUsed:
            RefusalText(
                "The invitation was redeemed at {redeemedAt} with another identity.",
                "This invitation has been accepted already. Sign in with the account that accepted it.",
                .useAnotherAccount)
        case .invitationUnknown:
            RefusalText(
                "No invitation fits the link: its identifier or its secret is not one of ours.",
                "This invitation link is not complete, or it is not valid any more.", .openInvitation)
        case .redemptionDeclined:
            RefusalText(
                "The guest chose not to accept on the Review permissions page. The invitation stays pending.",
                "You did not accept, so nothing was shared. You can open the invitation again at any time.",
                .openInvitation)
        case .guestHasOtherIdentity:
            RefusalText(
                "{user} has redeemed with another identity, and an email address never links a second one. "
                    + "Reset the redemption to move the guest.",
                "You signed in before in another way. Use the same way again.", .useAnotherAccount)
        case .identityIsAnotherGuest:
            RefusalText(
                "The identity that signed in belongs to {user} already; the invitation is for {invited}.",
                "You are already a guest of {organization} with this account. This invitation is for another one.",
                .useAnotherAccount)
        case .invitationDomainBlocked:
            RefusalText(
                "The invited address is in a domain that the invitation policy of this tenant blocks.",
                "{organization} does not accept invitations to this address any more.", .askInviter)
        case .signUpStopped:
            RefusalText(
                "The API connector {connector} ended the sign-up of {address} and said: {message}.",
                "{organization} answered: “{message}”. No account was made.", .askInviter)
        case .signUpUnavailable:
            RefusalText(
                "{error} That was the API connector {connector}, so the sign-up of {address} ended.",
                "{organization} could not check your sign-up at the moment. No account was made.", .tryAgain)
        case .tooManyTries:
            RefusalText(
                "Too many failed tries for {address}; the limit is {limit}.",
                "There were too many tries in a short time.", .wait)
        case .wrongPassword:
            RefusalText(
                "No member with this name, or the password is wrong.", "The name or the password is not right.",
                .tryAgain)
        case .addressNotProven:
            RefusalText(
                "{home} did not vouch that {address} is verified, and the code to it was not entered.",
                "We could not confirm that the address is yours.", .tryAgain)
        case .emailCodeWrong:
            RefusalText("The code is not the one that was sent.", "That code is not right.", .tryAgain)
        case .emailCodeExpired:
            RefusalText(
                "The code is older than 30 minutes, was replaced by a newer one, or was used.",
                "That code is no longer valid. Ask for a new one.", .tryAgain)
        case .emailCodeLimit:
            RefusalText(
                "The limit of {limit} for codes to one address is used up.",
                "Too many codes were asked for in a short time.", .wait)
        case .authenticationTooOld:
            RefusalText(
                "The application wanted a sign-in no older than {maxAge} seconds, and {home} answered with one from "
                    + "{authenticatedAt}.",
                "{application} asks you to sign in again, and your organisation did not do so.", .tryAgain)
        case .partnerEvidenceInvalid:
            RefusalText(
                "The answer of {home} was refused: {rule}.", "The answer from {home} could not be accepted.",
                .askAdministrator)
        case .partnerUnreachable:
            RefusalText(
                "{home} could not be reached: {error}.", "{home} does not answer at the moment.", .tryAgain)
        case .partnerRefused:
            RefusalText(
                "{home} did not sign the person in. {error}.", "{home} did not sign you in.", .askHome)
        case .partnerUnavailable:
            RefusalText(
                "The partner {home} is disabled, or is no longer one of this tenant's partners.",
                "{organization} does not accept this way of signing in any more.", .askInviter)
        case .noHomeForAddress:
            RefusalText(
                "No partner and no hosted tenant has the domain {domain}, and mailed codes are off.",
                "{organization} has no way to sign in with this address.", .askInviter)
        case .ourCloud:
            RefusalText(
                "The home {home} is in another Microsoft cloud, which this tenant does not allow or has no entry for.",
                "{organization} does not let people from your organisation in here.", .askInviter)
        case .directConnectUntrusted:
            RefusalText(
                "{application} needs a second factor, direct connect needs the home's, and this tenant does not accept "
                    + "the word of {home} on it.",
                "{organization} asks for more proof than it accepts from your organisation.", .askInviter)
        case .homeOutbound:
            RefusalText(
                "The home tenant {home} does not let {user} go to this tenant's {application} (its outbound access).",
                "Your own organisation does not allow you to use {organization}.", .askHome)
        case .ourInbound:
            RefusalText(
                "This tenant's inbound access for {home} does not let {user} in to {application}.",
                "{organization} does not let people from your organisation in here.", .askInviter)
        case .homeCloud:
            RefusalText(
                "The home {home} does not allow this tenant's cloud, or has no entry for this tenant.",
                "Your own organisation does not allow you to use {organization}.", .askHome)
        case .tenantRestricted:
            RefusalText(
                "The network that the visitor uses restricts which organisations its people may enter, and its policy "
                    + "does not allow this one for {application}.",
                "The network you are on does not allow you to use {organization}.", .askAdministrator)
        case .homeProvedNoFactor:
            RefusalText(
                "{home} was asked for a second factor and answered without proof of one.",
                "{organization} needs a second proof of who you are, and your organisation did not give it.", .askHome)
        case .secondFactorNeeded:
            RefusalText(
                "The policy {policy} needs a second factor, and the application asked for no page (prompt=none).",
                "{organization} needs a second proof of who you are.", .startAgain)
        case .secondFactorNotRegistered:
            RefusalText(
                "The policy {policy} needs a second factor, {user} has none registered, and the application asked for no "
                    + "page (prompt=none).",
                "{organization} needs a second proof of who you are, which you have not set up yet.", .startAgain)
        case .deviceNotCompliant:
            RefusalText(
                "The policy {policy} needs a compliant device, and no home whose word on devices is accepted vouched for "
                    + "one.",
                "{application} can be used only from a device that your organisation manages.", .askHome)
        case .deviceNotJoined:
            RefusalText(
                "The policy {policy} needs a joined device, and no home whose word on devices is accepted vouched for one.",
                "{application} can be used only from a device that belongs to your organisation.", .askHome)
        case .applicationNotApproved:
            RefusalText(
                "The policy {policy} needs an approved client application, which guests can't prove.",
                "{organization} does not allow it from this program.", .askInviter)
        case .registrationBlockedByRisk:
            RefusalText(
                "The sign-in is risky, the policy {policy} needs a second factor, and {user} had none registered before.",
                "This sign-in looks unusual, so a second proof can't be set up now.", .askInviter)
        case .applicationNotProtected:
            RefusalText(
                "The policy {policy} needs a client application under an app protection policy, which guests can't prove.",
                "{organization} does not allow it from this program.", .askInviter)
        case .registrationBlocked:
            RefusalText(
                "The policy {policy} does not allow {user} to register a second factor under these conditions.",
                "A second proof can't be set up from here.", .askInviter)
        case .riskAtHome:
            RefusalText(
                "{home} says that the account is at risk, and the policy {policy} asks for what only the home can do.",
                "Your own organisation has to secure your account first.", .askHome)
        case .signInFrequency:
            RefusalText(
                "The last sign-in is older than the policy {policy} allows.", "You need to sign in again.",
                .startAgain)
        case .termsNotAccepted:
            RefusalText(
                "The policy {policy} needs {user} to accept the terms of use, and that did not happen.",
                "{application} can be used only after its terms of use are accepted.", .startAgain)
        case .controlUnavailable:
            RefusalText(
                "The policy {policy} asks for {control}, which this gateway can't ask of a guest.",
                "{organization} asks for something that guests can't do.", .askInviter)
        case .conditionalAccess:
            RefusalText(
                "The policy {policy} blocks this sign-in.",
                "You signed in, but {organization} does not allow it under these conditions.", .askInviter)
        case .consentRequired:
            RefusalText(
                "{user} has not agreed that {application} may have: {scopes}.",
                "{application} needs your agreement first.", .startAgain)
        case .consentDeclined:
            RefusalText(
                "{user} declined that {application} may have: {scopes}.",
                "You did not agree, so {application} got nothing.", .returnToApplication)
        case .adminConsentRequired:
            RefusalText(
                "Only an administrator can grant {application}: {scopes}.",
                "{application} asks for something that only an administrator of {organization} can allow.",
                .askAdministrator)
        case .noSession:
            RefusalText(
                "The application asked for no page (prompt=none), and there is no session that serves.",
                "You need to sign in.", .startAgain)
        case .signInExpired:
            RefusalText(
                "The sign-in was begun more than 60 minutes ago.", "This sign-in took too long.",
                .startAgain)
        case .sessionEnded:
            RefusalText(
                "The session ended: {why}.", "You have been signed out.", .startAgain)
        case .signInFinished:
            RefusalText(
                "This sign-in was finished before; its cookie came back.", "This sign-in is already finished.",
                .returnToApplication)
        case .signInElsewhere:
            RefusalText(
                "The browser that answered is not the one that began: the sign-in's cookie is missing or another's.",
                "This sign-in was begun in another browser, or cookies are switched off.", .startAgain)
        case .formNotOurs:
            RefusalText(
                "The form's token or Origin is not of this sign-in (origin {origin}).",
                "This page is no longer current.", .startAgain)
        case .redirectMismatch:
            RefusalText(
                "The redirect URI {received} is not registered for {application}.",
                "The application sent you here with an address that is not registered for it.", .askAdministrator)
        case .severalResources:
            RefusalText(
                "The scopes name more than one resource: {resources}.",
                "The application asked for something that can't be given in one go.", .askAdministrator)
        case .scopeInvalid:
            RefusalText(
                "The scope {scope} is not one that {application} can ask for.",
                "The application asked for something that does not exist.", .askAdministrator)
        case .tenantUnknown:
            RefusalText(
                "No tenant has the identifier or domain {tenant}.", "There is no organisation with this name here.",
                .askInviter)
        case .resourceUnknown:
            RefusalText(
                "No application of this tenant is the resource {resource}.",
                "The application asked for a service that does not exist here.", .askAdministrator)
        case .applicationUnknown:
            RefusalText(
                "No application of this tenant has the client id {application}.",
                "The application that sent you here is not known to {organization}.", .askAdministrator)
        case .applicationDisabled:
            RefusalText(
                "{application} is disabled (isEnabled is false).", "{application} has been switched off.",
                .askAdministrator)
        case .requestMalformed:
            RefusalText(
                "The application's request is malformed: {error}.",
                "The application sent you here with a request that is not right.", .askAdministrator)
        case .serverFault:
            RefusalText("A fault of our own: {error}.", "Something went wrong on our side.", .tryAgain)
        case .temporarilyUnavailable:
            RefusalText(
                "The store or the settings are not available: {error}.",
                "Sign-in is not available at the moment.", .tryAgain)
        }
    }
}
