package import Directory
package import Storage

/// Something about a partner, or an application with metadata, that whoever runs the installation should know. Each
/// stands in the tenant's audit trail already.
package struct PeerEvent: Sendable {
    package enum Change: String, Sendable, Hashable, CaseIterable {
        case keys = "keys changed"
        case endpoints = "endpoints changed"
        /// The metadata at the configured address is another entity's now; it was not adopted.
        case issuer = "issuer refused"
        case failing = "metadata failing"
        case restored = "metadata restored"
        case expired = "metadata expired"
        case certificate = "certificate ends"
        /// The last person came with other claims than the one before.
        case claims = "claims changed"
    }

    package let tenant: Tenant.ID
    package let peer: Peer
    /// Of the partner or the application.
    package let name: String
    package let change: Change
    package let sentence: String

    /// Whether somebody has to do something.
    package var isAlarm: Bool {
        switch change {
        case .issuer, .failing, .expired, .certificate: true
        case .keys, .endpoints, .restored, .claims: false
        }
    }
}

extension Installation {
    func audit(_ event: PeerEvent, by author: String) -> Step {
        audit(
            "Partner health: \(event.change.rawValue)", category: "Policy", in: event.tenant,
            actor: AuditParty(user: nil, name: author),
            details: [("peer", event.peer.idText), ("name", event.name), ("reason", event.sentence)])
    }
}

extension Peer {
    package var idText: String {
        switch self {
        case .partner(let id): id.description
        case .application(let id): id.description
        }
    }
}
