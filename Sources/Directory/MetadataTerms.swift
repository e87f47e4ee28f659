package import FoundationEssentials

// When a peer's metadata is asked for again: rules over what it says of itself and the time, nothing else.
//
//  * After its `cacheDuration`, or our own longest time where that is shorter; up to a quarter earlier, so that partners
//    which were added together are not asked together.
//  * Well before `validUntil`: with a quarter of the time left, a day at most.
//  * Every six hours once its last certificate has 30 days left: a new one is about to come.
//  * After a failure soon, then ever later, up to an hour. The last good metadata counts meanwhile, until it expires.

/// How long what a peer published may be used, and when to look again.
package struct MetadataTerms: Sendable, Hashable {
    /// Seconds, as the metadata says.
    package var cacheDuration: TimeInterval?
    /// After this the metadata counts for nothing.
    package var validUntil: Date?
    /// When the last of its signing certificates ends. That ends nothing by itself: peers pin keys, not dates.
    package var certificateEndsAt: Date?

    package init(cacheDuration: TimeInterval?, validUntil: Date?, certificateEndsAt: Date?) {
        self.cacheDuration = cacheDuration
        self.validUntil = validUntil
        self.certificateEndsAt = certificateEndsAt
    }

    package static let longestInterval: TimeInterval = 86_400
    package static let shortestInterval: TimeInterval = 300
    package static let longestRetry: TimeInterval = 3600
    private static let rolloverInterval: TimeInterval = 6 * 3600
    private static let rolloverBegins: TimeInterval = 30 * 86_400

    /// Days before a certificate ends at which that is told; 0: it has ended.
    package static let warningDays = [30, 7, 1, 0]

    /// After a fetch that succeeded.
    ///
    /// - Parameter randomness: One byte's worth.
    package func nextFetch(after now: Date, randomness: UInt8) -> Date {
        var interval = min(cacheDuration ?? Self.longestInterval, Self.longestInterval)
        var latest: [Date] = []
        if let end = certificateEndsAt {
            let begin = end.addingTimeInterval(-Self.rolloverBegins)
            if begin > now { latest.append(begin) } else { interval = min(interval, Self.rolloverInterval) }
        }
        if let validUntil {
            let left = validUntil.timeIntervalSince(now)
            latest.append(validUntil.addingTimeInterval(-min(left / 4, 86_400)))
        }
        let usual = now.addingTimeInterval(interval * (1 - Double(randomness) / 1024))
        let earliest = now.addingTimeInterval(Self.shortestInterval)
        return max(latest.reduce(usual) { min($0, $1) }, earliest)
    }

    /// After a fetch that failed.
    ///
    /// - Parameter failingSince: When the first of the row failed.
    package func retry(after now: Date, failingSince: Date) -> Date {
        let failing = max(now.timeIntervalSince(failingSince), Self.shortestInterval)
        let next = now.addingTimeInterval(min(failing, Self.longestRetry))
        // The moment at which it expires is looked at, because then it is told.
        guard let validUntil, validUntil > now else { return next }
        return min(next, validUntil)
    }

    /// When a peer whose metadata nobody fetches is looked at again: at the next thing to tell.
    package func nextLook(after now: Date) -> Date? {
        var moments = [validUntil].compactMap { $0 }
        if let end = certificateEndsAt {
            moments += Self.warningDays.map { end.addingTimeInterval(-Double($0) * 86_400) }
        }
        return moments.filter { $0 > now }.min()
    }

    /// The nearest of ``warningDays`` that has been reached; nil while there is more time.
    package func warning(at now: Date) -> Int? {
        guard let end = certificateEndsAt else { return nil }
        return Self.warningDays.last { end.addingTimeInterval(-Double($0) * 86_400) <= now }
    }

    package func isExpired(at now: Date) -> Bool { validUntil.map { $0 <= now } ?? false }
}

/// What metadata speaks of. A property that an administrator wrote by hand beside the metadata stays as written when the
/// metadata is read again.
package enum MetadataProperty: String, Sendable, Hashable, CaseIterable {
    case signInURL, signInBinding, logoutURL, logoutBinding, signingCertificates, signsRequests
    case assertionConsumers, requiresSignedRequests, encryptionCertificate
}
