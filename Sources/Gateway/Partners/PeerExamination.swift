internal import Directory
internal import FoundationEssentials
internal import Storage

/// What is to be said of a peer's metadata and certificates.
struct PeerExamination {
    let known: KnownPeer
    let state: PeerState?
    let now: Date

    /// Metadata that could not be read for so long is about to be missed.
    private static let patience: Double = 2 * 86_400

    var findings: [HealthFinding] {
        var findings: [HealthFinding] = []
        func add(_ severity: HealthFinding.Severity, _ rule: String, _ sentence: String) {
            findings.append(HealthFinding(severity, known.subject, rule, sentence))
        }
        let metadata = state?.metadata ?? PeerState.Metadata()
        if known.metadataURL != nil, metadata.fetchedAt == nil {
            add(.notice, "metadata.unread", "Its metadata has not been read yet.")
        }
        if let until = metadata.validUntil, until <= now {
            add(.problem, "metadata_expired", "Its metadata was valid until \(until.iso8601): nobody can sign in.")
        }
        if let since = metadata.failingSince {
            let failure = metadata.failure ?? "the reason is not known"
            let isLong = now.timeIntervalSince(since) > Self.patience || failure.hasPrefix("issuer_mismatch:")
            add(
                isLong ? .problem : .notice, "metadata.failing",
                "Its metadata can't be read since \(since.iso8601). \(failure)")
        }
        let terms = MetadataTerms(cacheDuration: nil, validUntil: nil, certificateEndsAt: known.certificateEndsAt)
        if let level = terms.warning(at: now), let end = known.certificateEndsAt {
            let days = Int((end.timeIntervalSince(now) / 86_400).rounded(.down))
            let left = level == 0 ? "has ended" : "ends in \(days) days"
            add(
                level > 7 ? .notice : .problem, "certificate.\(level)",
                "Its last signing certificate \(left), \(end.iso8601).")
        }
        return findings
    }
}

/// What is to be said of how people fared who came through a partner.
struct ExperienceExamination {
    let partner: Partner
    let experience: PeerState.Experience
    let now: Date

    /// A change of claims is news for so long.
    private static let news: Double = 30 * 86_400
    /// Rules that a person, or somebody who plays, can break: no sign of a broken connection.
    private static let harmless: Set<String> = [
        "refused", "status_not_success", "state", "transaction", "transaction.age", "response", "bad_encoding",
        "bad_xml", "in_response_to", "replay",
    ]

    var findings: [HealthFinding] {
        var findings: [HealthFinding] = []
        let subject = "partner \(partner.name)"
        if let failure = experience.lastFailure, failure.at > experience.lastSuccessAt ?? .distantPast {
            let severity: HealthFinding.Severity = Self.harmless.contains(failure.rule) ? .notice : .problem
            let since = experience.lastSuccessAt.map { "the last success was \($0.iso8601)" } ?? "nobody succeeded yet"
            findings.append(
                HealthFinding(
                    severity, subject, failure.rule,
                    "Its last answer was refused \(failure.at.iso8601), and \(since). \(failure.detail)"))
        }
        if let at = experience.claimsChangedAt, now.timeIntervalSince(at) < Self.news {
            let (old, new) = (experience.claimsBefore, experience.claims)
            let parts = [
                ("gone", old.filter { !new.contains($0) }), ("new", new.filter { !old.contains($0) }),
            ].filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))" }
            findings.append(
                HealthFinding(
                    .notice, subject, "claims",
                    "Its claims changed \(at.iso8601). \(parts.joined(separator: "; "))."))
        }
        return findings
    }
}

extension KnownPeer {
    var subject: String {
        switch self {
        case .partner(let partner, _): "partner \(partner.name)"
        case .application(let application, _): "application \(application.displayName)"
        }
    }
}
