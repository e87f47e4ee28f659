import FoundationEssentials
import JSON
import SAML
import Upstream

extension Finding {
    mutating func reject(_ rejection: SAMLRejection) {
        reject(rejection.reason.rawValue, rejection.detail, at: rejection.position)
        if !rejection.statusCodes.isEmpty {
            more.append(("status", .array(rejection.statusCodes.map { .string($0) })))
        }
        add(rejection.checks)
    }

    mutating func add(_ made: [SAMLCheck]) {
        checks += made.map { check in
            Check(
                check.name, Check.Result(rawValue: check.result.rawValue) ?? .fail, expected: check.expected,
                actual: check.actual)
        }
        isComplete = !checks.contains { $0.result == .skipped }
    }

    mutating func add(_ examination: SAMLExamination) {
        switch examination.verdict {
        case .success(let verified):
            signed = verified.signatures.map(\.json)
            identity = verified.json
            add(examination.checks)
        case .failure(let rejection):
            reject(rejection)
        }
    }

    mutating func add(_ signature: SAMLSignatureEvidence?) {
        if let signature { signed.append(signature.json) }
    }
}

extension SAMLSignatureEvidence {
    var json: JSONValue {
        .object([
            "element": .string(element), "id": .string(id), "alg": .string(algorithm), "digest": .string(digest),
            "key": .string(key), "bits": .integer(Int64(bits)),
        ])
    }
}

extension VerifiedAssertion {
    fileprivate var json: JSONObject {
        var object = JSONObject()
        object["issuer"] = .string(issuer)
        object["subject"] = .string(subject.value)
        object["format"] = .string(subject.format)
        var named = JSONObject()
        for attribute in attributes {
            let before = named[attribute.name]?.array ?? []
            named[attribute.name] = .array(before + attribute.values.map { .string($0) })
        }
        object["attributes"] = .object(named)
        object["authn_instant"] = .string(SAMLInstant.write(authenticatedAt))
        if let contextClass { object["acr"] = .string(contextClass) }
        if let sessionIndex { object["session_index"] = .string(sessionIndex) }
        object["not_on_or_after"] = .string(SAMLInstant.write(notOnOrAfter))
        return object
    }
}
