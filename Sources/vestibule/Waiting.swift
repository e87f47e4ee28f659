import Dispatch
import Synchronization

/// Runs asynchronous work and waits for it on the calling thread, which is never a loop's: for commands.
func waiting<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value {
    let done = DispatchSemaphore(value: 0)
    let answer = Answer<Value>()
    Task {
        let value = await work()
        answer.value.withLock { $0 = value }
        done.signal()
    }
    while true {
        done.wait()
        if let value = answer.value.withLock({ $0 }) { return value }
    }
}

/// The same for work that can fail.
func waiting<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () async throws(Failure) -> Value
) throws(Failure) -> Value {
    let result: Result<Value, Failure> = waiting {
        do throws(Failure) { return .success(try await work()) } catch { return .failure(error) }
    }
    return try result.get()
}

private final class Answer<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
