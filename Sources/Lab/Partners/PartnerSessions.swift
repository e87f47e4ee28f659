internal import Cryptography
internal import FoundationEssentials
internal import SAML
internal import Synchronization

/// Who is signed in at a partner, in memory and bounded.
final class PartnerSessions: Sendable {
    struct Session: Sendable {
        let person: PartnerPerson
        let authenticatedAt: Date
        let usedSecondFactor: Bool
        let index: String
        /// What the gateway was told this person is called; nil: it was not told yet.
        var nameID: SAMLNameID?
    }

    private let sessions = Mutex<[String: Session]>([:])
    private let logout = Mutex<String?>(nil)

    private static let capacity = 5000

    func session(_ key: String?) -> Session? {
        guard let key else { return nil }
        return sessions.withLock { $0[key] }
    }

    func keep(_ session: Session, under key: String) {
        sessions.withLock { sessions in
            if sessions.count >= Self.capacity { sessions.removeAll() }
            sessions[key] = session
        }
    }

    func end(_ key: String?) {
        guard let key else { return }
        sessions.withLock { $0[key] = nil }
    }

    /// Ends every session that a sign-out is about.
    ///
    /// - Returns: How many.
    func end(where isMeant: (Session) -> Bool) -> Int {
        sessions.withLock { sessions in
            let meant = sessions.filter { isMeant($0.value) }.map(\.key)
            for key in meant { sessions[key] = nil }
            return meant.count
        }
    }

    /// One sign-out that begins here is under way at a time.
    func beganLogout(_ requestID: String) { logout.withLock { $0 = requestID } }

    /// The request that an answer must name; of nobody's where none was sent.
    func takeLogout() -> String {
        logout.withLock { id in
            defer { id = nil }
            return id ?? "none"
        }
    }
}
