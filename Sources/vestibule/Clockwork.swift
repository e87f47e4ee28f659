import Directory
import Gateway
import JSON
import Storage
import StorageSQLite

/// What a server does by the clock: mail, expiry, keys, proofs of domains and the health of
/// partners. One server's work at a time, the one that holds the lock.
struct Clockwork: Sendable {
    let opened: OpenInstallation
    let log: EventLog

    private static let hour = Duration.seconds(3600)
    private static let minute = Duration.seconds(60)
    /// Keys are looked at when we start, and once a day.
    private static let hoursBetweenKeys = 24
    private static let minutesBetweenEnrolments = 60

    /// Runs until its task is cancelled.
    ///
    /// - Parameter waitingForLock: After a hand-over, until the server before us is gone.
    func run(waitingForLock: Bool) async {
        if waitingForLock, await !holdsLock() { return }
        opened.outbox?.start()
        opened.installation.wakeInvitationJobs()
        async let domains: Void = watchDomains()
        async let peers: Void = watchPeers()
        var hours = 0
        while !Task.isCancelled {
            await work(keys: hours % Self.hoursBetweenKeys == 0)
            hours += 1
            try? await Task.sleep(for: Self.hour)
        }
        await domains
        await peers
    }

    private func holdsLock() async -> Bool {
        while !Task.isCancelled {
            if (try? opened.database.takeLock()) == true { return true }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// Each domain has its own hour; a minute is how long a new one waits.
    private func watchDomains() async {
        while !Task.isCancelled {
            do throws(StorageError) {
                for event in try await opened.installation.checkDueDomains() { log.domain(event) }
            } catch .closed {
                return
            } catch {
                log.error("checking domains failed", "\(error)")
            }
            try? await Task.sleep(for: Self.minute)
        }
    }

    /// Each peer has its own hour. What sign-ins showed is written by the minute, and once more at the end.
    private func watchPeers() async {
        let installation = opened.installation
        var minutes = 0
        while !Task.isCancelled {
            do throws(StorageError) {
                if minutes % Self.minutesBetweenEnrolments == 0 {
                    for tenant in try await installation.store.tenantIDs() { try await installation.enrolPeers(tenant) }
                }
                try await installation.refreshDuePeers()
                try await installation.recordPeerExperience()
            } catch .closed {
                return
            } catch {
                log.error("looking after partners failed", "\(error)")
            }
            minutes += 1
            try? await Task.sleep(for: Self.minute)
        }
        try? await installation.recordPeerExperience()
    }

    private func work(keys: Bool) async {
        let installation = opened.installation
        do throws(StorageError) {
            for tenant in try await installation.store.tenantIDs() {
                try await installation.purgeExpired(tenant)
                guard keys else { continue }
                for change in try await installation.rotateKeys(tenant, by: "vestibule serve") {
                    log.event(
                        "keys", [("tenant", .string(tenant.description)), ("change", .string(change.sentence))])
                }
            }
        } catch .closed {
            // We are ending.
        } catch {
            log.error("maintenance failed", "\(error)")
        }
    }
}

extension EventLog {
    /// `domain proven`, `domain lapsed`, `domain restored`, `domain failing`; a lapse has its sentence as `error`.
    fileprivate func domain(_ event: DomainEvent) {
        var members: [(String, JSONValue)] = [
            ("tenant", .string(event.tenant.description)), ("domain", .string(event.domain.description)),
        ]
        if let partner = event.partner { members.append(("partner", .string(partner.description))) }
        members.append((event.change == .lapsed ? "error" : "text", .string(event.sentence)))
        self.event("domain \(event.change.rawValue)", members)
    }
}
