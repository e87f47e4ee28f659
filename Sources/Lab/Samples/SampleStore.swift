internal import Synchronization

/// What an application remembers under random keys, in memory and bounded: the oldest go first.
final class SampleStore<Value: Sendable>: Sendable {
    private struct State {
        var values: [String: Value] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())
    private let capacity = 5000

    func keep(_ value: Value, under key: String) {
        state.withLock { state in
            if state.values.updateValue(value, forKey: key) == nil { state.order.append(key) }
            guard state.order.count > capacity else { return }
            for old in state.order.prefix(capacity / 2) { state.values[old] = nil }
            state.order.removeFirst(capacity / 2)
        }
    }

    func value(_ key: String?) -> Value? {
        guard let key else { return nil }
        return state.withLock { $0.values[key] }
    }

    /// Once: it is gone by this.
    func take(_ key: String?) -> Value? {
        guard let key else { return nil }
        return state.withLock { state in
            guard let value = state.values.removeValue(forKey: key) else { return nil }
            state.order.removeAll { $0 == key }
            return value
        }
    }

    /// - Returns: How many were forgotten.
    func forget(where isMeant: (Value) -> Bool) -> Int {
        state.withLock { state in
            let keys = state.values.filter { isMeant($0.value) }.map(\.key)
            for key in keys { state.values[key] = nil }
            state.order.removeAll { keys.contains($0) }
            return keys.count
        }
    }
}
