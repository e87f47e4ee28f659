internal import FoundationEssentials
internal import SAML

/// Answers that say something untrue or too little, and are signed all the same.
extension PartnerFault {
    static let statementFaults = [
        PartnerFault(
            "other-issuer", .statements, "The answer and its assertion name another issuer.", .issuerMismatch,
            .draft { $0.assertion.issuer = "http://elsewhere.example/metadata" }),
        PartnerFault(
            "other-audience", .statements, "The assertion is meant for another application.", .audienceMismatch,
            .draft { $0.assertion.audience = "http://elsewhere.example/metadata" }),
        PartnerFault(
            "no-audience", .statements, "The assertion does not say for whom it is meant.", .audienceMismatch,
            .text { message throws(LabError) in
                let name = message.shape.audienceRestriction
                try message.rewrite { $0.removeElement(name) }
            }),
        PartnerFault(
            "other-recipient", .statements, "The subject's confirmation is for another address.", .recipientMismatch,
            only: .saml,
            .text { message throws(LabError) in
                try message.rewrite { $0.changeAttribute("Recipient", to: "http://elsewhere.example/acs") }
            }),
        PartnerFault(
            "other-destination", .statements, "The response is addressed to another place.", .destinationMismatch,
            only: .saml,
            .text { message throws(LabError) in
                message.text.changeAttribute("Destination", to: "http://elsewhere.example/acs")
            }),
        PartnerFault(
            "other-request", .statements, "The response answers a request that the gateway never made.",
            .inResponseTo, only: .saml, .draft { $0.assertion.inResponseTo = "_00000000000000000000000000000000" }),
        PartnerFault(
            "unasked", .statements, "The response answers no request.", .inResponseTo, only: .saml,
            .draft { $0.assertion.inResponseTo = nil }),
        PartnerFault(
            "expired", .statements, "The assertion ended almost an hour ago.", .expired,
            .draft { $0.shift(by: -3600) }),
        PartnerFault(
            "future", .statements, "The assertion begins in an hour.", .notYetValid, .draft { $0.shift(by: 3600) }),
        PartnerFault(
            "no-conditions", .statements, "The assertion has no conditions at all.", .conditionsMissing,
            .text { message throws(LabError) in try message.rewrite { $0.removeElement("saml:Conditions") } }),
        PartnerFault(
            "unknown-condition", .statements, "The assertion has a condition that nobody knows.", .unknownCondition,
            .text { message throws(LabError) in
                try message.rewrite {
                    $0.insert(
                        "<x:OnlyOnTuesdays xmlns:x=\"urn:example:conditions\"></x:OnlyOnTuesdays>",
                        beforeEndOf: "saml:Conditions")
                }
            }),
        PartnerFault(
            "no-subject", .statements, "The assertion is about nobody.", .subjectMissing, only: .saml,
            .text { message throws(LabError) in try message.rewrite { $0.removeElement("saml:Subject") } }),
        PartnerFault(
            "no-confirmation", .statements, "Nothing says who may present the assertion.", .subjectConfirmation,
            .text { message throws(LabError) in
                try message.rewrite { $0.removeElement("saml:SubjectConfirmation") }
            }),
        PartnerFault(
            "no-authentication", .statements, "The assertion does not say that anybody signed in.", .authnStatement,
            .text { message throws(LabError) in
                let name = message.shape.authenticationStatement
                try message.rewrite { $0.removeElement(name) }
            }),
        PartnerFault(
            "session-over", .statements, "The session that the assertion tells of is over.", .sessionExpired,
            only: .saml,
            .draft { $0.assertion.sessionNotOnOrAfter = $0.assertion.issued.addingTimeInterval(-600) }),
        PartnerFault(
            "transient-name", .statements, "The person is called something else at every sign-in.", .nameIDInvalid,
            only: .saml,
            .draft { $0.assertion.subject = SAMLNameID($0.assertion.id, format: SAMLNameIDFormat.transient) }),
        PartnerFault(
            "replayed", .statements, "The assertion has the ID of the one before.", .replay,
            .draft { $0.assertion.id = $0.lastAssertionID ?? $0.assertion.id }),
        PartnerFault(
            "refusing", .statements, "The response says that the person could not be authenticated.",
            .statusNotSuccess, only: .saml,
            .draft { draft in
                draft.status = SAMLStatus(
                    .responder, SAMLStatusCode.authnFailed, message: "The account is locked until Monday.")
            }),
        PartnerFault(
            "other-domain", .statements, "The address is in a domain that is not the partner's.", rule: "email.domain",
            .draft { $0.change(AnswerDraft.ClaimName.email, to: "admin@woodgrove.example") }),
    ]

    /// One for each claim. The gateway then knows less, and decides by that.
    static let missingClaimFaults = [
        ("email", AnswerDraft.ClaimName.email, "the address"), ("name", AnswerDraft.ClaimName.name, "the name"),
        ("given-name", AnswerDraft.ClaimName.givenName, "the given name"),
        ("surname", AnswerDraft.ClaimName.surname, "the surname"),
        ("groups", AnswerDraft.ClaimName.groups, "the groups"),
        ("methods", AnswerDraft.ClaimName.methods, "how the person proved who they are"),
    ].map { short, claim, words in
        PartnerFault(
            "no-\(short)", .statements, "The claim with \(words) is missing.", rule: nil, .draft { $0.remove(claim) })
    }
}
