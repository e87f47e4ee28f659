internal import CCurl
internal import Server

/// What transfers must agree on to share connections.
///
/// libcurl compares certificate settings before it reuses a connection that was TLS from its first byte, but not one
/// that became so by STARTTLS: a transport that trusts less would get the mail connection of one that trusts more.
struct PoolKey: Hashable, Sendable {
    var policy: EgressPolicy
    /// A ``CertificateTrust``'s number.
    var trust: Int
    /// 0 for https; each mail transport has its own.
    var service = 0
}

/// One multi handle on one loop for one policy: its connections, the sockets libcurl asked to have watched, its timer.
final class CurlPool {
    let number: Int
    let multi: UnsafeMutableRawPointer
    fileprivate(set) var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
    fileprivate var watches: [Int32: WatchID] = [:]
    fileprivate var timer: TimerID?
    /// Whether libcurl is to be called in the next turn.
    fileprivate var isDeferred = false
    /// Reset handles for the next transfers; making one costs more than using it.
    private var idle: [UnsafeMutableRawPointer] = []

    private static let maximumIdle = 16
    private static let maximumConnectionsPerHost = 32
    private static let maximumConnections = 256

    init?(number: Int) {
        guard let multi = shim_multi_init() else { return nil }
        self.number = number
        self.multi = multi
        let token = UnsafeMutableRawPointer(bitPattern: number)
        _ = shim_multi_set_socket(multi, curlSocketChanged, token)
        _ = shim_multi_set_timer(multi, curlTimerChanged, token)
        _ = shim_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, Self.maximumConnectionsPerHost)
        _ = shim_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, Self.maximumConnections)
        _ = shim_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
    }

    deinit {
        // Closing connections would call back into a loop that is letting go of this very pool.
        _ = shim_multi_set_socket(multi, nil, nil)
        _ = shim_multi_set_timer(multi, nil, nil)
        for (easy, _) in transfers {
            shim_multi_remove_handle(multi, easy)
            shim_easy_cleanup(easy)
        }
        for easy in idle { shim_easy_cleanup(easy) }
        shim_multi_cleanup(multi)
    }

    func takeHandle() -> UnsafeMutableRawPointer? { idle.popLast() ?? shim_easy_init() }

    func add(_ transfer: CurlTransfer) -> Bool {
        transfers[transfer.easy] = transfer
        guard shim_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
            transfers[transfer.easy] = nil
            return false
        }
        return true
    }

    /// Takes the transfer out of the multi; its handle may serve again.
    func remove(_ easy: UnsafeMutableRawPointer) -> CurlTransfer? {
        guard let transfer = transfers.removeValue(forKey: easy) else { return nil }
        shim_multi_remove_handle(multi, easy)
        return transfer
    }

    func keep(_ easy: UnsafeMutableRawPointer) {
        guard idle.count < Self.maximumIdle else {
            shim_easy_cleanup(easy)
            return
        }
        shim_easy_reset(easy)
        idle.append(easy)
    }
}

/// A loop's pools, one per policy and trust in use.
final class CurlDriver {
    fileprivate var byKey: [PoolKey: CurlPool] = [:]
    fileprivate var byNumber: [Int: CurlPool] = [:]
    private var nextNumber = 1
    fileprivate var running: [UInt64: (pool: CurlPool, easy: UnsafeMutableRawPointer)] = [:]
    fileprivate var nextTransfer: UInt64 = 1

    /// Policies come from settings, so there are few; were there many, idle pools make room.
    private static let maximumPools = 64

    func pool(for key: PoolKey) -> CurlPool? {
        if let pool = byKey[key] { return pool }
        if byKey.count >= Self.maximumPools {
            for (key, pool) in byKey where pool.transfers.isEmpty {
                byKey[key] = nil
                byNumber[pool.number] = nil
            }
        }
        guard let pool = CurlPool(number: nextNumber) else { return nil }
        nextNumber += 1
        byKey[key] = pool
        byNumber[pool.number] = pool
        return pool
    }
}

extension LoopKey where Value == CurlDriver {
    fileprivate static let curl = LoopKey()
}

extension Loop {
    private var curl: CurlDriver {
        if let driver = self[.curl] { return driver }
        let driver = CurlDriver()
        self[.curl] = driver
        return driver
    }

