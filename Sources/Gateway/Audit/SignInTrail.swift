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
        let content = CommittedRecord(
            personalAt: "/personal", canonical: personal(input, identity), salt: salt
        ) { writer in
            writer.member("version", Self.version)
            writer.object("input") { input.write(to: &$0) }
            writer.object("identity") { writer in
                writer.member("issuer", identity.key.issuer)
                writer.member("kind", identity.kind.rawValue)
                writer.member("digest", identity.evidenceDigest)
            }
            writer.array("steps") { writer in
                for step in steps { step.writePublic(to: &writer) }
            }
            if let issued { writer.member("issued", .object(issued)) }
        }
        return SignInRecord(
            tenant: tenant, id: id, at: input.at, user: input.user?.id, application: input.application,
            outcome: outcome, errorNumber: refusal?.number, settingsVersion: input.settingsVersion,
            failureID: failureID, content: content)
    }

    /// One value, so that it costs one commitment: canonical, its members in the order of their names.
    private func personal(_ input: SignInInput, _ identity: ExternalIdentity) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("address", input.network.address)
            writer.member("email", ifPresent: identity.email?.description)
            writer.member("homeUser", ifPresent: identity.homeUser)
            writer.member("name", ifPresent: identity.displayName)
            writer.array("sentences") { writer in
                for step in steps {
                    writer.array { writer in
                        for reason in step.reasons { writer.element(reason.detail) }
                    }
                }
            }
            writer.member("subject", identity.key.subject)
        }
        return writer.bytes
    }
}

extension RecordedStep {
    /// Without the reasons' sentences, which may name people.
    fileprivate func writePublic(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("step", name)
            writer.member("verdict", verdict)
            writer.array("reasons") { writer in
                for reason in reasons {
                    writer.object { writer in
                        writer.member("rule", reason.rule)
                        writer.member("met", reason.met)
                        writer.member("setting", ifPresent: reason.setting)
                    }
                }
            }
        }
    }
}

extension SignInInput {
    /// Everything but what is personal: the network address and the home's name for the user.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("version", Int64(Self.version))
        writer.member("at", at.recorded)
        writer.member("settings", settingsVersion)
        if let user { writer.object("user") { user.write(to: &$0) } }
        if let home { writer.object("home") { home.write(to: &$0) } }
        writer.member("application", ifPresent: application?.description)
        writer.member("resource", ifPresent: resource?.description)
        writer.member("scopes", scopes)
        writer.object("network") { $0.member("country", ifPresent: network.country) }
        writer.object("client") { writer in
            writer.member("platform", client.platform.rawValue)
            writer.member("kind", client.kind.rawValue)
        }
        if let evidence { writer.object("evidence") { evidence.write(to: &$0) } }
        writer.object("signals") { writer in
            for (name, value) in signals.sorted(by: { $0.key < $1.key }) { writer.member(name, value) }
        }
    }
}

extension UserFacts {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("id", id.description)
        writer.member("type", userType.rawValue)
        writer.member("creation", ifPresent: creationType?.rawValue)
        writer.member("state", ifPresent: externalUserState?.rawValue)
        writer.member("enabled", accountEnabled)
        writer.member("groups", groups.map(\.description))
        writer.member("roles", directoryRoles.map(\.rawValue))
        writer.member("appRoles", appRoles)
        writer.array("assignments") { writer in
            for assignment in assignments {
                writer.object { assignment.write(to: &$0) }
            }
        }
    }
}

extension Assignment {
    fileprivate func write(to writer: inout JSONWriter) {
        switch principal {
        case .user(let id): writer.member("user", id.description)
        case .group(let id): writer.member("group", id.description)
        }
        writer.member("application", application.description)
        writer.member("role", ifPresent: role?.description)
    }
}

extension HomeFacts {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("kind", kind.rawValue)
        writer.member("issuer", issuer)
        writer.member("partner", ifPresent: partner?.description)
        writer.member("tenant", ifPresent: homeTenant)
        writer.member("groups", homeGroups)
        writer.member("emailDomain", ifPresent: emailDomain?.description)
        writer.member("emailVerified", emailIsVerified)
    }
}

extension AuthenticationEvidence {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("at", authenticatedAt.recorded)
        writer.member("methods", methods)
        writer.member("context", ifPresent: context)
        if let multiFactor { writer.member("mfa", multiFactor) }
        if let deviceIsCompliant { writer.member("compliant", deviceIsCompliant) }
        if let deviceIsHybridJoined { writer.member("joined", deviceIsHybridJoined) }
    }
}

extension Date {
    /// Milliseconds since 1970.
    fileprivate var recorded: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }
}
