internal import Cryptography
internal import FoundationEssentials
internal import SAML
internal import Synchronization

/// A partner's signing keys through a change of keys: the next one is announced, then signs, then the old one goes.
final class PartnerKeys: Sendable {
    enum Step: String, Sendable, CaseIterable {
        case announce
        case `switch`
        case retire

        var label: String {
            switch self {
            case .announce: "Announce the next key"
            case .switch: "Sign with the next key"
            case .retire: "Stop publishing the old key"
            }
        }
    }

    struct Pair: Sendable {
        let key: SigningKey
        let certificate: Certificate

        var signer: SAMLSigner { SAMLSigner(key: key, certificate: certificate) }
    }

    private struct State {
        var current: Pair
        var next: Pair?
        var previous: Pair?
        /// Nobody publishes it.
        var stranger: Pair?
    }

    private let name: String
    private let environment: Environment
    private let state: Mutex<State>

    private static let lifetime = 365

    init(name: String, environment: Environment) throws(LabError) {
        (self.name, self.environment) = (name, environment)
        state = Mutex(State(current: try Self.pair(name, environment)))
    }

    /// The one that signs.
    var current: Pair { state.withLock { $0.current } }

    /// A key of somebody else's, whose certificate carries the partner's name all the same.
    func stranger() throws(LabError) -> Pair {
        if let made = state.withLock({ $0.stranger }) { return made }
        let made = try Self.pair(name, environment)
        return state.withLock { state in
            if state.stranger == nil { state.stranger = made }
            return state.stranger ?? made
        }
    }

    /// - Parameter expired: With certificates that ended a month ago, for the same keys.
    func published(expired: Bool) throws(LabError) -> [SAMLKey] {
        let pairs = state.withLock { state in [state.current] + [state.next, state.previous].compactMap { $0 } }
        do throws(CryptographyError) {
            var keys: [SAMLKey] = []
            for pair in pairs {
                let certificate = expired ? try Self.certificate(pair.key, name, ended(environment)) : pair.certificate
                keys.append(try SAMLKey(certificate: certificate))
            }
            return keys
        } catch {
            throw LabError("\(name) has no certificate to publish: \(error)")
        }
    }

    /// A switch to a key that was never announced is possible too: it is what careless places do.
    func take(_ step: Step) throws(LabError) {
        let (current, next) = state.withLock { ($0.current, $0.next) }
        switch step {
        case .announce:
            let made = if let next { next } else { try Self.pair(name, environment) }
            state.withLock { $0.next = made }
        case .switch:
            let made = if let next { next } else { try Self.pair(name, environment) }
            state.withLock { state in
                (state.previous, state.current, state.next) = (current, made, nil)
            }
        case .retire:
            state.withLock { $0.previous = nil }
        }
    }

    /// For people and tests: each published key, and what it is for.
    var shown: [(role: String, identity: String)] {
        let state = state.withLock { $0 }
        return [("signs", state.current), ("announced", state.next), ("old", state.previous)].compactMap { role, pair in
            guard let pair, let key = try? SAMLKey(certificate: pair.certificate) else { return nil }
            return (role, key.identity)
        }
    }

    private func ended(_ environment: Environment) -> Environment {
        Environment(
            now: { environment.now().addingTimeInterval(-Double(Self.lifetime + 30) * 86_400) },
            randomBytes: environment.randomBytes)
    }

    static func pair(_ name: String, _ environment: Environment) throws(LabError) -> Pair {
        do throws(CryptographyError) {
            let key = try SigningKey.generate(.rsa(bits: 2048))
            return Pair(key: key, certificate: try certificate(key, name, environment))
        } catch {
            throw LabError("\(name) has no key: \(error)")
        }
    }

    private static func certificate(
        _ key: SigningKey, _ name: String, _ environment: Environment
    ) throws(CryptographyError) -> Certificate {
        try Certificate.selfSigned(
            name: "\(name) token signing", key: key, days: lifetime, environment: environment)
    }
}
