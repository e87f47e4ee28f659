/// What guests of a tenant may read of its directory (`authorizationPolicy.guestUserRoleId`). Here it counts at once.
package enum GuestAccess: String, Sendable, Hashable, CaseIterable {
    /// Everything that members can.
    case asMembers = "a0b1b346-4d3e-4e8b-98f8-753987be4970"
    /// Themselves, a few properties of people they know the name of, and groups; no lists. The default.
    case limited = "10dae51f-b6af-4016-8d66-8c2a99b929b3"
    /// Themselves, and the ids of the groups they are in.
    case restricted = "2af84b1e-32c8-42b7-82bc-daa82404023b"
}

/// Who may invite (`authorizationPolicy.allowInvitesFrom`).
package enum InvitationSource: String, Sendable, Hashable, CaseIterable {
    /// Nobody, not even administrators or applications.
    case none
    case adminsAndGuestInviters
    case adminsGuestInvitersAndAllMembers
    /// Guests too: Entra's default.
    case everyone
}
