import Cryptography
import Upstream
import XML

extension Question {
    /// The verifier of XML signatures, without any opinion about what is signed.
    static let xmlVerify = Question(
        name: "xml verify", summary: "Verify an XML signature.", kind: .xml, input: .files,
        options: [
            Option(
                name: "cert", value: "PEM", summary: "a certificate whose key may have signed", isRepeatable: true),
            Option(name: "key", value: "PEM", summary: "a public key that may have signed", isRepeatable: true),
            Option(name: "id-attr", value: "LIST", summary: "names of ID attributes; ID,AssertionID or ID,Id,id"),
            Option(name: "profile", value: "PROFILE", summary: "saml or generic; saml"),
        ],
        leniencies: [.sha1, .rsa1024, .emptyURI, .comments],
        details: """
            saml: one enveloped signature of the first element that carries one, as the server verifies it.
            generic: the first signature of the document, with several references to any elements of it.
            """
    ) { subject, circumstances throws(CommandFailure) in
        let profile = try SignatureProfile(circumstances)
        var finding = Finding(.xml, circumstances)
        guard let certified = try circumstances.verificationKeys("cert", &finding),
            let bare = try circumstances.verificationKeys("key", &finding)
        else { return finding }
        guard !(certified + bare).isEmpty else { throw .usage("--cert or --key is missing") }
        let document: XMLDocument
        do throws(XMLError) {
            document = try XMLDocument(
                parsing: subject.markup(circumstances), limits: profile.isGeneric ? .metadata : .message,
                allowsComments: profile.isGeneric || circumstances.leniencies.contains(.comments),
                idAttributes: Set(profile.idAttributes))
        } catch {
            finding.reject(error)
            return finding
        }
        do throws(XMLSignatureError) {
            finding.accept(try profile.verify(document, keys: certified + bare))
            finding.checks.append(Check("signature", .pass))
        } catch {
            finding.checks.append(Check("signature", .fail, actual: error.reasonCode))
            finding.reject(error.reasonCode, error.description)
        }
        return finding
    }
}

/// How a command line wants a signature to be judged.
private struct SignatureProfile {
    let isGeneric: Bool
    let idAttributes: [String]
    private var policy: XMLSignaturePolicy

    init(_ circumstances: Circumstances) throws(CommandFailure) {
        switch circumstances.arguments.value("profile") ?? "saml" {
        case "saml": (isGeneric, policy) = (false, .saml)
        case "generic": (isGeneric, policy) = (true, .generic)
        default: throw .usage("--profile must be saml or generic")
        }
        let names = circumstances.arguments.value("id-attr") ?? (isGeneric ? "ID,Id,id" : "ID,AssertionID")
        idAttributes = names.split(separator: ",").map(String.init)
        policy.allowsSHA1 = circumstances.leniencies.contains(.sha1)
        policy.allowsRSA1024 = circumstances.leniencies.contains(.rsa1024)
        policy.allowsEmptyURI = circumstances.leniencies.contains(.emptyURI)
    }

    func verify(
        _ document: XMLDocument, keys: [VerificationKey]
    ) throws(XMLSignatureError) -> [VerifiedElement] {
        guard !isGeneric else { return try XMLSignature.verifyReferences(document, keys: keys, policy: policy) }
        guard let element = XMLSignature.firstSigned(in: document) else { throw .noSignature }
        let idAttribute = idAttributes.first { element.attribute($0) != nil } ?? "ID"
        return [try XMLSignature.verify(element, keys: keys, idAttribute: idAttribute, policy: policy)]
    }
}
