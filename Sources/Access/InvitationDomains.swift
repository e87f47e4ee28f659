package import Directory

/// The one list of domains that a tenant may keep for invitations: those allowed or those blocked, never both.
///
/// Entra says nothing of subdomains. Ours, the safer reading where a list allows: a name stands for itself alone, so
/// `sub.contoso.com` is not on a list with `contoso.com`.
package enum InvitationDomains: Sendable, Hashable {
    case unrestricted
    case allowed(Set<DomainName>)
    case blocked(Set<DomainName>)

    package enum Fault: Error, Sendable, Hashable {
        case bothLists
        case tooLong(Int)
        case domainInvalid(String)
    }

    /// Characters of all names together, as in Entra.
    package static let characterLimit = 25_000

    /// - Parameters:
    ///   - allowedDomains: `AllowedDomains` as written; empty: there is no such list.
    ///   - blockedDomains: `BlockedDomains`, likewise.
    /// - Throws: ``Fault`` where both lists name something, one is too long, or a name is no domain.
    package init(allowedDomains: [String], blockedDomains: [String]) throws(Fault) {
        guard allowedDomains.isEmpty || blockedDomains.isEmpty else { throw .bothLists }
        let names = allowedDomains + blockedDomains
        let length = names.reduce(0) { $0 + $1.utf8.count }
        guard length <= Self.characterLimit else { throw .tooLong(length) }
        var domains: Set<DomainName> = []
        for name in names {
            guard let domain = DomainName(name) else { throw .domainInvalid(name) }
            domains.insert(domain)
        }
        if domains.isEmpty {
            self = .unrestricted
        } else {
            self = allowedDomains.isEmpty ? .blocked(domains) : .allowed(domains)
        }
    }

    package func admits(_ domain: DomainName) -> Bool {
        switch self {
        case .unrestricted: true
        case .allowed(let domains): domains.contains(domain)
        case .blocked(let domains): !domains.contains(domain)
        }
    }

    func reason(_ domain: DomainName) -> Reason {
        let met = admits(domain)
        let detail =
            switch self {
            case .unrestricted: "Every domain may be invited."
            case .allowed: "\(domain) is \(met ? "" : "not ")on the list of allowed domains."
            case .blocked: "\(domain) is \(met ? "not " : "")on the list of blocked domains."
            }
        return Reason("collaboration.domain", met: met, detail, setting: ExternalCollaboration.Setting.domains)
    }
}
