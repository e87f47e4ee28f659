package import Directory
package import Outbound

/// Asks what the TXT records of a domain are; a test answers by itself.
package struct DomainLookup: Sendable {
    package var evidence: @Sendable (DomainName) async -> DomainEvidence

    package init(evidence: @escaping @Sendable (DomainName) async -> DomainEvidence) { self.evidence = evidence }

    package init(_ resolver: TXTResolver) {
        evidence = { domain in
            do throws(DNSFailure) {
                switch try await resolver.records(of: domain) {
                case .records(let records): return .records(records.map { String(decoding: $0, as: UTF8.self) })
                case .noRecords: return .noRecords
                case .noSuchName: return .noSuchName
                case .alias(let name): return .alias(of: name.description)
                }
            } catch {
                return .unavailable(error.description)
            }
        }
    }

    /// For an installation that asks nobody: nothing is proven by a record there, and nothing lapses before its time.
    package static let none = DomainLookup { _ in .unavailable("no resolver is configured.") }
}
