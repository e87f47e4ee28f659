internal import Access
internal import Directory
internal import FoundationEssentials
internal import JSON
internal import Upstream

/// One decision of a sign-in as it is kept: which, what it came to, and why.
struct RecordedStep: Sendable, Hashable {
    /// `homeRealm`, `partner`, `guestMapping`, `signUp`, `connector`, `access`, `consent`, `issue`.
    var name: String
    var verdict: String
    var reasons: [Reason]

    init(_ name: String, _ verdict: String, _ reasons: [Reason] = []) {
        self.name = name
        self.verdict = verdict
        self.reasons = reasons
    }

    var json: JSONValue {
        ["step": .string(name), "verdict": .string(verdict), "reasons": .array(reasons.map(\.json))]
    }

    init?(json: JSONValue) {
        guard let name = json["step"]?.string, let verdict = json["verdict"]?.string else { return nil }
        self.init(name, verdict, (json["reasons"]?.array ?? []).compactMap(Reason.init(json:)))
    }
}

extension Reason {
    var json: JSONValue {
        var object = JSONObject()
        object["rule"] = .string(rule)
        object["met"] = .bool(met)
        object["detail"] = .string(detail)
        if let setting { object["setting"] = .string(setting) }
        return .object(object)
    }

    init?(json: JSONValue) {
        guard let rule = json["rule"]?.string, let met = json["met"]?.bool, let detail = json["detail"]?.string
        else { return nil }
        self.init(rule, met: met, detail, setting: json["setting"]?.string)
    }
}
