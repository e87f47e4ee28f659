internal import Access
internal import Directory
internal import FoundationEssentials
internal import Storage

/// What must hold before anything is looked up or made.
struct InvitationTerms {
    static let nameLimit = 256
    static let messageLimit = 5_000

    let installation: Installation
    let tenant: Tenant

    func check(_ request: InvitationRequest, by party: InvitingParty) throws(InvitationRefusal) {
        let verdict = invitationDecision(
            for: InvitationInput(inviter: party.inviter, domain: request.address.domain),
            settings: tenant.invitationSettings)
        if case .deny(let denial, let reasons) = verdict { throw .denied(denial, reasons) }
        if request.userType == .member || request.subject != .address, !party.administersUsers {
            throw .needsAdministrator
        }
        guard !tenant.domains.contains(request.address.domain) else { throw .ownDomain(request.address.domain) }
        if let redirect = request.redirectURL,
            LandingURL(redirect, allowsLoopback: installation.isDevelopment) == nil
        {
            throw .redirectNotAcceptable(redirect)
        }
        try checkTexts(request)
        if let sponsors = request.sponsors, sponsors.count > User.sponsorLimit {
            throw .unacceptable(property: "invitedUserSponsors", why: "are more than \(User.sponsorLimit)")
        }
        if case .days(let days) = request.lifetime, !(1...3_650).contains(days) {
            throw .unacceptable(property: "The lifetime", why: "is not between 1 and 3,650 days")
        }
    }

    private func checkTexts(_ request: InvitationRequest) throws(InvitationRefusal) {
        for (property, name) in [
            ("invitedUserDisplayName", request.displayName), ("ccRecipients", request.copyTo?.name),
        ] {
            guard let name else { continue }
            guard name.utf8.count <= Self.nameLimit, !name.unicodeScalars.contains(where: \.breaksLines) else {
                throw .unacceptable(
                    property: property, why: "is longer than \(Self.nameLimit) bytes, or has a control character")
            }
        }
        if let message = request.message {
            let isPlain = message.unicodeScalars.allSatisfy { !$0.breaksLines || "\n\r\t".unicodeScalars.contains($0) }
            guard message.utf8.count <= Self.messageLimit, isPlain else {
                throw .unacceptable(
                    property: "customizedMessageBody",
                    why: "is longer than \(Self.messageLimit) bytes, or has a control character")
            }
        }
        if let language = request.messageLanguage {
            let isTag =
                (2...35).contains(language.utf8.count)
                && language.utf8.allSatisfy {
                    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
                }
            guard isTag else { throw .unacceptable(property: "messageLanguage", why: "is no language tag") }
        }
    }

    /// Nil: never.
    func end(of lifetime: InvitationRequest.Lifetime) -> Date? {
        let days: Int? =
            switch lifetime {
            case .asTenantSays: tenant.invitationDays
            case .days(let days): days
            case .never: nil
            }
        return days.map { installation.now.addingTimeInterval(Double($0) * 86_400) }
    }
}

extension Tenant {
    var invitationSettings: InvitationSettings { InvitationSettings(collaboration: ExternalCollaboration(self)) }
}

extension Unicode.Scalar {
    /// A control character or a separator of lines, which no name has.
    var breaksLines: Bool {
        [.control, .lineSeparator, .paragraphSeparator].contains(properties.generalCategory)
    }
}
