import FoundationEssentials
import JSON
import SAML

extension Question {
    /// The single sign-on endpoint's check of an application's request.
    static let samlRequest = Question(
        name: "saml request", summary: "Check an AuthnRequest as the single sign-on endpoint does.",
        kind: .samlRequest, input: .files,
        options: [
            Option(name: "sp-metadata", value: "FILE", summary: "the application's metadata"),
            Option(name: "sso-url", value: "URL", summary: "our endpoint, which Destination must name"),
            Option(name: "redirect-query", value: nil, summary: "the input is the query string of a redirect"),
        ]
    ) { subject, circumstances throws(CommandFailure) in
        var finding = Finding(.samlRequest, circumstances)
        _ = try circumstances.arguments.required("sp-metadata")
        guard let provider = try circumstances.metadata("sp-metadata", &finding) else { return finding }
        do throws(SAMLRejection) {
            let received = try subject.request(circumstances)
            do throws(SAMLRequestRefusal) {
                let valid = try received.validated(
                    for: provider, at: circumstances.arguments.value("sso-url"), now: circumstances.now,
                    skew: circumstances.skew)
                finding.add(valid.signature)
                finding.add(valid.checks)
                finding.more.append(("request", .object(valid.json)))
            } catch .rejected(let rejection) {
                finding.reject(rejection)
            } catch {
                finding.reject("status_not_success", "it would be answered with a status: \(error)")
            }
        } catch {
            finding.reject(error)
        }
        return finding
    }
}

extension Subject {
    fileprivate func request(_ circumstances: Circumstances) throws(SAMLRejection) -> SAMLReceivedRequest {
        guard circumstances.arguments.has("redirect-query") else {
            return try SAMLReceivedRequest(xml: message(circumstances))
        }
        return try SAMLReceivedRequest(redirectQuery: query)
    }

    /// The query string of a redirect, as it is.
    var query: String { String(decoding: bytes.withoutLineEnd, as: UTF8.self) }
}

extension SAMLValidRequest {
    fileprivate var json: JSONObject {
        var object = JSONObject()
        object["id"] = .string(request.id)
        object["issuer"] = .string(provider)
        object["acs"] = .string(assertionConsumer.location)
        object["force_authn"] = .bool(request.forcesAuthentication)
        object["is_passive"] = .bool(request.isPassive)
        if let format = request.nameIDPolicy?.format { object["name_id_format"] = .string(format) }
        if let context = request.requestedContext {
            object["comparison"] = .string(context.comparison.rawValue)
            object["acr"] = .array(context.classes.map { .string($0) })
        }
        if let relayState { object["relay_state"] = .string(relayState) }
        return object
    }
}
