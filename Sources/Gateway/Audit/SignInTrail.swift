internal import Access
internal import Directory
internal import FoundationEssentials
internal import JSON
internal import Storage

/// What a sign-in did and why, gathered step by step and written once with what it led to.
///
/// The record holds the whole input that the policy model can ask about, so a later release can ask it something new.
/// Addresses, names and reasons' sentences go into its erasable part; the rest says nothing about who it was.
struct SignInTrail: Sendable {
    static let version: Int64 = 1

    let id: SignIn.ID
    let tenant: Tenant.ID
    var steps: [RecordedStep] = []
    var issued: JSONObject?

    func record(
        _ input: SignInInput, identity: ExternalIdentity, outcome: SignInRecord.Outcome, refusal: Refusal? = nil,
        failureID: String? = nil, salt: [UInt8]
    ) -> SignInRecord {
        // One value, so that it costs one commitment.
        var personal = JSONObject()
        personal["address"] = .string(input.network.address)
        personal["subject"] = .string(identity.key.subject)
        if let email = identity.email { personal["email"] = .string(email.description) }
        if let name = identity.displayName { personal["name"] = .string(name) }
        if let homeUser = identity.homeUser { personal["homeUser"] = .string(homeUser) }
        personal["sentences"] = .array(steps.map { .array($0.reasons.map { .string($0.detail) }) })
        var members = JSONObject()
        members["version"] = .integer(Self.version)
        members["input"] = input.recorded
        members["identity"] = [
            "issuer": .string(identity.key.issuer), "kind": .string(identity.kind.rawValue),
            "digest": .string(identity.evidenceDigest),
        ]
        members["steps"] = .array(steps.map(\.publicJSON))
        if let issued { members["issued"] = .object(issued) }
        return SignInRecord(
            tenant: tenant, id: id, at: input.at, user: input.user?.id, application: input.application,
            outcome: outcome, errorNumber: refusal?.number, settingsVersion: input.settingsVersion,
            failureID: failureID,
            content: CommittedRecord(members, personal: [(path: "/personal", value: .object(personal))], salt: salt))
    }
}

extension RecordedStep {
    /// Without the reasons' sentences, which may name people.
    var publicJSON: JSONValue {
        [
            "step": .string(name), "verdict": .string(verdict),
            "reasons": .array(
                reasons.map { reason in
                    var object = JSONObject()
                    object["rule"] = .string(reason.rule)
                    object["met"] = .bool(reason.met)
                    if let setting = reason.setting { object["setting"] = .string(setting) }
                    return .object(object)
                }),
        ]
    }
}

extension SignInInput {
    /// Everything but what is personal: the network address and the home's name for the user.
    var recorded: JSONValue {
        var object = JSONObject()
        object["version"] = .integer(Int64(Self.version))
        object["at"] = .integer(Int64((at.timeIntervalSince1970 * 1000).rounded()))
        object["settings"] = .integer(settingsVersion)
        if let user { object["user"] = user.recorded }
        if let home { object["home"] = home.recorded }
        if let application { object["application"] = .string(application.description) }
        if let resource { object["resource"] = .string(resource.description) }
        object["scopes"] = .array(scopes.map { .string($0) })
        var network = JSONObject()
        if let country = self.network.country { network["country"] = .string(country) }
        object["network"] = .object(network)
        object["client"] = ["platform": .string(client.platform.rawValue), "kind": .string(client.kind.rawValue)]
        if let evidence { object["evidence"] = evidence.recorded }
        var signals = JSONObject()
        for (name, value) in self.signals.sorted(by: { $0.key < $1.key }) { signals[name] = .string(value) }
        object["signals"] = .object(signals)
        return .object(object)
    }
}

extension UserFacts {
    fileprivate var recorded: JSONValue {
        var object = JSONObject()
        object["id"] = .string(id.description)
        object["type"] = .string(userType.rawValue)
        if let creationType { object["creation"] = .string(creationType.rawValue) }
        if let externalUserState { object["state"] = .string(externalUserState.rawValue) }
        object["enabled"] = .bool(accountEnabled)
        object["groups"] = .array(groups.map { .string($0.description) })
        object["roles"] = .array(directoryRoles.map { .string($0.rawValue) })
        object["appRoles"] = .array(appRoles.map { .string($0) })
        object["assignments"] = .array(assignments.map(\.recorded))
        return .object(object)
    }
}

extension Assignment {
    fileprivate var recorded: JSONValue {
        var object = JSONObject()
        switch principal {
        case .user(let id): object["user"] = .string(id.description)
        case .group(let id): object["group"] = .string(id.description)
        }
        object["application"] = .string(application.description)
        if let role { object["role"] = .string(role.description) }
        return .object(object)
    }
}

extension HomeFacts {
    fileprivate var recorded: JSONValue {
        var object = JSONObject()
        object["kind"] = .string(kind.rawValue)
        object["issuer"] = .string(issuer)
        if let partner { object["partner"] = .string(partner.description) }
        if let homeTenant { object["tenant"] = .string(homeTenant) }
        object["groups"] = .array(homeGroups.map { .string($0) })
        if let emailDomain { object["emailDomain"] = .string(emailDomain.description) }
        object["emailVerified"] = .bool(emailIsVerified)
        return .object(object)
    }
}

extension AuthenticationEvidence {
    fileprivate var recorded: JSONValue {
        var object = JSONObject()
        object["at"] = .integer(Int64((authenticatedAt.timeIntervalSince1970 * 1000).rounded()))
        object["methods"] = .array(methods.map { .string($0) })
        if let context { object["context"] = .string(context) }
        if let multiFactor { object["mfa"] = .bool(multiFactor) }
        if let deviceIsCompliant { object["compliant"] = .bool(deviceIsCompliant) }
        if let deviceIsHybridJoined { object["joined"] = .bool(deviceIsHybridJoined) }
        return .object(object)
    }
}
