internal import Synchronization

/// Lets one at a time work on invitation jobs in this process. What keeps a line from being invited twice is the commit of
/// the line; this only keeps two from doing the same work.
final class InvitationDesk: Sendable {
    private let state = Mutex((isTaken: false, wasAsked: false))

    /// False where somebody works already: they will look once more before they go.
    func take() -> Bool {
        state.withLock { state in
            if state.isTaken { state.wasAsked = true }
            defer { state.isTaken = true }
            return !state.isTaken
        }
    }

    /// False where somebody asked meanwhile: then the work goes on.
    func leave() -> Bool {
        state.withLock { state in
            defer { state.wasAsked = false }
            state.isTaken = state.wasAsked
            return !state.isTaken
        }
    }

    /// Whoever asked meanwhile has to ask again.
    func giveUp() { state.withLock { $0 = (false, false) } }
}
