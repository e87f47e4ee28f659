import FoundationEssentials
import JSON
import SAML
import Upstream

extension Question {
    /// The single logout endpoint's check of a peer's message.
    static let samlLogout = Question(
        name: "saml logout", summary: "Check a logout message as the single logout endpoint does.", kind: .samlLogout,
        input: .files,
        options: [
            Option(
                name: "peer-cert", value: "PEM", summary: "a certificate or key that may have signed",
                isRepeatable: true),
            Option(name: "peer-metadata", value: "FILE", summary: "the peer's metadata, instead"),
            Option(name: "slo-url", value: "URL", summary: "our endpoint, which Destination must name"),
            Option(name: "peer-entity-id", value: "URI", summary: "who must have sent it; else as in the metadata"),
            Option(name: "redirect-query", value: nil, summary: "the input is the query string of a redirect"),
            Option(name: "decrypt-key", value: "PEM", summary: "a private key of ours", isRepeatable: true),
            Option(name: "request-id", value: "ID", summary: "the request of ours that a response must answer"),
        ]
    ) { subject, circumstances throws(CommandFailure) in
        let arguments = circumstances.arguments
        var finding = Finding(.samlLogout, circumstances)
        let peer = try SAMLPeer.read(
            circumstances, certificates: "peer-cert", metadata: "peer-metadata", &finding
        ) { metadata in
            (metadata.identityProvider?.keys.verificationKeys ?? [])
                + (metadata.serviceProvider?.keys.verificationKeys ?? [])
        }
        guard let peer else { return finding }
        let decryptionKeys = try circumstances.decryptionKeys("decrypt-key")
        do throws(SAMLRejection) {
            let received =
                arguments.has("redirect-query")
                ? try SAMLReceivedLogout(redirectQuery: subject.query)
                : try SAMLReceivedLogout(xml: subject.message(circumstances))
            let named = arguments.value("peer-entity-id") ?? peer.metadata?.entityID
            var expectations = SAMLReceivedLogout.Expectations(
                issuer: named ?? received.issuer, keys: peer.keys, endpoint: arguments.value("slo-url"),
                requestID: arguments.value("request-id"))
            expectations.decryptionKeys = decryptionKeys
            expectations.skew = circumstances.skew
            let verified = try received.verified(expectations, now: circumstances.now)
            finding.add(verified.signature)
            finding.add(
                verified.checks.map { check in
                    check.name == "issuer" && named == nil
                        ? SAMLCheck("issuer", .skipped, actual: check.actual) : check
                })
            finding.more.append(("logout", .object(verified.message.json)))
        } catch {
            finding.reject(error)
        }
        return finding
    }
}

extension SAMLReceivedLogout.Verified.Message {
    fileprivate var json: JSONObject {
        var object = JSONObject()
        switch self {
        case .request(let request):
            object["message"] = "request"
            object["id"] = .string(request.id)
            object["issuer"] = .string(request.issuer)
            object["subject"] = .string(request.nameID.value)
            object["format"] = .string(request.nameID.format)
            object["session_index"] = .array(request.sessionIndexes.map { .string($0) })
            object["not_on_or_after"] = .string(SAMLInstant.write(request.notOnOrAfter))
        case .response(let response):
            object["message"] = "response"
            object["id"] = .string(response.id)
            object["issuer"] = .string(response.issuer)
            object["status"] = .array(response.statusCodes.map { .string($0) })
        }
        return object
    }
}
