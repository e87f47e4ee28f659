internal import Cryptography
internal import FoundationEssentials
internal import Synchronization

/// Sign-ins under way and sessions of one application, in memory and bounded.
final class SampleSessions: Sendable {
    private struct State {
        var begun: [String: BegunSignIn] = [:]
        var sessions: [String: SampleSession] = [:]
    }

    private let state = Mutex(State())

    /// Ten minutes at a partner, and a walk around the block.
    private static let lifetime: TimeInterval = 3600
    private static let capacity = 5000

    func begin(_ signIn: BegunSignIn) {
        state.withLock { state in
            if state.begun.count >= Self.capacity { state.begun = Self.newerHalf(of: state.begun, by: \.at) }
            state.begun[signIn.state] = signIn
        }
    }

    /// The sign-in that the answer belongs to, once: nil for an unknown or used state, and for another browser's.
    func take(_ state: String, browser: String?, now: Date) -> BegunSignIn? {
        self.state.withLock { all in
            guard let begun = all.begun[state], let browser,
                constantTimeEqual(Array(begun.browser.utf8), Array(browser.utf8))
            else { return nil }
            all.begun[state] = nil
            return now.timeIntervalSince(begun.at) < Self.lifetime ? begun : nil
        }
    }

    func keep(_ session: SampleSession, under key: String) {
        state.withLock { state in
            if state.sessions.count >= Self.capacity {
                state.sessions = Self.newerHalf(of: state.sessions, by: \.at)
            }
            state.sessions[key] = session
        }
    }

    func session(_ key: String?) -> SampleSession? {
        guard let key else { return nil }
        return state.withLock { $0.sessions[key] }
    }

    func end(_ key: String?) -> SampleSession? {
        guard let key else { return nil }
        return state.withLock { $0.sessions.removeValue(forKey: key) }
    }

    private static func newerHalf<Value>(
        of all: [String: Value], by time: (Value) -> Date
    ) -> [String: Value] {
        let newest = all.sorted { time($0.value) > time($1.value) }.prefix(capacity / 2)
        return Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }
}
