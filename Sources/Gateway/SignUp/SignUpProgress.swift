internal import Directory
internal import JSON
internal import Storage

/// How far somebody has come with signing up. Kept with the vouched sign-in, on the server.
struct SignUpProgress: Sendable, Hashable {
    var flow: UserFlow.ID
    /// Of the user that will be made.
    var user: User.ID
    /// The connector before the form let the person go on.
    var isCleared = false
    /// What fills the form in; once it is answered, the answers.
    var values: [UserFlowAttribute.ID: AttributeValue] = [:]
    var isAnswered = false
    /// Never kept: the sign-in ends with it.
    var end: SignUpEnd?

    init(flow: UserFlow.ID, user: User.ID) {
        self.flow = flow
        self.user = user
    }

    var json: JSONValue {
        var values = JSONObject()
        for (id, value) in self.values.sorted(by: { $0.key.description < $1.key.description }) {
            values[id.description] = value.json
        }
        return [
            "flow": .string(flow.description), "user": .string(user.description), "cleared": .bool(isCleared),
            "answered": .bool(isAnswered), "values": .object(values),
        ]
    }

    init?(json: JSONValue) {
        guard let flow = json["flow"]?.string.flatMap({ UserFlow.ID($0) }),
            let user = json["user"]?.string.flatMap({ User.ID($0) }), let values = json["values"]?.object
        else { return nil }
        self.init(flow: flow, user: user)
        isCleared = json["cleared"]?.bool ?? false
        isAnswered = json["answered"]?.bool ?? false
        for member in values.members {
            guard let id = UserFlowAttribute.ID(member.name), let value = AttributeValue(json: member.value) else {
                return nil
            }
            self.values[id] = value
        }
    }
}

/// A connector's word after which nobody is made.
enum SignUpEnd: Sendable, Hashable {
    case stopped(connector: String, message: String)
    case unavailable(connector: String, cause: String)
}

/// A sign-up as it stands, with everything that the choice of its next step reads.
struct SignUpStanding: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        case askConnector(APIConnector.ID)
        case answer
        /// The user can be made.
        case ready
        case ended(SignUpEnd)
    }

    var flow: UserFlow
    /// Proven.
    var address: EmailAddress
    var progress: SignUpProgress
    /// As it would be made now.
    var user: User

    var step: Step {
        if let end = progress.end { return .ended(end) }
        if let connector = flow.postFederationSignup, !progress.isCleared { return .askConnector(connector) }
        // An attribute that was added meanwhile is asked for.
        let isWhole = flow.asked.allSatisfy { $0.isOptional || progress.values[$0.attribute.id] != nil }
        return progress.isAnswered && isWhole ? .ready : .answer
    }
}
