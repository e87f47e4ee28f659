/// Names one scheduled action. Harmless after it fired or was cancelled.
package struct TimerID: Hashable, Sendable {
    let slot: UInt32
    let generation: UInt32
}

/// Actions by the monotonic millisecond they are due at: a binary heap over reusable slots.
///
/// Cancelling frees the action at once and leaves its place in the heap until it comes up, or until such places are
/// the majority. Actions due at the same millisecond run in no particular order.
struct LoopTimers {
    private struct Place {
        let deadline: UInt64
        let slot: UInt32
        let generation: UInt32
    }

    private struct Slot {
        var generation: UInt32
        var action: (() -> Void)?
    }

    private var heap: [Place] = []
    private var slots: [Slot] = []
    private var free: [UInt32] = []
    private var dead = 0

    /// Actions that wait.
    var count: Int { heap.count - dead }

    mutating func schedule(at deadline: UInt64, _ action: @escaping () -> Void) -> TimerID {
        let slot: UInt32
        if let reused = free.popLast() {
            slot = reused
            slots[Int(slot)].action = action
        } else {
            slot = UInt32(slots.count)
            slots.append(Slot(generation: 0, action: action))
        }
        let generation = slots[Int(slot)].generation
        heap.append(Place(deadline: deadline, slot: slot, generation: generation))
        rise(from: heap.count - 1)
        return TimerID(slot: slot, generation: generation)
    }

    /// False when the action had run or been cancelled before.
    @discardableResult
    mutating func cancel(_ id: TimerID) -> Bool {
        guard Int(id.slot) < slots.count, slots[Int(id.slot)].generation == id.generation else { return false }
        release(id.slot)
        dead += 1
        if dead > 64 && dead * 2 > heap.count { compact() }
        return true
    }

    /// The millisecond of the earliest action, nil when none waits.
    mutating func nextDeadline() -> UInt64? {
        dropDead()
        return heap.first?.deadline
    }

    /// Removes and returns an action due at `now` or before.
    mutating func takeDue(_ now: UInt64) -> (() -> Void)? {
        dropDead()
        guard let first = heap.first, first.deadline <= now else { return nil }
        let action = slots[Int(first.slot)].action
        release(first.slot)
        removeFirst()
        return action
    }

    // MARK: Heap

    private func isDead(_ place: Place) -> Bool { slots[Int(place.slot)].generation != place.generation }

    private mutating func release(_ slot: UInt32) {
        slots[Int(slot)].generation &+= 1
        slots[Int(slot)].action = nil
        free.append(slot)
    }

    private mutating func dropDead() {
        while let first = heap.first, isDead(first) {
            removeFirst()
            dead -= 1
        }
    }

    private mutating func compact() {
        heap = heap.filter { !isDead($0) }
        dead = 0
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(from: index) }
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        sink(from: 0)
    }

    private mutating func rise(from start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index].deadline < heap[parent].deadline else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func sink(from start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && heap[child].deadline < heap[least].deadline {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}

extension Duration {
    /// Whole nanoseconds, never negative, saturating.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < 9_000_000_000 else { return 9_000_000_000_000_000_000 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }

    /// Whole milliseconds, rounded up.
    var milliseconds: UInt64 { (nanoseconds + 999_999) / 1_000_000 }
}
