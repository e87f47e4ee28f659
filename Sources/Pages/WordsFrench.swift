extension Words {
    static let french = Words(
        language: "fr", errorPrefix: "Erreur", privacy: "Déclaration de confidentialité",
        signIn: "Se connecter", signInTo: { "Se connecter à \($0)" }, address: "Adresse e-mail",
        addressHint: "Utilisez le compte que vous avez déjà\u{A0}: professionnel, scolaire ou personnel.",
        next: "Suivant", or: "ou", continueWith: { "Continuer avec \($0)" }, cancel: "Annuler",
        enterPassword: "Entrez votre mot de passe", password: "Mot de passe", otherAccount: "Utiliser un autre compte",
        proveTitle: "Confirmez que c’est bien vous",
        proveLead: "Nous enverrons un code à cette adresse. Il est valable 30 minutes.",
        proveBecause: {
            "\($0) n’a pas confirmé que cette adresse est la vôtre\u{A0}; nous la vérifions donc nous-mêmes."
        },
        microsoftAccountNeeded: "Il vous faut un compte Microsoft",
        microsoftAccountExplained:
            "Cette organisation reconnaît cette adresse par un compte Microsoft. Connectez-vous avec le vôtre, ou créez-en un avec cette adresse.",
        sendCode: "Envoyer le code", enterCode: "Entrez le code",
        codeSent: {
            "Si cette adresse a été invitée, un code à 8 chiffres lui est envoyé. Il est valable \($0) minutes."
        },
        codeSentToAll: { "Un code à 8 chiffres est envoyé à cette adresse. Il est valable \($0) minutes." },
        code: "Code", resend: "Envoyer un nouveau code",
        reviewTitle: "Examiner les autorisations",
        reviewLead: {
            "\($0) (\($1)) vous invite à utiliser ses applications. En acceptant, vous autorisez cette organisation à\u{A0}:"
        },
        reviewWill: { "\($0) pourra" },
        reviewProfile: "Recevoir vos données de profil\u{A0}: nom, adresse e-mail et, le cas échéant, photo.",
        reviewActivity:
            "Recueillir et consigner votre activité\u{A0}: quand vous utilisez ses applications et ce que vous y faites.",
        reviewUse: { "Utiliser ces données selon les règles de \($0)." },
        reviewPrivacy: "Lire sa déclaration de confidentialité",
        reviewNoPrivacy: { "\($0) n’a pas donné de déclaration de confidentialité." },
        reviewTrust: {
            "N’acceptez que si vous faites confiance à \($0). Vous pourrez partir plus tard\u{A0}; refuser n’a aucune conséquence."
        },
        accept: "Accepter", decline: "Refuser",
        signUpTitle: { "S’inscrire pour \($0)" },
        signUpLead: {
            "\($0) n’a pas encore de compte pour vous. Ce que vous entrez ici est conservé et sert à en créer un."
        },
        signUpButton: "Créer le compte", optional: { "\($0) (facultatif)" }, choose: "Choisissez…",
        attributes: [
            "city": "Ville", "country": "Pays ou région", "displayName": "Nom d’affichage", "givenName": "Prénom",
            "jobTitle": "Fonction", "postalCode": "Code postal", "state": "État, province ou canton",
            "streetAddress": "Adresse postale", "surname": "Nom de famille",
        ],
        answerMissing: "Cette réponse est nécessaire.",
        answerTooLong: { "Utilisez au plus \($0) caractères." },
        answerNotOffered: "Choisissez l’une des valeurs proposées.",
        answerNoNumber: "Entrez un nombre entier, par exemple 42.",
        answerNoChoice: "Répondez par oui ou par non.",
        answerOnOneLine: "Écrivez cela sur une ligne, sans caractères de contrôle.",
        consentTitle: { "\($0) demande votre autorisation" }, consentLead: "L’application souhaite\u{A0}:",
        invitedTitle: { "Vous êtes invité chez \($0)" }, invitationTitle: { "Votre invitation chez \($0)" },
        invitedLead: {
            "\($0) a invité \($1). Vous vous connectez avec le compte que vous avez déjà\u{A0}; aucun nouveau mot de passe n’est nécessaire."
        },
        invitationContinue: "Continuer",
        invitationAccepted: "Cette invitation a été acceptée. Vous pouvez vous connecter.",
        invitationExpired: "Cette invitation a expiré.", invitationWithdrawn: "Cette invitation a été retirée.",
        askAgain: "Demandez-en une nouvelle à la personne qui vous a invité.",
        invitationReplaced:
            "Une invitation plus récente a été envoyée à cette adresse\u{A0}; ce lien n’est donc plus valable.",
        openNewest:
            "Ouvrez le lien du message le plus récent. Si vous ne le trouvez pas, faites-le renvoyer à la même adresse.",
        writeTo: { "Écrire à \($0)" }, continueAs: { "Continuer en tant que \($0)" },
        sendInvitationAgain: "Renvoyer",
        invitationSentAgain:
            "Si l’invitation est encore ouverte, un nouveau lien est en route vers l’adresse invitée.",
        wrongAccountTitle: "Un autre compte est connecté",
        wrongAccount: { "Vous êtes connecté en tant que \($0). Cette invitation est destinée à \($1)." },
        addressIsMine: {
            "Si \($0) vous appartient aussi, prouvez-le par un code et vous pourrez accepter avec le compte connecté."
        },
        organizationTitle: "Chez quelle organisation souhaitez-vous aller\u{A0}?",
        organizationLabel: "Domaine de l’organisation",
        organizationUnknown: "Aucune organisation de ce domaine n’est hébergée ici. Vérifiez votre invitation.",
        blockTitle: { "Invitations de \($0)" },
        blockLead: { "\($0) ne doit-elle plus envoyer d’invitations à \($1)\u{A0}?" },
        block: "Bloquer les prochaines invitations",
        blocked: { "\($0) n’envoie plus d’invitations à \($1)." }, unblock: "Autoriser de nouveau les invitations",
        unblocked: { "\($0) peut de nouveau envoyer des invitations à \($1)." },
        refusals: frenchRefusals, noSuchPage: "Il n’y a pas de page à cette adresse.",
        wrongMethod: "Cette page ne s’utilise pas ainsi.",
        requestNotRight: "L’application qui vous a envoyé ici a fait une requête incorrecte.",
        fieldNotRight: { "Quelque chose manquait dans la requête ou n’était pas correct\u{A0}: \($0)." },
        wholeAddressNeeded: "Entrez une adresse complète, par exemple nom@example.com.",
        notClaimed: "Cette passerelle est installée et attend son premier administrateur.",
        thisPage: "cette page", theApplication: "l’application", returnTo: { "Revenir à \($0)" },
        whatNext: "Ce que vous pouvez faire", problemTitle: "Cela n’a pas fonctionné",
        declinedTitle: "Vous avez refusé", tryAgain: "Réessayer",
        advice: { key in
            switch key {
            case "try_again": "Revenez en arrière et réessayez."
            case "start_again": "Retournez à l’application et recommencez."
            case "use_another_account": "Connectez-vous avec un autre compte."
            case "open_invitation": "Ouvrez de nouveau le lien de votre invitation."
            case "ask_for_invitation": "Demandez à votre contact dans l’organisation d’inviter cette adresse."
            case "ask_inviter": "Demandez à votre contact dans l’organisation."
            case "ask_administrator": "Prévenez l’administrateur de l’organisation, avec le numéro ci-dessous."
            case "ask_home": "Demandez à l’administrateur de votre propre organisation."
            case "wait": "Patientez un peu, puis réessayez."
            default: "Retournez à l’application."
            }
        },
        lookUp: "Pour l’administrateur",
        movingOn: { "Direction \($0)…" }, continueLabel: "Continuer",
        finishedTitle: "Déjà terminé",
        finishedLead: "Cette connexion est terminée. Vous pouvez fermer cette page ou continuer.",
        signedOutTitle: "Vous êtes déconnecté", signedOutLead: "Il est préférable de fermer la fenêtre du navigateur.",
        signedOutMissed: {
            "Vous êtes peut-être encore connecté chez \($0), qui n’a pas répondu. Par précaution, fermez toutes les fenêtres du navigateur."
        },
        signingOut: { "Déconnexion de \($0)…" },
        signOutUnanswered: { "\($0) n’a pas confirmé que vous y êtes déconnecté." },
        signOutWithout: { "Continuer sans \($0)" },
        signOutTitle: "Voulez-vous vous déconnecter\u{A0}?", signOut: "Se déconnecter",
        accountTitle: { "Bienvenue, \($0)" }, accountLead: { "Vous êtes connecté avec votre compte chez \($0)." },
        applications: "Applications",
        mailCodeSubject: { "Votre code pour \($0)" },
        mailCodeLead: { "Utilisez ce code pour vous connecter à \($0)\u{A0}:" },
        mailCodeValid: { "Il sert une fois, pendant \($0) minutes, dans la fenêtre du navigateur qui l’a demandé." },
        mailCodeIgnore:
            "Si vous ne l’avez pas demandé, ignorez ce message. Personne ne peut se connecter sans le code.",
        mailInviteSubject: { "\($0) vous invite à utiliser les applications de \($1)" },
        mailCaution: "Ne suivez ce message que si vous faites confiance à l’expéditeur.",
        mailInviteLead: { "\($0) vous invite à utiliser des applications de \($1) (\($2))." },
        mailAccept: "Accepter l’invitation", mailExpires: { "Le lien est valable jusqu’au \($0)." },
        mailNoPrivacy: { "\($0) n’a pas fourni de lien vers une déclaration de confidentialité." },
        mailGoesTo: { "Après avoir accepté, vous arrivez sur \($0)." },
        mailCopy: {
            "Ce message est aussi envoyé à \($0) pour information\u{A0}; seule la personne invitée peut accepter."
        },
        mailBlock: "Bloquer les prochaines invitations de cette organisation")
}
