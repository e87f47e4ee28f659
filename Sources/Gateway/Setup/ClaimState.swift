package import Storage
internal import Synchronization

/// Whether anybody holds the role Global Administrator. Once true it is not asked again: the last one can't be removed.
package final class ClaimState: Sendable {
    private let known = Mutex(false)
    private let store: Store

    init(store: Store) { self.store = store }

    package func isClaimed() async throws(StorageError) -> Bool {
        if known.withLock({ $0 }) { return true }
        let held = try await store.isHeldByAnyone(.globalAdministrator)
        if held { known.withLock { $0 = true } }
        return held
    }

    func forget() { known.withLock { $0 = false } }
}
