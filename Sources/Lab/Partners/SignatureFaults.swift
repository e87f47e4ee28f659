internal import Cryptography
internal import SAML

/// Signatures that are missing, somebody else's, weak, or over something else.
extension PartnerFault {
    static let signatureFaults = [
        PartnerFault(
            "unsigned", .signature, "The assertion carries no signature.", .noSignature,
            .text { message throws(LabError) in message.replaceAssertion(try message.bareAssertion()) }),
        PartnerFault(
            "other-key", .signature,
            "Another key signed, whose certificate is in the message and nowhere in the metadata.", .untrustedKey,
            .text { message throws(LabError) in
                let stranger = try message.keys.stranger()
                try message.sign(HandmadeSignature(.rsa(stranger.key), certificate: stranger.certificate))
            }),
        PartnerFault(
            "altered", .signature, "The address was changed after signing.", .digestMismatch,
            .text { message throws(LabError) in
                message.text = message.text.replacing(message.person.email, with: message.victim.email)
            }),
        PartnerFault(
            "sha1-digest", .signature, "The key is the right one, the digest of what it signs is SHA-1.",
            .weakAlgorithm,
            .text { message throws(LabError) in
                try message.sign(
                    HandmadeSignature(
                        .rsa(message.keys.current.key), digest: .sha1,
                        certificate: message.keys.current.certificate))
            }),
        PartnerFault(
            "sha1-signature", .signature, "The signature says that it is RSA with SHA-1.", .weakAlgorithm,
            .text { message throws(LabError) in
                try message.sign(
                    HandmadeSignature(
                        .claimed(message.keys.current.key, uri: "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
                        digest: .sha1, certificate: message.keys.current.certificate))
            }),
        PartnerFault(
            "hmac", .signature, "The signature is an HMAC whose key is the public certificate.",
            .unsupportedAlgorithm,
            .text { message throws(LabError) in
                let certificate = message.keys.current.certificate
                try message.sign(HandmadeSignature(.hmac(Secret(certificate.pem())), certificate: certificate))
            }),
        PartnerFault(
            "comment", .signature,
            "A comment cuts the name identifier in two, which the signature does not cover.", .commentInValue,
            .text { message throws(LabError) in
                let name = message.name
                message.text = message.text.replacing(
                    ">\(name)<", with: ">\(name.prefix(3))<!---->\(name.dropFirst(3))<")
            }),
    ]

    /// The attacks of Somorovsky and others, "On Breaking SAML" (2012): a signed message that says what was never signed.
    /// Each would make somebody else of the person.
    static let wrappingFaults = [
        PartnerFault(
            "xsw-1", .signature, "A forged response around the signed one, which sits in its signature.",
            .unexpectedAssertion, only: .saml, .text { message throws(LabError) in try message.wrap1() }),
        PartnerFault(
            "xsw-2", .signature, "A forged response around the signed one, which sits beside its signature.",
            .unexpectedAssertion, only: .saml, .text { message throws(LabError) in try message.wrap2() }),
        PartnerFault(
            "xsw-3", .signature, "A forged assertion before the signed one.", .multipleAssertions,
            .text { message throws(LabError) in
                message.replaceAssertion(try message.forgedAssertion() + message.assertion)
            }),
        PartnerFault(
            "xsw-4", .signature, "A forged assertion around the signed one.", .unexpectedAssertion,
            .text { message throws(LabError) in
                var forged = try message.forgedAssertion()
                forged.insert(try message.assertion, beforeEndOf: message.shape.assertion)
                message.replaceAssertion(forged)
            }),
        PartnerFault(
            "xsw-5", .signature, "A forged assertion with the signature of the true one, which comes after it.",
            .multipleAssertions,
            .text { message throws(LabError) in
                message.replaceAssertion(
                    try message.forgedAssertion(carrying: message.signature) + message.bareAssertion())
            }),
        PartnerFault(
            "xsw-6", .signature, "A forged assertion in whose signature the true one sits.", .unexpectedAssertion,
            .text { message throws(LabError) in
                var signature = try message.signature
                signature.insert(try message.bareAssertion(), beforeEndOf: "ds:Signature")
                message.replaceAssertion(try message.forgedAssertion(carrying: signature))
            }),
        PartnerFault(
            "xsw-7", .signature, "A forged assertion among the extensions, before the signed one.",
            .unexpectedAssertion, only: .saml,
            .text { message throws(LabError) in
                let assertion = try message.assertion
                let forged = try message.forgedAssertion()
                message.replaceAssertion(
                    "<samlp:Extensions xmlns:samlp=\"\(ForgedMessage.protocolNamespace)\">\(forged)</samlp:Extensions>"
                        + assertion)
            }),
        PartnerFault(
            "xsw-8", .signature, "A forged assertion in whose signature the true one sits as an object.",
            .unexpectedAssertion,
            .text { message throws(LabError) in
                var signature = try message.signature
                signature.insert(
                    "<ds:Object>\(try message.bareAssertion())</ds:Object>", beforeEndOf: "ds:Signature")
                message.replaceAssertion(try message.forgedAssertion(carrying: signature))
            }),
        PartnerFault(
            "two-assertions", .signature, "An unsigned copy follows the signed assertion.", .multipleAssertions,
            .text { message throws(LabError) in
                message.replaceAssertion(try message.assertion + message.forgedAssertion())
            }),
    ]
}
