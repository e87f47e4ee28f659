package import Cryptography
package import Directory
package import FoundationEssentials
internal import JOSE
package import Storage

/// One step of a rotation, as decided; ``KeyRotation/steps(_:tenant:master:now:environment:)`` carries it out.
package enum KeyChange: Sendable, Hashable {
    /// A new key that is published from now on and signs from `activeFrom`.
    case publish(KeyRecord.Purpose, algorithm: String, activeFrom: Date)
    /// A new key that signs at once, because there is none, or none that may still be used.
    case replace(KeyRecord.Purpose, algorithm: String)
    /// The next key begins to sign.
    case activate(keyID: String)
    /// The active key stops signing, and stays published until its last token expired.
    case demote(keyID: String, until: Date)
    /// Nothing signed with the key is valid any more.
    case retire(keyID: String, from: KeyRecord.State)
}

/// When a tenant's signing keys change. A pure function of the records and the time, so that a test can walk through a
/// year and two servers come to the same plan (whichever writes second finds its steps not applied).
package struct KeyRotation: Sendable, Hashable {
    /// How long a key signs, in seconds.
    package var period: TimeInterval
    /// How long a key is published before it signs: verifiers keep a key set for a day, ours among them.
    package var publishedBefore: TimeInterval
    /// How long a key is published after it signed: the longest life of a token, and what clocks differ.
    package var keptAfter: TimeInterval

    package init(
        period: TimeInterval = 90 * 86_400, publishedBefore: TimeInterval = 2 * 86_400,
        keptAfter: TimeInterval = 86_400 + 600
    ) {
        self.period = period
        self.publishedBefore = publishedBefore
        self.keptAfter = keptAfter
    }

    /// Keys in certificates: peers read metadata once a day at best, and many keep certificates by hand.
    static let certified = KeyRotation(
        period: 3 * 365 * 86_400, publishedBefore: 30 * 86_400, keptAfter: 30 * 86_400)

    package enum Request: Sendable, Hashable {
        /// What time brings.
        case scheduled
        /// An administrator wants other keys: published now, signing once every verifier can know them, which is at
        /// once where a next key has been published long enough.
        case requested
        /// A key is compromised: other keys sign at once, and the old ones are withdrawn with every token they signed.
        case compromised
    }

    package func plan(_ records: [KeyRecord], now: Date, request: Request = .scheduled) -> [KeyChange] {
        [KeyRecord.Purpose.tokens, .federation, .audit, .samlAssertions, .samlRequests, .samlDecryption]
            .flatMap { purpose in
                let pace = KeyMaking.certifiedPurposes.contains(purpose) ? Self.certified : self
                return KeyMaking.algorithms(for: purpose).flatMap { algorithm in
                    let line = records.filter { $0.purpose == purpose && $0.algorithm == algorithm.name }
                    return pace.plan(purpose, algorithm.name, line, now: now, request: request)
                }
            }
    }

    /// The plan for the keys of one purpose and algorithm.
    private func plan(
        _ purpose: KeyRecord.Purpose, _ algorithm: String, _ line: [KeyRecord], now: Date, request: Request
    ) -> [KeyChange] {
        if request == .compromised {
            return line.filter { $0.state != .retired }.map { .retire(keyID: $0.keyID, from: $0.state) }
                + [.replace(purpose, algorithm: algorithm)]
        }
        var changes: [KeyChange] = line.filter { $0.state == .previous && ($0.retiresAt ?? now) <= now }
            .map { .retire(keyID: $0.keyID, from: .previous) }
        let active = line.last { $0.state == .active }
        guard let next = line.last(where: { $0.state == .next }) else {
            guard let active else { return changes + [.replace(purpose, algorithm: algorithm)] }
            let due = (active.activeFrom ?? active.createdAt).addingTimeInterval(period)
            if request == .requested || now >= due.addingTimeInterval(-publishedBefore) {
                let earliest = now.addingTimeInterval(publishedBefore)
                let from = request == .requested ? earliest : max(due, earliest)
                changes.append(.publish(purpose, algorithm: algorithm, activeFrom: from))
            }
            return changes
        }
        let known = next.createdAt.addingTimeInterval(publishedBefore)
        let due = request == .requested ? known : max(known, next.activeFrom ?? known)
        // A tenant without any active key can't wait until everyone has seen the next one.
        guard active == nil || now >= due else { return changes }
        if let active { changes.append(.demote(keyID: active.keyID, until: now.addingTimeInterval(keptAfter))) }
        changes.append(.activate(keyID: next.keyID))
        return changes
    }

    /// The plan as writes, for one commit. Keys are made here: RSA takes a tenth of a second, so not on a loop.
    package static func steps(
        _ changes: [KeyChange], tenant: Tenant.ID, master: MasterKey, now: Date, environment: Environment
    ) throws(IssuingError) -> [Step] {
        var steps: [Step] = []
        for change in changes {
            switch change {
            case .publish(let purpose, let algorithm, let activeFrom):
                let record = try made(purpose, algorithm, .next, tenant, master, now, activeFrom, environment)
                steps.append(.insertKey(record))
            case .replace(let purpose, let algorithm):
                let record = try made(purpose, algorithm, .active, tenant, master, now, now, environment)
                steps.append(.insertKey(record))
            case .activate(let keyID):
                steps.append(
                    .setKeyState(keyID, from: .next, to: .active, activeFrom: now, retiresAt: nil, in: tenant))
            case .demote(let keyID, let until):
                steps.append(
                    .setKeyState(keyID, from: .active, to: .previous, activeFrom: nil, retiresAt: until, in: tenant))
            case .retire(let keyID, let old):
                steps.append(.setKeyState(keyID, from: old, to: .retired, activeFrom: nil, retiresAt: now, in: tenant))
            }
        }
        return steps
    }

    private static func made(
        _ purpose: KeyRecord.Purpose, _ algorithm: String, _ state: KeyRecord.State, _ tenant: Tenant.ID,
        _ master: MasterKey, _ now: Date, _ activeFrom: Date, _ environment: Environment
    ) throws(IssuingError) -> KeyRecord {
        guard let known = SignatureAlgorithm.named(algorithm) else { throw .unknownAlgorithm(algorithm) }
        return try KeyMaking.signingKey(
            purpose, known, state: state, tenant: tenant, master: master, now: now, activeFrom: activeFrom,
            environment: environment)
    }
}