    /// Starts a transfer and waits for its end. Nil: it was canceled, or libcurl could not start it.
    func transfer(
        to url: OutboundURL, in key: PoolKey, maximumBytes: Int,
        configure: @Sendable (CurlTransfer) -> Bool
    ) async -> TransferOutcome? {
        let id = curl.nextTransfer
        curl.nextTransfer += 1
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Naming self is what keeps these closures on the loop.
                self.begin(id, to: url, key, maximumBytes, configure, continuation)
            }
        } onCancel: {
            submit { $0.cancelTransfer(id) }
        }
    }

    private func begin(
        _ id: UInt64, to url: OutboundURL, _ key: PoolKey, _ maximumBytes: Int,
        _ configure: (CurlTransfer) -> Bool, _ continuation: CheckedContinuation<TransferOutcome?, Never>
    ) {
        checkThread()
        let driver = curl
        guard !Task.isCancelled, let pool = driver.pool(for: key),
            let transfer = CurlTransfer(
                easy: pool.takeHandle(), url: url, policy: key.policy, maximumBytes: maximumBytes)
        else { return continuation.resume(returning: nil) }
        guard configure(transfer), pool.add(transfer) else {
            pool.keep(transfer.easy)
            return continuation.resume(returning: nil)
        }
        driver.running[id] = (pool, transfer.easy)
        transfer.completion = { outcome in
            driver.running[id] = nil
            continuation.resume(returning: outcome)
        }
    }

    private func cancelTransfer(_ id: UInt64) {
        guard let (pool, easy) = curl.running.removeValue(forKey: id), let transfer = pool.remove(easy) else { return }
        // Not kept for another transfer: its connection is in the middle of something.
        withExtendedLifetime(transfer) { shim_easy_cleanup(easy) }
        transfer.completion?(.canceled)
    }

    // MARK: What libcurl wants of the loop

    fileprivate func curlWatch(_ number: Int, _ socket: Int32, _ what: Int32) {
        guard let pool = curl.byNumber[number] else { return }
        guard what != CURL_POLL_REMOVE else {
            if let watch = pool.watches.removeValue(forKey: socket) { unwatch(watch) }
            return
        }
        var interest: Interest = []
        if what & CURL_POLL_IN != 0 { interest.insert(.read) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.write) }
        if let watch = pool.watches[socket] {
            update(watch, interest)
        } else {
            pool.watches[socket] = watch(socket, interest) { self.curlReady(number, socket, $0) }
        }
    }

    fileprivate func curlSchedule(_ number: Int, _ milliseconds: Int) {
        guard let pool = curl.byNumber[number] else { return }
        if let timer = pool.timer { cancel(timer) }
        pool.timer = nil
        guard milliseconds >= 0 else { return }
        // Never at once: libcurl must not be entered from its own callback. What is due now waits for the next turn
        // and not for a timer, whose millisecond would be most of a fetch.
        guard milliseconds > 0 else {
            guard !pool.isDeferred else { return }
            pool.isDeferred = true
            inNextTurn { self.curlTimeout(number) }
            return
        }
        pool.timer = schedule(after: .milliseconds(milliseconds)) { self.curlTimeout(number) }
    }

    private func curlReady(_ number: Int, _ socket: Int32, _ readiness: Readiness) {
        var events: Int32 = 0
        if !readiness.isDisjoint(with: [.readable, .endOfStream]) { events |= CURL_CSELECT_IN }
        if readiness.contains(.writable) { events |= CURL_CSELECT_OUT }
        if !readiness.isDisjoint(with: [.failed, .hangUp]) { events |= CURL_CSELECT_ERR }
        curlAct(number, socket, events)
    }

    private func curlTimeout(_ number: Int) {
        curl.byNumber[number]?.timer = nil
        curl.byNumber[number]?.isDeferred = false
        curlAct(number, CURL_SOCKET_TIMEOUT, 0)
    }

    private func curlAct(_ number: Int, _ socket: Int32, _ events: Int32) {
        guard let pool = curl.byNumber[number] else { return }
        var active: Int32 = 0
        shim_multi_socket_action(pool.multi, socket, events, &active)
        var code = CURLE_OK
        while let easy = shim_multi_next_done(pool.multi, &code) {
            guard let transfer = pool.remove(easy) else { continue }
            let outcome = transfer.outcome(code)
            pool.keep(easy)
            transfer.completion?(outcome)
        }
    }
}

// MARK: - C callbacks on a pool
// They carry the pool's number, never an object: whatever they change is the loop's own state.

private func curlSocketChanged(
    _ easy: UnsafeMutableRawPointer?, _ socket: Int32, _ what: Int32, _ token: UnsafeMutableRawPointer?,
    _ context: UnsafeMutableRawPointer?
) -> Int32 {
    let number = Int(bitPattern: token)
    Loop.current?.assumeIsolated { $0.curlWatch(number, socket, what) }
    return 0
}

private func curlTimerChanged(
    _ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ token: UnsafeMutableRawPointer?
) -> Int32 {
    let number = Int(bitPattern: token)
    Loop.current?.assumeIsolated { $0.curlSchedule(number, milliseconds) }
    return 0
}
