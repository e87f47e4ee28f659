internal import Directory

/// What a person is asked to do next.
package enum AccessStep: Sendable, Hashable {
    /// Authenticate again, at home or here.
    case reauthenticate
    /// Go home and come back with proof. The answer is verified; what lacks then is refused.
    case askHome(HomeRequest)
    /// Prove a second factor here, one of these.
    case proveSecondFactor(Set<AuthenticationMethod>)
    /// Register one here first, one of these.
    case registerSecondFactor(Set<AuthenticationMethod>)
    case changePassword
    /// Ids of agreements.
    case acceptTerms([String])
}

/// What a control comes to.
enum ControlState: Hashable {
    case met(String)
    case pending(AccessStep)
    case impossible(Refusal, String)
}

/// One control of one policy, for one sign-in.
struct GrantEvaluation {
    let subject: ConditionSubject
    /// Whether the policy applies because of a sign-in risk: then nothing may be registered now.
    let isBecauseOfRisk: Bool

    func state(_ control: GrantControl) -> ControlState {
        switch control {
        case .builtIn(.block): .impossible(.conditionalAccess, "Access is blocked.")
        case .builtIn(.mfa): multiFactor()
        case .strength(let strength): meets(strength)
        case .builtIn(.compliantDevice): device(.compliantDevice, .deviceNotCompliant)
        case .builtIn(.domainJoinedDevice): device(.hybridJoinedDevice, .deviceNotJoined)
        case .builtIn(.approvedApplication):
            .impossible(.applicationNotApproved, "No client application can prove here that it is approved.")
        case .builtIn(.compliantApplication):
            .impossible(.applicationNotProtected, "No client application can prove here that it is protected.")
        case .builtIn(.passwordChange): passwordChange()
        case .termsOfUse(let id): terms(id)
        case .customFactor(let name): .impossible(.controlUnavailable, "There is no custom factor \(name) here.")
        }
    }

    private var facts: ConditionFacts { subject.input.conditions }

    private var isExternal: Bool { subject.type != nil && subject.type != .internalGuest }

    /// Second factors that this person can use here.
    private var available: Set<AuthenticationMethod> {
        subject.type == nil ? subject.settings.memberMethods : subject.settings.guestMethods
    }

    private func multiFactor() -> ControlState {
        if isExternal {
            switch subject.trusted.multiFactor {
            case .proven: return .met("The home proved several factors.")
            case .notProven:
                return atHome(.multiFactor, .homeProvedNoFactor)
            case .notAccepted where subject.type == .b2bDirectConnectUser:
                return .impossible(
                    .directConnectUntrusted, "Direct connect needs the home's second factor to be trusted.")
            case .notAccepted: break
            }
        }
        if facts.methods.contains(where: \.isSecondFactor) { return .met("A second factor was proven here.") }
        return here(Set(facts.registeredMethods).filter(\.isSecondFactor), available)
    }

    /// Strengths are about people whom a tenant authenticates, ours or another.
    private func meets(_ strength: AuthenticationStrength) -> ControlState {
        var methods = Set(facts.methods)
        if isExternal {
            guard subject.homeTenant != nil else {
                return .impossible(.conditionalAccess, "Strengths are for people whose home is a tenant.")
            }
            switch subject.trusted.multiFactor {
            case .proven, .notProven:
                methods.formUnion(subject.trusted.methods)
                methods.insert(.federatedSingleFactor)
                if strength.isMet(by: methods) { return .met("The home proved a method of the strength.") }
                return atHome(
                    .strength, .homeProvedNoFactor, strength.combinations.reduce(into: []) { $0.formUnion($1) })
            case .notAccepted where subject.type == .b2bDirectConnectUser:
                return .impossible(
                    .directConnectUntrusted, "Direct connect needs the home's second factor to be trusted.")
            case .notAccepted: methods.insert(.federatedSingleFactor)
            }
        }
        if strength.isMet(by: methods) { return .met("The methods used here meet the strength.") }
        let registered = available.intersection(facts.registeredMethods)
        return here(
            registered.filter { strength.isMet(by: methods.union([$0])) },
            available.filter { strength.isMet(by: methods.union([$0])) })
    }

    /// A second factor here: one that is registered, else one that can be.
    private func here(
        _ registered: Set<AuthenticationMethod>, _ registrable: Set<AuthenticationMethod>
    ) -> ControlState {
        if !registered.isEmpty { return .pending(.proveSecondFactor(registered)) }
        if registrable.isEmpty { return .impossible(.conditionalAccess, "No method that can be used here is enough.") }
        if isBecauseOfRisk {
            return .impossible(.registrationBlockedByRisk, "Nothing is registered, and a risky sign-in can't register.")
        }
        return .pending(.registerSecondFactor(registrable))
    }

    /// Trusted evidence that lacks is fetched from the home, once; there is no falling back to a factor here.
    private func atHome(
        _ proof: HomeProof, _ refusal: Refusal, _ methods: Set<AuthenticationMethod> = []
    ) -> ControlState {
        guard let home = subject.input.home, !facts.askedHome.contains(proof),
            let request = HomeRequest(
                for: [proof], isFresh: proof == .multiFactor || proof == .strength, methods: methods, at: home,
                mapping: subject.mapping)
        else { return .impossible(refusal, "The home did not prove it, and can't be asked, or was.") }
        return .pending(.askHome(request))
    }

    private func device(_ proof: HomeProof, _ refusal: Refusal) -> ControlState {
        guard isExternal else {
            let isMet =
                proof == .compliantDevice
                ? subject.device?.isCompliant == true : subject.device?.trustType == "ServerAD"
            return isMet ? .met("The device is known.") : .impossible(refusal, "The device is not known to be so.")
        }
        switch subject.trusted.word(on: proof) {
        case .proven: return .met("The home vouches for the device.")
        case .notProven: return atHome(proof, refusal)
        case .notAccepted: return .impossible(refusal, "The home's word on devices is not accepted.")
        }
    }

    private func passwordChange() -> ControlState {
        guard !isExternal else {
            return .impossible(.riskAtHome, "The password is the home's, and the risk is for the home to clear.")
        }
        return facts.changedPassword ? .met("The password was changed.") : .pending(.changePassword)
    }

    private func terms(_ id: String) -> ControlState {
        guard subject.type != .b2bDirectConnectUser else {
            return .impossible(.controlUnavailable, "Direct connect can't show terms of use.")
        }
        guard let terms = subject.settings.termsOfUse[id] else {
            return .impossible(.controlUnavailable, "There is no agreement \(id).")
        }
        if terms.isAccepted(facts.acceptedTerms, at: subject.input.at) {
            return .met("\(terms.displayName) was accepted.")
        }
        if facts.declinedTerms.contains(id) {
            return .impossible(.termsNotAccepted, "\(terms.displayName) was declined.")
        }
        return .pending(.acceptTerms([id]))
    }
}
