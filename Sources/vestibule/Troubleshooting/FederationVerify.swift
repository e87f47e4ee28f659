import FoundationEssentials
import SAML

extension Question {
    /// The rules of the WS-Federation callback.
    static let federationVerify = Question(
        name: "wsfed verify", summary: "Check a WS-Federation answer as the callback does.", kind: .federationResponse,
        input: .files,
        options: [
            Option(
                name: "sts-cert", value: "PEM", summary: "a certificate or key that may have signed",
                isRepeatable: true),
            Option(name: "sts-metadata", value: "FILE", summary: "the token service's metadata, instead"),
            Option(name: "realm", value: "URI", summary: "our realm: AppliesTo and audience"),
            Option(name: "issuer", value: "URI", summary: "who must have issued it; else as in the metadata"),
            Option(name: "decrypt-key", value: "PEM", summary: "a private key of ours", isRepeatable: true),
        ],
        leniencies: [.sha1, .rsa1024, .rsa15, .tripleDES, .cbc, .emptyURI, .noAudience, .comments]
    ) { subject, circumstances throws(CommandFailure) in
        var finding = Finding(.federationResponse, circumstances)
        let peer = try SAMLPeer.read(
            circumstances, certificates: "sts-cert", metadata: "sts-metadata", &finding
        ) { metadata in
            let roles = metadata.federationRoles.filter { $0.kind == .securityTokenService }
            return roles.flatMap(\.keys.verificationKeys)
        }
        guard let peer else { return finding }
        var terms = WSFederationExaminationTerms()
        terms.keys = peer.keys
        terms.realm = circumstances.arguments.value("realm")
        terms.issuer = circumstances.arguments.value("issuer") ?? peer.metadata?.entityID
        terms.decryptionKeys = try circumstances.decryptionKeys("decrypt-key")
        terms.skew = circumstances.skew
        terms.leniencies = circumstances.messageLeniencies
        do throws(SAMLRejection) {
            let received = try WSFederationReceivedToken(
                xml: subject.message(circumstances), allowsComments: circumstances.leniencies.contains(.comments))
            finding.add(received.examine(on: terms, now: circumstances.now))
        } catch {
            finding.reject(error)
        }
        return finding
    }
}
