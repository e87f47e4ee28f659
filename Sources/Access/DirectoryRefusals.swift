package import Directory

extension Refusal {
    /// The number that a refused guest mapping gets.
    package init(_ refusal: GuestMappingRefusal) {
        self =
            switch refusal {
            case .stranger: .noMatchingGuest
            case .disabled: .userDisabled
            case .wrongAccount: .wrongAccount
            case .invitationExpired: .invitationExpired
            case .invitationWithdrawn: .invitationWithdrawn
            case .invitationReplaced: .invitationReplaced
            case .invitationUsed: .invitationUsed
            case .guestHasOtherIdentity: .guestHasOtherIdentity
            case .domainBlocked: .invitationDomainBlocked
            case .identityIsAnotherGuest: .identityIsAnotherGuest
            }
    }

    /// The number that an address without a home gets.
    package init(_ refusal: HomeRealmRefusal) {
        self =
            switch refusal {
            case .noHome: .noHomeForAddress
            case .partnerUnavailable, .emailCodeOff: .partnerUnavailable
            }
    }
}
