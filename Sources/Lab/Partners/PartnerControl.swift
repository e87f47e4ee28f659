internal import HTTP
internal import JSON

/// A partner's fault switches: a page for people, and the same as JSON for tests.
///
/// `GET /faults` with `Accept: application/json` lists every fault with its sentence and the rule that should refuse it;
/// `POST /faults` with `{"faults": {"unsigned": true, "clock": -600}}` sets exactly these; `POST /keys` with
/// `{"step": "announce"}` (then `switch`, then `retire`) changes the signing key.
struct PartnerControl: Sendable {
    let partner: FederationPartner

    var routes: [LabRoute] {
        [
            LabRoute([.get], "/faults", show), LabRoute([.post], "/faults", set),
            LabRoute([.post], "/keys", changeKeys),
        ]
    }

    private func show(_ exchange: LabExchange) async -> HTTPResponse {
        let accepted = exchange.request.field("accept") ?? ""
        return accepted.contains("application/json") ? json : PartnerControlPage(partner: partner).response()
    }

    private func set(_ exchange: LabExchange) async -> HTTPResponse {
        guard partner.isFromOwnPage(exchange) else { return .text("This form is not from here.\n", status: 403) }
        do throws(LabError) {
            if let body = exchange.json {
                guard let faults = body["faults"]?.object else { throw LabError("faults is missing or no object") }
                try partner.switches.set(faults.members.map { ($0.name, $0.value) })
                return json
            }
            guard let form = exchange.form else { throw LabError("the form can't be read") }
            try partner.switches.set(form["none"] == nil ? Self.settings(form, partner.switches) : [])
            return .redirect(to: "/faults")
        } catch {
            return refusal(error, exchange)
        }
    }

    private static func settings(
        _ form: LabParameters, _ switches: PartnerSwitches
    ) -> [(name: String, value: JSONValue)] {
        switches.faults.compactMap { fault in
            guard let text = form[fault.name] else { return nil }
            guard fault.takesSeconds else { return (fault.name, true) }
            let number = text.isEmpty ? 0 : Int64(text)
            return (fault.name, number.map { .integer($0) } ?? .string(text))
        }
    }

    private func changeKeys(_ exchange: LabExchange) async -> HTTPResponse {
        guard partner.isFromOwnPage(exchange) else { return .text("This form is not from here.\n", status: 403) }
        do throws(LabError) {
            let body = exchange.json
            guard let name = body?["step"]?.string ?? exchange.form?["step"],
                let step = PartnerKeys.Step(rawValue: name)
            else { throw LabError("step is none of announce, switch and retire") }
            try partner.keys.take(step)
            return body == nil ? .redirect(to: "/faults") : json
        } catch {
            return refusal(error, exchange)
        }
    }

    private func refusal(_ error: LabError, _ exchange: LabExchange) -> HTTPResponse {
        guard exchange.json != nil else { return partner.refusal(error.sentence) }
        return .json(JSONWriter.write(["error": .string(error.sentence)]), status: 400)
    }

    private var json: HTTPResponse {
        let keys: [JSONValue] = partner.keys.shown.map { ["role": .string($0.role), "key": .string($0.identity)] }
        return .json(
            JSONWriter.write([
                "partner": .string(partner.name), "kind": .string(partner.kind.rawValue),
                "faults": partner.switches.json, "keys": .array(keys),
            ]))
    }
}

extension LabExchange {
    /// The body, if it says that it is JSON and is.
    var json: JSONValue? {
        guard let type = request.field("content-type").flatMap({ ContentType($0) }),
            type.mediaType == "application/json"
        else { return nil }
        return try? JSONReader.read(request.body)
    }
}
