package import FoundationEssentials
internal import Synchronization

/// How often a stranger may do what costs us or somebody else something. All are settable; the demo raises them.
package struct Limits: Sendable, Hashable {
    /// Codes mailed to one address a day, in the database.
    package var emailCodesPerAddressAndDay = 5
    /// Guesses at codes of one address a day, in the database.
    package var emailCodeTriesPerAddressAndDay = 20
    /// Codes asked for from one network address in an hour, in memory.
    package var emailCodesPerNetworkAndHour = 30
    /// Codes asked for in one tenant in an hour, in memory.
    package var emailCodesPerTenantAndHour = 2_000
    /// Passwords tried from one network address in ten minutes, in memory.
    package var passwordsPerNetwork = 60
    /// Passwords tried for one account in ten minutes, in memory.
    package var passwordsPerAccount = 10
    /// Failed client authentications from one network address in a minute, in memory.
    package var clientFailuresPerNetwork = 120
    /// Sign-ins begun from one network address in a minute, in memory: each may cost a fetch at a partner.
    package var signInsPerNetwork = 600
    /// Messages of SAML and WS-Federation from one network address in a minute, in memory: each is parsed and verified.
    package var federationMessagesPerNetwork = 1_200
    /// Invitations that one guest has mailed again with an old link, in a day, in memory.
    package var invitationsAgainPerGuestAndDay = 3
    /// By the management API, for a person; an application is its administrator's.
    package var invitationsPerPersonAndHour = 250

    package init() {}
}

/// Counters in memory whose loss costs only leniency: fixed windows, bounded in number.
package final class RateCounters: Sendable {
    private struct Window {
        var endsAt: Double
        var count: Int
    }

    private let windows = Mutex<[String: Window]>([:])
    private let capacity: Int

    package init(capacity: Int = 200_000) { self.capacity = capacity }

    /// Counts one event under `key` and tells whether it is still within `limit` for the window of `seconds`.
    ///
    /// At capacity, windows that ended are dropped; if all still run, all are: memory stays bounded, and what is lost is a count.
    package func admits(_ key: String, limit: Int, seconds: Double, at now: Date) -> Bool {
        let time = now.timeIntervalSince1970
        return windows.withLock { windows in
            if windows.count >= capacity {
                windows = windows.filter { $0.value.endsAt > time }
                if windows.count >= capacity { windows.removeAll(keepingCapacity: true) }
            }
            var window = windows[key] ?? Window(endsAt: time + seconds, count: 0)
            if window.endsAt <= time { window = Window(endsAt: time + seconds, count: 0) }
            window.count += 1
            windows[key] = window
            return window.count <= limit
        }
    }
}
