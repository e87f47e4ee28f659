package import Directory
package import FoundationEssentials

// Sign-in risk, from what the gateway itself can see. Each signal is explained, and can be switched off; the highest level
// counts. The level goes into the recorded input, so that replay does not compute it again.

/// What can look unusual about a sign-in.
package enum RiskSignal: String, Sendable, Hashable, CaseIterable {
    /// Another country than the sign-in before, sooner than anybody travels.
    case impossibleTravel
    /// A network that the person never used.
    case unfamiliarNetwork
    /// Many failed sign-ins to the account.
    case manyFailures
    /// Many wrong codes, for this account or from this network.
    case codeGuessing
}

package struct SignInRiskSettings: Sendable, Hashable {
    package struct Rule: Sendable, Hashable {
        package var isEnabled: Bool
        package var level: RiskLevel

        package init(isEnabled: Bool = true, level: RiskLevel) {
            self.isEnabled = isEnabled
            self.level = level
        }
    }

    package var impossibleTravel: Rule
    package var unfamiliarNetwork: Rule
    package var manyFailures: Rule
    package var codeGuessing: Rule
    /// Seconds between two countries that nobody travels in.
    package var travelTime: Int
    /// Sign-ins after which a person's networks are known well enough.
    package var learningSignIns: Int
    /// Failed sign-ins in an hour.
    package var failureLimit: Int
    /// Wrong codes in an hour.
    package var codeLimit: Int

    package init(
        impossibleTravel: Rule = Rule(level: .medium), unfamiliarNetwork: Rule = Rule(level: .low),
        manyFailures: Rule = Rule(level: .medium), codeGuessing: Rule = Rule(level: .high), travelTime: Int = 3_600,
        learningSignIns: Int = 5, failureLimit: Int = 10, codeLimit: Int = 5
    ) {
        self.impossibleTravel = impossibleTravel
        self.unfamiliarNetwork = unfamiliarNetwork
        self.manyFailures = manyFailures
        self.codeGuessing = codeGuessing
        self.travelTime = travelTime
        self.learningSignIns = learningSignIns
        self.failureLimit = failureLimit
        self.codeLimit = codeLimit
    }
}

/// What is known of the person's sign-ins before this one.
package struct SignInHistory: Sendable, Hashable {
    package var signIns: Int
    package var lastAt: Date?
    package var lastCountry: String?
    package var lastAddress: String?
    /// As ``NetworkAddress/network`` has them.
    package var networks: Set<String>
    /// In the last hour.
    package var failures: Int
    /// In the last hour, of the account or from the network, whichever is more.
    package var wrongCodes: Int

    package init(
        signIns: Int = 0, lastAt: Date? = nil, lastCountry: String? = nil, lastAddress: String? = nil,
        networks: Set<String> = [], failures: Int = 0, wrongCodes: Int = 0
    ) {
        self.signIns = signIns
        self.lastAt = lastAt
        self.lastCountry = lastCountry
        self.lastAddress = lastAddress
        self.networks = networks
        self.failures = failures
        self.wrongCodes = wrongCodes
    }
}

package struct SignInRisk: Sendable, Hashable {
    package var level: RiskLevel
    /// Those that were seen.
    package var signals: [RiskSignal]
    /// One for each signal that is switched on: met where nothing unusual was seen.
    package var reasons: [Reason]
}

/// - Parameters:
///   - network: Of this sign-in.
///   - history: Before it.
package func signInRisk(
    at now: Date, network: NetworkFacts, history: SignInHistory, settings: SignInRiskSettings = SignInRiskSettings()
) -> SignInRisk {
    var risk = SignInRisk(level: .none, signals: [], reasons: [])
    for signal in RiskSignal.allCases {
        let rule = settings.rule(signal)
        guard rule.isEnabled else { continue }
        let (isSeen, detail) = signal.look(at: now, network, history, settings)
        risk.reasons.append(
            Reason(
                "risk.\(signal.rawValue)", met: !isSeen, detail,
                setting: "identityProtection/signals/\(signal.rawValue)"))
        guard isSeen else { continue }
        risk.signals.append(signal)
        if rule.level.height > risk.level.height { risk.level = rule.level }
    }
    return risk
}

extension SignInRiskSettings {
    func rule(_ signal: RiskSignal) -> Rule {
        switch signal {
        case .impossibleTravel: impossibleTravel
        case .unfamiliarNetwork: unfamiliarNetwork
        case .manyFailures: manyFailures
        case .codeGuessing: codeGuessing
        }
    }
}

extension RiskSignal {
    fileprivate func look(
        at now: Date, _ network: NetworkFacts, _ history: SignInHistory, _ settings: SignInRiskSettings
    ) -> (Bool, String) {
        switch self {
        case .impossibleTravel:
            guard let country = network.country, let last = history.lastCountry, let lastAt = history.lastAt else {
                return (false, "The country of this or of the sign-in before is not known.")
            }
            let minutes = Int(now.timeIntervalSince(lastAt) / 60)
            guard country != last else { return (false, "The sign-in before was from the same country, \(country).") }
            return (
                now.timeIntervalSince(lastAt) < Double(settings.travelTime),
                "The sign-in before was from \(last), \(minutes) minutes earlier; this one is from \(country)."
            )
        case .unfamiliarNetwork:
            guard let place = NetworkAddress(network.address)?.network else {
                return (true, "The address of this sign-in is not known.")
            }
            guard history.signIns >= settings.learningSignIns else {
                return (false, "Too few sign-ins are known to say which networks are usual.")
            }
            let isKnown = history.networks.contains(place)
            return (
                !isKnown,
                "The network \(place) \(isKnown ? "was used before" : "was never used by this person before")."
            )
        case .manyFailures:
            return (
                history.failures >= settings.failureLimit,
                "\(history.failures) sign-ins to the account failed in the last hour."
            )
        case .codeGuessing:
            return (
                history.wrongCodes >= settings.codeLimit, "\(history.wrongCodes) wrong codes came in the last hour."
            )
        }
    }
}

extension RiskLevel {
    fileprivate var height: Int {
        switch self {
        case .none, .hidden: 0
        case .low: 1
        case .medium: 2
        case .high: 3
        }
    }
}

extension NetworkAddress {
    /// The network that one household or office has: /24 of IPv4, /48 of IPv6, in a form of its own for comparing.
    package var network: String {
        let kept = bytes.count == 4 ? 3 : 6
        let digits = bytes[..<kept].map { byte in
            let hex = String(byte, radix: 16)
            return hex.utf8.count == 1 ? "0" + hex : hex
        }
        return digits.joined() + (bytes.count == 4 ? "/24" : "/48")
    }
}
