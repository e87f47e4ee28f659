package import Directory
internal import FoundationEssentials
package import JSON
package import Storage

/// The story of one sign-in in plain sentences: what `vestibule explain ID` prints, and the API answers.
package struct Explanation: Sendable {
    package let json: JSONValue
    package let text: String

    /// - Parameter applicationName: As the settings of that version have it; nil where it is gone.
    package init(_ record: SignInRecord, tenant: Tenant, applicationName: String?) {
        let whole = record.content.whole ?? .object(JSONObject())
        var object = JSONObject()
        object["id"] = .string(record.id.description)
        object["at"] = .string(record.at.iso8601)
        object["tenant"] = .string(record.tenant.description)
        object["outcome"] = .string(record.outcome.rawValue)
        if let number = record.errorNumber { object["error"] = .string("AADSTS\(number)") }
        if let failure = record.failureID { object["failure"] = .string(failure) }
        object["settingsVersion"] = .integer(record.settingsVersion)
        object["record"] = whole
        json = .object(object)

        var lines = ["Sign-in \(record.id) at \(record.at.iso8601), organisation \(tenant.displayName)."]
        let personal = whole["personal"]
        let who = personal?["email"]?.string ?? personal?["subject"]?.string ?? "somebody (erased)"
        let issuer = whole["identity"]?["issuer"]?.string ?? "nobody"
        lines.append("\(who), vouched for by \(issuer), wanted \(applicationName ?? "a page of the gateway itself").")
        let address = personal?["address"]?.string ?? "an address that was erased"
        let client = whole["input"]?["client"]
        lines.append(
            "It came from \(address), with a \(client?["kind"]?.string ?? "client") on \(client?["platform"]?.string ?? "an unknown platform")."
        )
        let sentences = personal?["sentences"]?.array ?? []
        for (number, json) in (whole["steps"]?.array ?? []).enumerated() {
            let told = number < sentences.count ? sentences[number].array ?? [] : []
            guard let step = RecordedStep(explaining: json, sentences: told) else { continue }
            lines.append("")
            lines.append("\(Self.title(step.name)): \(step.verdict)")
            for reason in step.reasons {
                let setting = reason.setting.map { "  [\($0)]" } ?? ""
                lines.append("  \(reason.met ? "yes" : "NO ") \(reason.rule): \(reason.detail)\(setting)")
            }
        }
        lines.append("")
        switch record.outcome {
        case .success: lines.append("Outcome: signed in, with version \(record.settingsVersion) of the settings.")
        case .interrupted: lines.append("Outcome: waiting for the person.")
        case .failure:
            let number = record.errorNumber.map { " with AADSTS\($0)" } ?? ""
            lines.append("Outcome: refused\(number), with version \(record.settingsVersion) of the settings.")
        }
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func title(_ step: String) -> String {
        switch step {
        case "homeRealm": "Which home"
        case "partner": "What the home proved"
        case "guestMapping": "Which guest"
        case "signUp": "Whether they may sign up"
        case "connector": "What the connector said"
        case "access": "What the rules said"
        case "consent": "Consent"
        case "issue": "What was issued"
        default: step
        }
    }
}

extension RecordedStep {
    /// As stored: the sentences lie apart, and may have been erased.
    fileprivate init?(explaining json: JSONValue, sentences: [JSONValue]) {
        guard let name = json["step"]?.string, let verdict = json["verdict"]?.string else { return nil }
        var reasons: [Reason] = []
        for (number, reason) in (json["reasons"]?.array ?? []).enumerated() {
            guard let rule = reason["rule"]?.string, let met = reason["met"]?.bool else { return nil }
            let sentence = number < sentences.count ? sentences[number].string : nil
            reasons.append(Reason(rule, met: met, sentence ?? "(erased)", setting: reason["setting"]?.string))
        }
        self.init(name, verdict, reasons)
    }
}
