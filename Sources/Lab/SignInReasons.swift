internal import JSON
internal import Server

/// Why a sign-in went as it did, as `vestibule explain` tells it.
struct SignInReasons: Sendable {
    struct Step: Sendable {
        struct Reason: Sendable {
            let rule: String
            let isMet: Bool
            let detail: String
            let setting: String?
        }

        let name: String
        let verdict: String
        let reasons: [Reason]
    }

    struct Story: Sendable {
        let steps: [Step]
        /// The same for a terminal.
        let text: String
    }

    let controlSocket: String?

    /// Asks the running gateway, as its owner's commands do.
    @concurrent
    func of(_ signInID: String) async throws(LabError) -> Story {
        guard let controlSocket else { throw LabError("this demo was started without a control socket to ask") }
        let request: JSONValue = ["operation": "explain", "parameters": ["id": .string(signInID)]]
        let answer: JSONValue
        do {
            let line = try ControlSocket.call(
                path: controlSocket, request: JSONWriter.write(request), timeout: .seconds(5)
            ).line
            answer = try JSONReader.read(line)
        } catch {
            throw LabError("the gateway did not tell the reasons: \(error)")
        }
        guard answer["exit"]?.integer == 0, let text = answer["text"]?.string else {
            let sentence = answer["json"]?["error"]?.string ?? answer["note"]?.string
            throw LabError(sentence ?? "the gateway knows no reasons for this sign-in")
        }
        return Story(steps: Self.steps(answer["json"]?["record"]), text: text)
    }

    /// The steps of a record; their sentences lie apart, because they may be erased. None where the record has another
    /// shape than we know: then there is the text.
    private static func steps(_ record: JSONValue?) -> [Step] {
        let sentences = record?["personal"]?["sentences"]?.array ?? []
        var steps: [Step] = []
        for (number, json) in (record?["steps"]?.array ?? []).enumerated() {
            guard let name = json["step"]?.string, let verdict = json["verdict"]?.string else { return [] }
            let told = number < sentences.count ? sentences[number].array ?? [] : []
            var reasons: [Step.Reason] = []
            for (number, reason) in (json["reasons"]?.array ?? []).enumerated() {
                guard let rule = reason["rule"]?.string, let isMet = reason["met"]?.bool else { return [] }
                let detail = number < told.count ? told[number].string : nil
                reasons.append(
                    Step.Reason(
                        rule: rule, isMet: isMet, detail: detail ?? "erased", setting: reason["setting"]?.string))
            }
            steps.append(Step(name: title(name), verdict: verdict, reasons: reasons))
        }
        return steps
    }

    private static func title(_ step: String) -> String {
        switch step {
        case "homeRealm": "Which home"
        case "partner": "What the home proved"
        case "guestMapping": "Which guest"
        case "access": "What the rules said"
        case "consent": "Consent"
        case "issue": "What was issued"
        default: step
        }
    }
}
