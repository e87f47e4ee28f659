internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Storage

/// What a monitor reads: Prometheus's text format, version 0.0.4, on a listener of its own.
struct MetricsFeature {
    let installation: Installation

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard request.method == .get || request.method == .head, request.path == "/metrics" else {
            return .text("Here is /metrics, and nothing else.\n", status: 404)
        }
        do {
            return HTTPResponse(
                status: 200, body: Array(try await text().utf8),
                fields: [("content-type", "text/plain; version=0.0.4"), ("cache-control", "no-store")])
        } catch {
            return .text("the store does not answer\n", status: 503)
        }
    }

    private func text() async throws(StorageError) -> String {
        let counts = installation.peers.counts
        let now = installation.now
        var families = MetricFamilies()
        for tenant in try await installation.store.tenantIDs() {
            guard let snapshot = try await installation.settings.snapshot(tenant) else { continue }
            let states = try await installation.store.peerStates(tenant)
            for partner in snapshot.partners {
                let peer = Peer.partner(partner.id)
                let labels = [("tenant", tenant.description), ("partner", partner.name)]
                families.add(.enabled, labels, partner.isEnabled ? 1 : 0)
                let count = counts[PeerMemory.Key(tenant: tenant, peer: peer)] ?? PeerMemory.Counts()
                families.add(.signIns, labels + [("result", "success")], Double(count.successes))
                for (rule, number) in count.failures.sorted(by: { $0.key < $1.key }) {
                    families.add(.signIns, labels + [("result", "failure"), ("rule", rule)], Double(number))
                }
                guard let state = states.first(where: { $0.peer == peer }) else { continue }
                families.add(state, labels, now: now)
            }
            for application in snapshot.applications {
                guard let state = states.first(where: { $0.peer == .application(application.id) }) else { continue }
                let labels = [("tenant", tenant.description), ("application", application.displayName)]
                families.add(state, labels, now: now)
            }
        }
        return families.text
    }
}

private struct MetricFamilies {
    enum Family: String, CaseIterable {
        case enabled = "vestibule_partner_enabled"
        case signIns = "vestibule_partner_sign_ins_total"
        case age = "vestibule_metadata_age_seconds"
        case valid = "vestibule_metadata_valid_seconds"
        case failing = "vestibule_metadata_failing"
        case certificate = "vestibule_certificate_left_seconds"
        case lastSuccess = "vestibule_partner_last_success_timestamp_seconds"
        case lastFailure = "vestibule_partner_last_failure_timestamp_seconds"

        var help: String {
            switch self {
            case .enabled: "Whether the partner is enabled."
            case .signIns: "Answers of the partner since this server started, by result and by the rule that failed."
            case .age: "Since the metadata was last read."
            case .valid: "Until the metadata expires; negative: it has."
            case .failing: "Whether the metadata could not be read the last time."
            case .certificate: "Until the last signing certificate ends; negative: it has."
            case .lastSuccess: "When somebody last signed in through the partner."
            case .lastFailure: "When an answer of the partner was last refused."
            }
        }
    }

    private var samples: [Family: [String]] = [:]

    mutating func add(_ family: Family, _ labels: [(String, String)], _ value: Double) {
        let list = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        let number = value == value.rounded() ? "\(Int64(value))" : "\(value)"
        samples[family, default: []].append("\(family.rawValue){\(list)} \(number)")
    }

    mutating func add(_ state: PeerState, _ labels: [(String, String)], now: Date) {
        let (metadata, experience) = (state.metadata, state.experience)
        if let at = metadata.fetchedAt {
            add(.age, labels, now.timeIntervalSince(at).rounded())
            add(.failing, labels, metadata.failingSince == nil ? 0 : 1)
        }
        if let until = metadata.validUntil { add(.valid, labels, until.timeIntervalSince(now).rounded()) }
        if let end = metadata.certificateEndsAt { add(.certificate, labels, end.timeIntervalSince(now).rounded()) }
        if let at = experience.lastSuccessAt { add(.lastSuccess, labels, at.timeIntervalSince1970.rounded()) }
        if let failure = experience.lastFailure {
            add(.lastFailure, labels + [("rule", failure.rule)], failure.at.timeIntervalSince1970.rounded())
        }
    }

    /// By family, as the format wants it.
    var text: String {
        var lines: [String] = []
        for family in Family.allCases {
            guard let samples = samples[family] else { continue }
            let kind = family == .signIns ? "counter" : "gauge"
            lines += ["# HELP \(family.rawValue) \(family.help)", "# TYPE \(family.rawValue) \(kind)"] + samples
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
