package import Directory

/// Why a guest may not leave by themselves.
package enum LeavingDenial: Sendable, Hashable {
    /// Only somebody whose account lives elsewhere leaves; the others are deleted by their organisation.
    case notExternal
    /// The organisation wants to be asked: its privacy contact, where it names one.
    case askPrivacyContact(String?)
}

/// Whether a user may leave a tenant by themselves (`externalIdentitiesPolicy.allowExternalIdentitiesToLeave`). Leaving is
/// a soft deletion, and for good after 30 days.
///
/// - Parameter isExternal: Whether the account lives elsewhere, whatever the user type.
package func leavingDecision(
    isExternal: Bool, tenant: Tenant, collaboration: ExternalCollaboration
) -> Verdict<LeavingDenial> {
    Verdict(asking: [
        (
            .notExternal,
            Reason(
                "leaving.external", met: isExternal,
                isExternal ? "The account lives elsewhere." : "The account lives in this organisation.")
        ),
        (
            .askPrivacyContact(tenant.privacyContact),
            Reason(
                "leaving.allowed", met: collaboration.allowsLeaving,
                collaboration.allowsLeaving
                    ? "Guests may leave by themselves." : "Guests have to ask the organisation to leave.",
                setting: ExternalCollaboration.Setting.leaving)
        ),
    ])
}

extension ExternalCollaboration {
    /// Whether these settings may be written for the tenant: who can't leave by themselves must find whom to ask.
    package func mayBeWritten(for tenant: Tenant) -> Bool {
        allowsLeaving || tenant.privacyContact != nil
    }
}
