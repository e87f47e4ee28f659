package import Directory
internal import JSON

/// What a connector decided.
package enum ConnectorReply: Sendable, Hashable {
    /// Go on. Before the form, the values fill it in; after it, they stand in place of what was answered.
    case proceed([UserFlowAttribute.ID: AttributeValue])
    /// Nobody is made; the person is told this.
    case block(message: String)
    /// The person stays on the form, and is told this. Only after the form.
    case invalid(message: String)

    /// A longer message is cut: the page is ours.
    static let longestMessage = 1000

    /// - Parameters:
    ///   - asked: What the flow collects; other members of the answer are not read.
    /// - Throws: A clause that says what of the answer is not as documented. A connector that can't be understood has not
    ///   agreed to anything.
    init(
        status: Int, body: [UInt8], step: APIConnector.Step, asked: [UserFlowAttribute]
    ) throws(ConnectorFailure) {
        guard status == 200 || status == 400 else { throw .answer("its status is \(status)") }
        let answer: JSONValue
        do throws(JSONError) {
            answer = try JSONReader.read(body, limits: JSONLimits(bytes: ConnectorExchange.maximumBytes, depth: 8))
        } catch {
            throw .answer("its body is no JSON: \(error)")
        }
        guard case .object(let members) = answer else { throw .answer("its body is \(answer.kind), not an object") }
        guard members["version"]?.string?.isEmpty == false else { throw .answer("it has no version") }
        let action = members["action"]?.string
        switch (status, action) {
        case (200, "Continue"): self = .proceed(try Self.claims(members, asked))
        case (200, "ShowBlockPage"): self = .block(message: try Self.message(members))
        case (400, "ValidationError"):
            guard members["status"]?.integer == 400 || members["status"]?.string == "400" else {
                throw .answer("it is a ValidationError without \"status\": 400")
            }
            guard step == .postAttributeCollection else {
                throw .answer("it is a ValidationError, and nothing was asked of the person yet")
            }
            self = .invalid(message: try Self.message(members))
        default:
            throw .answer("its action is \(action.map { shown($0, limit: 40) } ?? "missing") with the status \(status)")
        }
    }

    private static func message(_ members: JSONObject) throws(ConnectorFailure) -> String {
        guard let message = members["userMessage"]?.string, !message.isEmpty else {
            throw .answer("it has no userMessage")
        }
        return String(message.prefix(longestMessage))
    }

    private static func claims(
        _ members: JSONObject, _ asked: [UserFlowAttribute]
    ) throws(ConnectorFailure) -> [UserFlowAttribute.ID: AttributeValue] {
        var values: [UserFlowAttribute.ID: AttributeValue] = [:]
        for attribute in asked where attribute.id.builtIn != .email {
            guard let (name, value) = member(of: members, for: attribute.id), !value.isNull else { continue }
            values[attribute.id] = try typed(value, attribute, name)
        }
        return values
    }

    /// A custom attribute may come back without its application's id, and the surname under the first step's name.
    private static func member(of members: JSONObject, for id: UserFlowAttribute.ID) -> (String, JSONValue)? {
        var names = [id.description]
        if id.builtIn == .surname { names.append("lastName") }
        if let name = id.customName { names.append("extension_\(name)") }
        for name in names {
            if let value = members[name] { return (name, value) }
        }
        return nil
    }

    private static func typed(
        _ value: JSONValue, _ attribute: UserFlowAttribute, _ name: String
    ) throws(ConnectorFailure) -> AttributeValue {
        switch attribute.dataType {
        case .string:
            if let text = value.string, text.unicodeScalars.count <= attribute.maximumLength { return .string(text) }
        case .boolean:
            if let flag = value.bool { return .boolean(flag) }
        case .int64:
            if let number = value.integer { return .integer(number) }
        }
        throw .answer("its \(name) is no \(attribute.dataType.rawValue) that the attribute can hold")
    }
}

/// Why a connector has no say; the sign-up ends there, with nobody made.
package enum ConnectorFailure: Error, Sendable, Hashable {
    /// Its address or secret can't be used.
    case misconfigured(String)
    /// Asked twice, nothing came.
    case unreachable(String)
    /// What came is not a documented reply; a clause.
    case answer(String)

    /// For the administrator, whole.
    package var cause: String {
        switch self {
        case .misconfigured(let what): "The connector can't be used as configured: \(what)."
        case .unreachable(let what): "The connector did not answer, asked twice. \(what)"
        case .answer(let what): "The connector's answer can't be understood: \(what)."
        }
    }
}
