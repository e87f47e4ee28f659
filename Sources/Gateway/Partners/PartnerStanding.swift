internal import Directory
internal import FoundationEssentials
internal import Storage

/// Whether the home that vouched for somebody still may, by the settings of this moment. What a home's word led to counts
/// only while it stands: sign-ins, sessions, codes, grants and tokens alike.
extension TenantSnapshot {
    /// - Parameter identity: What the home vouched for; nil: not known any more.
    func stands(_ id: Partner.ID, _ identity: ExternalIdentity?) -> Bool {
        if let setting = partner(vouching: id) { return setting.isEnabled }
        // Another tenant of this installation is a partner by its own id without being configured.
        return identity?.kind == .tenant && identity?.homeTenant == id.description
    }

    func stands(_ identity: ExternalIdentity) -> Bool {
        identity.partner.map { stands($0, identity) } ?? true
    }
}

extension TenantSnapshot {
    /// Whether a tenant of this installation vouched, not one of the same id elsewhere.
    func isHosted(_ identity: ExternalIdentity) -> Bool {
        guard identity.kind == .tenant else { return false }
        guard let setting = identity.partner.flatMap({ partner(vouching: $0) }) else { return true }
        if case .tenant(_, nil, _) = setting.connection { return true } else { return false }
    }
}

extension Partner {
    /// Every id that what it vouched for may bear: its own, and for a tenant of this installation that tenant's.
    var vouchingIDs: [Partner.ID] {
        guard case .tenant(let home, nil, _) = connection, home.uuid != id.uuid else { return [id] }
        return [id, Partner.ID(home.uuid)]
    }
}
