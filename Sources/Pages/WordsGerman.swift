extension Words {
    static let german = Words(
        language: "de", errorPrefix: "Fehler", privacy: "Datenschutzerklärung",
        signIn: "Anmelden", signInTo: { "Bei \($0) anmelden" }, address: "E-Mail-Adresse",
        addressHint: "Verwenden Sie das Konto, das Sie schon haben: von der Arbeit, der Schule oder privat.",
        next: "Weiter", or: "oder", continueWith: { "Weiter mit \($0)" }, cancel: "Abbrechen",
        enterPassword: "Kennwort eingeben", password: "Kennwort", otherAccount: "Anderes Konto verwenden",
        proveTitle: "Bestätigen Sie, dass Sie es sind",
        proveLead: "Wir senden einen Code an diese Adresse. Er gilt 30 Minuten.",
        proveBecause: { "\($0) hat nicht bestätigt, dass diese Adresse Ihnen gehört; deshalb prüfen wir sie selbst." },
        microsoftAccountNeeded: "Sie brauchen ein Microsoft-Konto",
        microsoftAccountExplained:
            "Diese Organisation erkennt diese Adresse über ein Microsoft-Konto. Melden Sie sich mit Ihrem an, oder legen Sie mit dieser Adresse eines an.",
        sendCode: "Code senden", enterCode: "Code eingeben",
        codeSent: {
            "Wenn diese Adresse eingeladen ist, ist ein Code mit 8 Ziffern unterwegs. Er gilt \($0) Minuten."
        },
        codeSentToAll: { "Ein Code mit 8 Ziffern ist an diese Adresse unterwegs. Er gilt \($0) Minuten." },
        code: "Code", resend: "Neuen Code senden",
        reviewTitle: "Berechtigungen prüfen",
        reviewLead: {
            "\($0) (\($1)) lädt Sie zu seinen Anwendungen ein. Mit dem Annehmen erlauben Sie der Organisation:"
        },
        reviewWill: { "\($0) wird" },
        reviewProfile: "Ihre Profildaten zu erhalten: Name, E-Mail-Adresse und, falls vorhanden, Foto.",
        reviewActivity: "Ihre Aktivität zu erfassen: wann Sie die Anwendungen benutzen und was Sie darin tun.",
        reviewUse: { "Diese Daten nach den eigenen Regeln von \($0) zu verwenden." },
        reviewPrivacy: "Datenschutzerklärung lesen",
        reviewNoPrivacy: { "\($0) hat keine Datenschutzerklärung angegeben." },
        reviewTrust: {
            "Nehmen Sie nur an, wenn Sie \($0) vertrauen. Sie können später gehen; beim Ablehnen geschieht nichts."
        },
        accept: "Annehmen", decline: "Ablehnen",
        signUpTitle: { "Für \($0) registrieren" },
        signUpLead: {
            "\($0) hat noch kein Konto für Sie. Mit dem, was Sie hier eingeben, wird eines angelegt; die Angaben werden gespeichert."
        },
        signUpButton: "Konto anlegen", optional: { "\($0) (freiwillig)" }, choose: "Bitte wählen…",
        attributes: [
            "city": "Ort", "country": "Land oder Region", "displayName": "Anzeigename", "givenName": "Vorname",
            "jobTitle": "Position", "postalCode": "Postleitzahl", "state": "Bundesland oder Kanton",
            "streetAddress": "Straße und Hausnummer", "surname": "Nachname",
        ],
        answerMissing: "Diese Angabe fehlt.", answerTooLong: { "Verwenden Sie höchstens \($0) Zeichen." },
        answerNotOffered: "Wählen Sie einen der angebotenen Werte.",
        answerNoNumber: "Geben Sie eine ganze Zahl ein, zum Beispiel 42.",
        answerNoChoice: "Antworten Sie mit Ja oder Nein.",
        answerOnOneLine: "Schreiben Sie das in eine Zeile, ohne Steuerzeichen.",
        consentTitle: { "\($0) bittet um Ihre Erlaubnis" }, consentLead: "Die Anwendung möchte:",
        invitedTitle: { "Sie sind zu \($0) eingeladen" }, invitationTitle: { "Ihre Einladung zu \($0)" },
        invitedLead: {
            "\($0) hat \($1) eingeladen. Sie melden sich mit dem Konto an, das Sie schon haben; ein neues Kennwort ist nicht nötig."
        },
        invitationContinue: "Weiter",
        invitationAccepted: "Diese Einladung wurde angenommen. Sie können sich anmelden.",
        invitationExpired: "Diese Einladung ist abgelaufen.",
        invitationWithdrawn: "Diese Einladung wurde zurückgezogen.",
        askAgain: "Bitten Sie die Person, die Sie eingeladen hat, um eine neue.",
        invitationReplaced: "An diese Adresse ging eine neuere Einladung; dieser Link gilt deshalb nicht mehr.",
        openNewest:
            "Öffnen Sie den Link in der neuesten E-Mail. Wenn Sie sie nicht finden, lassen Sie sie noch einmal an dieselbe Adresse schicken.",
        writeTo: { "An \($0) schreiben" }, continueAs: { "Als \($0) fortfahren" },
        sendInvitationAgain: "Noch einmal schicken",
        invitationSentAgain:
            "Wenn die Einladung noch offen ist, ist ein neuer Link an die eingeladene Adresse unterwegs.",
        wrongAccountTitle: "Ein anderes Konto ist angemeldet",
        wrongAccount: { "Sie sind als \($0) angemeldet. Diese Einladung ist für \($1)." },
        addressIsMine: {
            "Wenn auch \($0) Ihnen gehört, weisen Sie es mit einem Code nach; dann können Sie mit dem angemeldeten Konto annehmen."
        },
        organizationTitle: "Zu welcher Organisation möchten Sie?", organizationLabel: "Domain der Organisation",
        organizationUnknown:
            "Eine Organisation mit dieser Domain gibt es hier nicht. Sehen Sie in Ihrer Einladung nach.",
        blockTitle: { "Einladungen von \($0)" },
        blockLead: { "Soll \($0) keine Einladungen mehr an \($1) schicken?" }, block: "Einladungen künftig sperren",
        blocked: { "\($0) schickt keine Einladungen mehr an \($1)." }, unblock: "Einladungen wieder erlauben",
        unblocked: { "\($0) darf wieder Einladungen an \($1) schicken." },
        refusals: germanRefusals, noSuchPage: "Unter dieser Adresse gibt es keine Seite.",
        wrongMethod: "So lässt sich diese Seite nicht benutzen.",
        requestNotRight: "Die Anwendung, die Sie hierher geschickt hat, hat eine fehlerhafte Anfrage gestellt.",
        fieldNotRight: { "In der Anfrage fehlte etwas oder war nicht richtig: \($0)." },
        wholeAddressNeeded: "Geben Sie eine vollständige Adresse ein, zum Beispiel name@example.com.",
        notClaimed: "Dieses Gateway ist installiert und wartet auf seinen ersten Administrator.",
        thisPage: "diese Seite", theApplication: "der Anwendung", returnTo: { "Zurück zu \($0)" },
        whatNext: "Was Sie tun können", problemTitle: "Das hat nicht geklappt",
        declinedTitle: "Sie haben abgelehnt", tryAgain: "Noch einmal versuchen",
        advice: { key in
            switch key {
            case "try_again": "Gehen Sie zurück und versuchen Sie es noch einmal."
            case "start_again": "Gehen Sie zur Anwendung zurück und beginnen Sie neu."
            case "use_another_account": "Melden Sie sich mit einem anderen Konto an."
            case "open_invitation": "Öffnen Sie den Link in Ihrer Einladung noch einmal."
            case "ask_for_invitation": "Bitten Sie Ihre Kontaktperson in der Organisation, diese Adresse einzuladen."
            case "ask_inviter": "Fragen Sie Ihre Kontaktperson in der Organisation."
            case "ask_administrator": "Sagen Sie es dem Administrator der Organisation, mit der Nummer unten."
            case "ask_home": "Fragen Sie den Administrator Ihrer eigenen Organisation."
            case "wait": "Warten Sie eine Weile und versuchen Sie es dann noch einmal."
            default: "Gehen Sie zur Anwendung zurück."
            }
        },
        lookUp: "Für den Administrator",
        movingOn: { "Weiter zu \($0) …" }, continueLabel: "Weiter",
        finishedTitle: "Schon abgeschlossen",
        finishedLead: "Diese Anmeldung ist abgeschlossen. Sie können die Seite schließen oder weitergehen.",
        signedOutTitle: "Sie sind abgemeldet", signedOutLead: "Am besten schließen Sie jetzt das Browserfenster.",
        signedOutMissed: {
            "Bei \($0) sind Sie vielleicht noch angemeldet; von dort kam keine Bestätigung. Schließen Sie sicherheitshalber alle Browserfenster."
        },
        signingOut: { "Sie werden bei \($0) abgemeldet…" },
        signOutUnanswered: { "\($0) hat nicht bestätigt, dass Sie dort abgemeldet sind." },
        signOutWithout: { "Ohne \($0) fortfahren" },
        signOutTitle: "Möchten Sie sich abmelden?", signOut: "Abmelden",
        accountTitle: { "Willkommen, \($0)" }, accountLead: { "Sie sind mit Ihrem Konto bei \($0) angemeldet." },
        applications: "Anwendungen",
        mailCodeSubject: { "Ihr Code für \($0)" }, mailCodeLead: { "Mit diesem Code melden Sie sich bei \($0) an:" },
        mailCodeValid: { "Er gilt einmal, \($0) Minuten lang, in dem Browserfenster, das ihn angefordert hat." },
        mailCodeIgnore:
            "Wenn Sie ihn nicht angefordert haben, tun Sie nichts. Ohne den Code kann sich niemand anmelden.",
        mailInviteSubject: { "\($0) hat Sie zu Anwendungen von \($1) eingeladen" },
        mailCaution: "Folgen Sie dieser Nachricht nur, wenn Sie dem Absender vertrauen.",
        mailInviteLead: { "\($0) hat Sie eingeladen, Anwendungen von \($1) (\($2)) zu benutzen." },
        mailAccept: "Einladung annehmen", mailExpires: { "Der Link gilt bis \($0)." },
        mailNoPrivacy: { "\($0) hat keinen Link zu einer Datenschutzerklärung angegeben." },
        mailGoesTo: { "Nach dem Annehmen kommen Sie zu \($0)." },
        mailCopy: { "Diese Nachricht geht zur Kenntnis auch an \($0); annehmen kann nur die eingeladene Person." },
        mailBlock: "Künftige Einladungen dieser Organisation sperren")
}
