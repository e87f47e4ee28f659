internal import FoundationEssentials
internal import OAuth
internal import Synchronization

/// What the outside provider has promised: codes, once each and for a minute, and access tokens.
final class OutsideGrants: Sendable {
    struct Grant: Sendable {
        let redirectURI: String
        let challenge: CodeChallenge
        let nonce: String?
        let scopes: Set<String>
        let authenticatedAt: Date
        let expiresAt: Date
    }

    private struct State {
        var codes: [String: Grant] = [:]
        var tokens: [String: (scopes: Set<String>, expiresAt: Date)] = [:]
    }

    private let state = Mutex(State())

    func add(_ grant: Grant, code: String, now: Date) {
        state.withLock { state in
            state.codes = state.codes.filter { $0.value.expiresAt > now }
            state.codes[code] = grant
        }
    }

    /// The code is spent by this, whatever comes of it.
    func take(_ code: String, now: Date) -> Grant? {
        guard let grant = state.withLock({ $0.codes.removeValue(forKey: code) }), grant.expiresAt > now else {
            return nil
        }
        return grant
    }

    func add(token: String, scopes: Set<String>, expiresAt: Date, now: Date) {
        state.withLock { state in
            state.tokens = state.tokens.filter { $0.value.expiresAt > now }
            state.tokens[token] = (scopes, expiresAt)
        }
    }

    func scopes(ofToken token: String, now: Date) -> Set<String>? {
        guard let found = state.withLock({ $0.tokens[token] }), found.expiresAt > now else { return nil }
        return found.scopes
    }
}
