import Gateway
import JSON
import Storage
import StorageSQLite

/// What a server does by the clock: mail, expiry and keys. One server's work at a time, the one that holds the lock.
struct Clockwork: Sendable {
    let opened: OpenInstallation
    let log: EventLog

    private static let hour = Duration.seconds(3600)
    /// Keys are looked at when we start, and once a day.
    private static let hoursBetweenKeys = 24

    /// Runs until its task is cancelled.
    ///
    /// - Parameter waitingForLock: After a hand-over, until the server before us is gone.
    func run(waitingForLock: Bool) async {
        if waitingForLock, await !holdsLock() { return }
        opened.outbox?.start()
        var hours = 0
        while !Task.isCancelled {
            await work(keys: hours % Self.hoursBetweenKeys == 0)
            hours += 1
            try? await Task.sleep(for: Self.hour)
        }
    }

    private func holdsLock() async -> Bool {
        while !Task.isCancelled {
            if (try? opened.database.takeLock()) == true { return true }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
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
