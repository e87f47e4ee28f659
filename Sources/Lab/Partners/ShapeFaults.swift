internal import Cryptography
internal import SAML

extension PartnerFault {
    static let encryptionFaults = [
        PartnerFault(
            "encrypted", .encryption, "Nothing is wrong: the signed assertion is encrypted to the gateway's key.",
            rule: nil, only: .saml, .draft { $0.isEncrypted = true }),
        PartnerFault(
            "encrypted-cbc", .encryption,
            "The assertion is encrypted with AES-CBC, which does not show changes. Accepted only where the connection's "
                + "acceptsCBC is on.", .unsupportedAlgorithm, only: .saml,
            .text { message throws(LabError) in try message.encryptWithCBC() }),
        PartnerFault(
            "encrypted-unsigned", .encryption, "The assertion is encrypted and not signed. Anybody can encrypt.",
            .noSignature, only: .saml,
            .text { message throws(LabError) in
                try message.encrypt(message.bareAssertion(), to: message.requireRecipient())
            }),
        PartnerFault(
            "encrypted-elsewhere", .encryption, "The assertion is encrypted to a key that the gateway does not have.",
            .decryptFailed, only: .saml,
            .text { message throws(LabError) in
                let stranger = try message.keys.stranger()
                try message.encrypt(message.assertion, to: stranger.certificate)
            }),
    ]

    static let shapeFaults = [
        PartnerFault(
            "saml-2-token", .shape, "Nothing is wrong: the token is one of SAML 2.0.", rule: nil, only: .wsFederation,
            .draft { $0.token = .saml20 }),
        PartnerFault(
            "trust-13", .shape, "Nothing is wrong: the answer is a collection in the words of WS-Trust 1.3.", rule: nil,
            only: .wsFederation, .draft { $0.trust = .trust13 }),
        PartnerFault(
            "doctype", .shape, "The message begins with a document type and an entity of its own.", .dtdForbidden,
            .text { message throws(LabError) in
                message.text =
                    "<!DOCTYPE r [<!ENTITY name \"\(message.victim.subject)\">]>"
                    + message.text.replacing(">\(message.name)<", with: ">&name;<")
            }),
        PartnerFault(
            "duplicate-id", .shape, "Another element has the ID of the assertion.", .duplicateID,
            .text { message throws(LabError) in
                message.insertAtEnd("<x xmlns=\"urn:example\" \(message.shape.id)=\"\(message.assertionID)\"></x>")
            }),
        PartnerFault(
            "deep", .shape, "A hundred elements lie one in the other.", .depthLimit,
            .text { message throws(LabError) in
                message.insertAtEnd(
                    String(repeating: "<x xmlns=\"urn:example\">", count: 100)
                        + String(repeating: "</x>", count: 100))
            }),
        PartnerFault(
            "oversize", .shape, "The message is larger than 600 KB.", .tooLarge,
            .text { message throws(LabError) in message.insertAtEnd(String(repeating: " ", count: 600_000)) }),
        PartnerFault(
            "deflate-bomb", .shape,
            "Instead of an answer, a sign-out by redirect that inflates a thousandfold, to 4 MB.", .tooLarge,
            only: .saml, .text { message throws(LabError) in message.isBomb = true }),
    ]
}
