/// The spelling of ``ConditionFacts`` among an input's members: only what differs from a plain sign-in is written.
extension ConditionFacts {
    func write(to members: inout [(name: String, fact: Fact)]) {
        func add(_ name: String, _ values: [String]) {
            if !values.isEmpty { members.append(("condition." + name, .list(values))) }
        }
        func add(_ name: String, _ text: String?) {
            if let text { members.append(("condition." + name, .text(text))) }
        }
        if event != .signIn { add("event", event.rawValue) }
        if !mayShowPages { members.append(("condition.mayShowPages", .flag(false))) }
        add("userAction", userAction?.rawValue)
        add("authenticationContexts", authenticationContexts)
        add("methods", methods.map(\.rawValue))
        if let secondFactorAt { members.append(("condition.secondFactorAt", .instant(secondFactorAt))) }
        add("registeredMethods", registeredMethods.map(\.rawValue))
        add("askedHome", askedHome.map(\.rawValue))
        if changedPassword { members.append(("condition.changedPassword", .flag(true))) }
        add("acceptedTerms", acceptedTerms.map(\.id))
        for terms in acceptedTerms {
            members.append(("terms.\(terms.id).version", .number(terms.version)))
            members.append(("terms.\(terms.id).at", .instant(terms.at)))
        }
        add("declinedTerms", declinedTerms)
        add("signInRisk", signInRisk?.rawValue)
        add("userRisk", userRisk?.rawValue)
        guard let device else { return }
        members.append(("device", .flag(true)))
        if let isCompliant = device.isCompliant { members.append(("device.isCompliant", .flag(isCompliant))) }
        if let trustType = device.trustType { members.append(("device.trustType", .text(trustType))) }
        for (name, value) in device.attributes.sorted(by: { $0.key < $1.key }) {
            members.append(("device.attribute." + name, .text(value)))
        }
    }

    /// Nil where a member has a shape or value it can't have.
    init?(_ read: MemberReader) {
        guard let event = read.optional("condition.event", Event.init(rawValue:)),
            let userAction = read.optional("condition.userAction", UserAction.init(rawValue:)),
            let methods = read.all("condition.methods", AuthenticationMethod.init(rawValue:)),
            let registered = read.all("condition.registeredMethods", AuthenticationMethod.init(rawValue:)),
            let askedHome = read.all("condition.askedHome", HomeProof.init(rawValue:)),
            let signInRisk = read.optional("condition.signInRisk", RiskLevel.init(rawValue:)),
            let userRisk = read.optional("condition.userRisk", RiskLevel.init(rawValue:))
        else { return nil }
        var accepted: [AcceptedTerms] = []
        for id in read.list("condition.acceptedTerms") {
            guard let version = read.number("terms.\(id).version"), let at = read.instant("terms.\(id).at") else {
                return nil
            }
            accepted.append(AcceptedTerms(id: id, version: version, at: at))
        }
        self.init(
            event: event ?? .signIn, mayShowPages: read.flag("condition.mayShowPages") ?? true,
            userAction: userAction, authenticationContexts: read.list("condition.authenticationContexts"),
            methods: methods, secondFactorAt: read.instant("condition.secondFactorAt"), registeredMethods: registered,
            askedHome: askedHome, changedPassword: read.flag("condition.changedPassword") ?? false,
            acceptedTerms: accepted, declinedTerms: read.list("condition.declinedTerms"), device: DeviceFacts(read),
            signInRisk: signInRisk, userRisk: userRisk)
    }
}

extension DeviceFacts {
    fileprivate init?(_ read: MemberReader) {
        guard read.flag("device") == true else { return nil }
        var attributes: [String: String] = [:]
        for (name, fact) in read.members where name.hasPrefix("device.attribute.") {
            if case .text(let value) = fact { attributes[String(name.dropFirst("device.attribute.".count))] = value }
        }
        self.init(
            isCompliant: read.flag("device.isCompliant"), trustType: read.text("device.trustType"),
            attributes: attributes)
    }
}
