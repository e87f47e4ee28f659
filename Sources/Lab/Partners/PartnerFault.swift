internal import SAML

/// One thing that a partner can do wrong, and what the gateway should say of it.
struct PartnerFault: Sendable {
    enum Group: String, Sendable, CaseIterable {
        case place
        case statements
        case signature
        case encryption
        case shape

        var title: String {
            switch self {
            case .place: "The place itself"
            case .statements: "What is stated"
            case .signature: "Signatures"
            case .encryption: "Encryption"
            case .shape: "The message's shape"
            }
        }
    }

    enum Work: Sendable {
        /// Asked for by name where the place answers.
        case service
        /// The same, with a number.
        case seconds
        /// Before the answer is written and signed.
        case draft(@Sendable (inout AnswerDraft) -> Void)
        /// Afterwards, on its text.
        case text(@Sendable (inout ForgedMessage) throws(LabError) -> Void)
    }

    /// In the API and in forms.
    let name: String
    let group: Group
    /// For people: what is wrong then.
    let sentence: String
    /// The rule that refuses it, by its reason code; nil: the sign-in goes on, perhaps with an alarm.
    let rule: String?
    let kinds: Set<FederationPartner.Kind>
    let work: Work

    init(
        _ name: String, _ group: Group, _ sentence: String, rule: String?,
        only kind: FederationPartner.Kind? = nil, _ work: Work
    ) {
        (self.name, self.group, self.sentence, self.rule, self.work) = (name, group, sentence, rule, work)
        kinds = kind.map { [$0] } ?? Set(FederationPartner.Kind.allCases)
    }

    init(
        _ name: String, _ group: Group, _ sentence: String, _ reason: SAMLReason,
        only kind: FederationPartner.Kind? = nil, _ work: Work
    ) {
        self.init(name, group, sentence, rule: reason.rawValue, only: kind, work)
    }

    var takesSeconds: Bool { if case .seconds = work { true } else { false } }

    /// Whether it is about the place rather than about one answer.
    var isOfService: Bool { group == .place }

    static func all(for kind: FederationPartner.Kind) -> [PartnerFault] {
        (placeFaults + statementFaults + missingClaimFaults + signatureFaults + wrappingFaults + encryptionFaults
            + shapeFaults).filter { $0.kinds.contains(kind) }
    }
}

extension PartnerFault {
    static let placeFaults = [
        PartnerFault(
            "slow", .place, "Every answer waits this many seconds.", rule: nil, .seconds),
        PartnerFault("down", .place, "Everything answers 503 and hangs up.", rule: nil, .service),
        PartnerFault(
            "clock", .place,
            "The clock is this many seconds ahead, or behind if negative. Beyond a minute, answers are not_yet_valid or "
                + "expired.", rule: nil, .seconds),
        PartnerFault(
            "expired-certificate", .place,
            "The metadata's certificates ended a month ago. Their keys still count: a certificate is a container here, so "
                + "this is an alarm and nothing more.", rule: nil, .service),
    ]
}
