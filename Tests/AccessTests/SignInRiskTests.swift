import Directory
import FoundationEssentials
import Testing

@testable import Access

@Suite("Sign-in risk") struct SignInRiskTests {
    static let known = SignInHistory(
        signIns: 20, lastAt: Sample.now - 1_800, lastCountry: "DE", lastAddress: "192.0.2.1", networks: ["c00002/24"])
    static let here = NetworkFacts(address: "192.0.2.77", country: "DE")

    func risk(
        _ history: SignInHistory, _ network: NetworkFacts = here,
        _ settings: SignInRiskSettings = SignInRiskSettings()
    ) -> SignInRisk { signInRisk(at: Sample.now, network: network, history: history, settings: settings) }

    @Test func `nothing unusual is no risk, and every signal says so`() {
        let risk = risk(Self.known)
        #expect(risk.level == .none && risk.signals.isEmpty)
        #expect(risk.reasons.count == RiskSignal.allCases.count && risk.reasons.allSatisfy(\.met))
    }

    @Test func `another country within the hour`() {
        let away = NetworkFacts(address: "192.0.2.77", country: "JP")
        let seen = risk(Self.known, away)
        #expect(seen.signals == [.impossibleTravel] && seen.level == .medium)
        #expect(
            seen.reasons.first { !$0.met }?.detail
                == "The sign-in before was from DE, 30 minutes earlier; this one is from JP.")
        var slow = Self.known
        slow.lastAt = Sample.now - 3_600
        #expect(risk(slow, away).signals.isEmpty)
        var unknown = Self.known
        unknown.lastCountry = nil
        #expect(risk(unknown, away).signals.isEmpty)
    }

    @Test func `a network seen for the first time, once the usual ones are known`() {
        let other = NetworkFacts(address: "198.51.100.1", country: "DE")
        #expect(risk(Self.known, other).signals == [.unfamiliarNetwork])
        #expect(risk(Self.known, other).level == .low)
        var young = Self.known
        young.signIns = 4
        #expect(risk(young, other).signals.isEmpty)
        #expect(NetworkAddress("2001:db8:1:2::9")?.network == "20010db80001/48")
    }

    @Test func `failures and guessed codes, and the highest level counts`() {
        var history = Self.known
        history.failures = 9
        history.wrongCodes = 4
        #expect(risk(history).signals.isEmpty)
        history.failures = 10
        #expect(risk(history).level == .medium)
        history.wrongCodes = 5
        #expect(risk(history).signals == [.manyFailures, .codeGuessing] && risk(history).level == .high)
    }

    @Test(arguments: RiskSignal.allCases)
    func `each signal can be switched off`(signal: RiskSignal) {
        var history = Self.known
        history.failures = 99
        history.wrongCodes = 99
        let away = NetworkFacts(address: "198.51.100.1", country: "JP")
        #expect(risk(history, away).signals == RiskSignal.allCases)
        var settings = SignInRiskSettings()
        switch signal {
        case .impossibleTravel: settings.impossibleTravel.isEnabled = false
        case .unfamiliarNetwork: settings.unfamiliarNetwork.isEnabled = false
        case .manyFailures: settings.manyFailures.isEnabled = false
        case .codeGuessing: settings.codeGuessing.isEnabled = false
        }
        let left = risk(history, away, settings)
        #expect(!left.signals.contains(signal) && left.signals.count == 3 && left.reasons.count == 3)
    }
}
