extension Words {
    /// By number, in the order of Access' table.
    static let germanRefusals: [Int: String] = [
        // The guest.
        16_000: "Wählen Sie das Konto, das Sie verwenden möchten.",
        50_014:
            "Sie sind eingeladen, haben die Einladung aber noch nicht angenommen.",
        50_020: "Sie haben sich angemeldet, aber {organization} hat dieses Konto nicht eingeladen.",
        50_057: "Ihr Zugang zu {organization} wurde abgeschaltet.",
        50_105: "Sie können sich bei {organization} anmelden, aber {application} ist für Sie nicht freigegeben.",
        8_800_001:
            "Diese Einladung ging an eine andere Adresse. Melden Sie sich mit dem Konto an, an das sie geschickt wurde.",
        8_800_002: "Diese Einladung ist nicht mehr gültig.",
        8_800_003: "Diese Einladung ist nicht mehr gültig.",
        8_800_004:
            "Diese Einladung wurde schon angenommen. Melden Sie sich mit dem Konto an, mit dem sie angenommen wurde.",
        8_800_005: "Dieser Einladungslink ist unvollständig oder nicht mehr gültig.",
        8_800_006:
            "Sie haben nicht angenommen; es wurde nichts weitergegeben. Sie können die Einladung jederzeit wieder öffnen.",
        8_800_007: "Sie haben sich früher auf andere Weise angemeldet. Melden Sie sich wieder so an wie damals.",
        8_800_008: "Mit diesem Konto sind Sie schon Gast bei {organization}. Diese Einladung ist für ein anderes.",
        8_800_009: "{organization} nimmt keine Einladungen an diese Adresse mehr an.",
        8_800_050: "{organization} antwortet: „{message}“. Es wurde kein Konto angelegt.",
        8_800_051: "{organization} konnte Ihre Registrierung im Moment nicht prüfen. Es wurde kein Konto angelegt.",

        // Proving who they are.
        50_053: "In kurzer Zeit gab es zu viele Versuche.",
        50_126: "Der Name oder das Kennwort ist nicht richtig.",
        8_800_015: "Sie haben eine neuere Einladung bekommen. Diese ist nicht mehr gültig.",
        8_800_010: "Wir konnten nicht bestätigen, dass die Adresse Ihnen gehört.",
        8_800_011: "Dieser Code ist nicht richtig.",
        8_800_012: "Dieser Code gilt nicht mehr. Fordern Sie einen neuen an.",
        8_800_013: "In kurzer Zeit wurden zu viele Codes angefordert.",
        8_800_014: "{application} verlangt eine neue Anmeldung, und Ihre Organisation hat Sie nicht neu angemeldet.",

        // Their home.
        50_008: "Die Antwort von {home} konnte nicht angenommen werden.",
        40_010: "{home} antwortet im Moment nicht.",
        40_015: "{home} hat Sie nicht angemeldet.",
        90_023: "{organization} lässt diese Art der Anmeldung nicht mehr zu.",
        90_038: "{organization} lässt Personen aus Ihrer Organisation hier nicht zu.",
        90_071: "{organization} verlangt mehr Nachweise, als es von Ihrer Organisation annimmt.",
        500_208: "{organization} bietet für diese Adresse keine Anmeldung an.",
        500_212: "Ihre eigene Organisation erlaubt Ihnen nicht, {organization} zu nutzen.",
        500_213: "{organization} lässt Personen aus Ihrer Organisation hier nicht zu.",
        1_000_104: "Ihre eigene Organisation erlaubt Ihnen nicht, {organization} zu nutzen.",
        5_000_211: "Das Netz, in dem Sie sind, erlaubt Ihnen nicht, {organization} zu nutzen.",

        // Rules and consent.
        50_074:
            "{organization} braucht einen zweiten Nachweis, wer Sie sind, und Ihre Organisation hat ihn nicht gegeben.",
        50_076: "{organization} braucht einen zweiten Nachweis, wer Sie sind.",
        50_079: "{organization} braucht einen zweiten Nachweis, wer Sie sind, und Sie haben noch keinen eingerichtet.",
        53_000: "{application} lässt sich nur mit einem Gerät nutzen, das Ihre Organisation verwaltet.",
        53_001: "{application} lässt sich nur mit einem Gerät nutzen, das Ihrer Organisation gehört.",
        53_002: "{organization} lässt es mit diesem Programm nicht zu.",
        53_003: "Sie haben sich angemeldet, aber {organization} lässt den Zugang unter diesen Bedingungen nicht zu.",
        53_004: "Diese Anmeldung ist ungewöhnlich; ein zweiter Nachweis lässt sich jetzt nicht einrichten.",
        53_009: "{organization} lässt es mit diesem Programm nicht zu.",
        53_010: "Ein zweiter Nachweis lässt sich von hier aus nicht einrichten.",
        53_011: "Ihre eigene Organisation muss zuerst Ihr Konto sichern.",
        70_043: "Sie müssen sich neu anmelden.",
        8_800_030: "{application} lässt sich erst nutzen, wenn die Nutzungsbedingungen angenommen sind.",
        8_800_031: "{organization} verlangt etwas, das Gäste nicht tun können.",
        65_001: "{application} braucht zuerst Ihre Zustimmung.",
        65_004: "Sie haben nicht zugestimmt; {application} hat nichts erhalten.",
        90_094: "{application} bittet um etwas, das nur ein Administrator von {organization} erlauben kann.",

        // The sign-in itself.
        50_058: "Sie müssen sich anmelden.",
        50_089: "Diese Anmeldung hat zu lange gedauert.",
        50_133: "Sie wurden abgemeldet.",
        8_800_020: "Diese Anmeldung ist schon abgeschlossen.",
        8_800_021: "Diese Anmeldung wurde in einem anderen Browser begonnen, oder Cookies sind ausgeschaltet.",
        8_800_022: "Diese Seite ist nicht mehr aktuell.",

        // The application's request.
        50_011: "Die Anwendung hat Sie mit einer Adresse hierher geschickt, die für sie nicht registriert ist.",
        28_000: "Die Anwendung hat um etwas gebeten, das sich nicht auf einmal geben lässt.",
        70_011: "Die Anwendung hat um etwas gebeten, das es nicht gibt.",
        90_002: "Eine Organisation mit diesem Namen gibt es hier nicht.",
        500_011: "Die Anwendung hat um einen Dienst gebeten, den es hier nicht gibt.",
        700_016: "Die Anwendung, die Sie hierher geschickt hat, ist {organization} nicht bekannt.",
        7_000_112: "{application} wurde abgeschaltet.",
        9_002_313: "Die Anwendung hat Sie mit einer fehlerhaften Anfrage hierher geschickt.",

        // Us.
        50_000: "Bei uns ist etwas schiefgegangen.",
        90_033: "Die Anmeldung ist im Moment nicht möglich.",
    ]
}
