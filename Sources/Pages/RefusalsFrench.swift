extension Words {
    /// By number, in the order of Access' table.
    static let frenchRefusals: [Int: String] = [
        // The guest.
        16_000: "Choisissez le compte que vous voulez utiliser.",
        50_014: "Vous êtes invité, mais l’invitation n’a pas encore été acceptée.",
        50_020: "Vous vous êtes identifié, mais {organization} n’a pas invité ce compte.",
        50_057: "Votre accès à {organization} a été désactivé.",
        50_105: "Vous pouvez vous connecter à {organization}, mais l’accès à {application} ne vous a pas été donné.",
        8_800_001:
            "Cette invitation a été envoyée à une autre adresse. Connectez-vous avec le compte auquel elle était destinée.",
        8_800_002: "Cette invitation n’est plus valable.",
        8_800_003: "Cette invitation n’est plus valable.",
        8_800_004: "Cette invitation a déjà été acceptée. Connectez-vous avec le compte qui l’a acceptée.",
        8_800_005: "Ce lien d’invitation est incomplet ou n’est plus valable.",
        8_800_006:
            "Vous n’avez pas accepté\u{A0}; rien n’a été communiqué. Vous pouvez rouvrir l’invitation à tout moment.",
        8_800_007: "Vous vous êtes déjà connecté d’une autre façon. Connectez-vous de la même façon.",
        8_800_008: "Vous êtes déjà invité chez {organization} avec ce compte. Cette invitation en concerne un autre.",
        8_800_009: "{organization} n’accepte plus d’invitations pour cette adresse.",
        8_800_050: "{organization} répond\u{A0}: «\u{A0}{message}\u{A0}». Aucun compte n’a été créé.",
        8_800_051:
            "{organization} n’a pas pu vérifier votre inscription pour l’instant. Aucun compte n’a été créé.",

        // Proving who they are.
        50_053: "Il y a eu trop de tentatives en peu de temps.",
        50_126: "Le nom ou le mot de passe est incorrect.",
        8_800_015: "Une invitation plus récente vous a été envoyée. Celle-ci n’est plus valable.",
        8_800_010: "Nous n’avons pas pu confirmer que cette adresse est la vôtre.",
        8_800_011: "Ce code n’est pas le bon.",
        8_800_012: "Ce code n’est plus valable. Demandez-en un nouveau.",
        8_800_013: "Trop de codes ont été demandés en peu de temps.",
        8_800_014: "{application} demande une nouvelle connexion, et votre organisation ne vous a pas reconnecté.",

        // Their home.
        50_008: "La réponse de {home} n’a pas pu être acceptée.",
        40_010: "{home} ne répond pas pour le moment.",
        40_015: "{home} ne vous a pas connecté.",
        90_023: "{organization} n’accepte plus cette façon de se connecter.",
        90_038: "{organization} n’accepte pas ici les personnes de votre organisation.",
        90_071: "{organization} demande plus de preuves que celles qu’il accepte de votre organisation.",
        500_208: "{organization} ne propose aucun moyen de se connecter avec cette adresse.",
        500_212: "Votre propre organisation ne vous autorise pas à utiliser {organization}.",
        500_213: "{organization} n’admet pas ici les personnes de votre organisation.",
        1_000_104: "Votre propre organisation ne vous permet pas d’utiliser {organization}.",
        5_000_211: "Le réseau que vous utilisez ne vous permet pas d’utiliser {organization}.",

        // Rules and consent.
        50_074:
            "{organization} a besoin d’une deuxième preuve de votre identité, et votre organisation ne l’a pas donnée.",
        50_076: "{organization} a besoin d’une deuxième preuve de votre identité.",
        50_079:
            "{organization} a besoin d’une deuxième preuve de votre identité, que vous n’avez pas encore configurée.",
        53_000: "{application} ne peut être utilisé que depuis un appareil géré par votre organisation.",
        53_001: "{application} ne peut être utilisé que depuis un appareil qui appartient à votre organisation.",
        53_002: "{organization} ne le permet pas depuis ce programme.",
        53_003: "Vous vous êtes identifié, mais {organization} n’autorise pas l’accès dans ces conditions.",
        53_004: "Cette connexion semble inhabituelle, une deuxième preuve ne peut donc pas être configurée maintenant.",
        53_009: "{organization} ne le permet pas depuis ce programme.",
        53_010: "Une deuxième preuve ne peut pas être configurée d’ici.",
        53_011: "Votre propre organisation doit d’abord sécuriser votre compte.",
        70_043: "Vous devez vous connecter à nouveau.",
        8_800_030: "{application} ne peut être utilisé qu’après l’acceptation de ses conditions d’utilisation.",
        8_800_031: "{organization} demande quelque chose que les invités ne peuvent pas faire.",
        65_001: "{application} a d’abord besoin de votre accord.",
        65_004: "Vous n’avez pas donné votre accord\u{A0}; {application} n’a rien reçu.",
        90_094: "{application} demande quelque chose que seul un administrateur de {organization} peut autoriser.",

        // The sign-in itself.
        50_058: "Vous devez vous connecter.",
        50_089: "Cette connexion a pris trop de temps.",
        50_133: "Vous avez été déconnecté.",
        8_800_020: "Cette connexion est déjà terminée.",
        8_800_021: "Cette connexion a été commencée dans un autre navigateur, ou les cookies sont désactivés.",
        8_800_022: "Cette page n’est plus à jour.",

        // The application's request.
        50_011: "L’application vous a envoyé ici avec une adresse qui n’est pas enregistrée pour elle.",
        28_000: "L’application a demandé des choses qui ne peuvent pas être accordées en une seule fois.",
        70_011: "L’application a demandé quelque chose qui n’existe pas.",
        90_002: "Il n’y a pas d’organisation de ce nom ici.",
        500_011: "L’application a demandé un service qui n’existe pas ici.",
        700_016: "L’application qui vous a envoyé ici n’est pas connue de {organization}.",
        7_000_112: "{application} n’est plus en service.",
        9_002_313: "L’application vous a envoyé ici avec une requête incorrecte.",

        // Us.
        50_000: "Une erreur s’est produite de notre côté.",
        90_033: "La connexion n’est pas possible pour le moment.",
    ]
}
