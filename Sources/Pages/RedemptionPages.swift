/// What an emailed link shows. Opening it changes nothing.
package struct InvitationPage: Sendable {
    package enum State: Sendable {
        case open
        case alreadyAccepted(continueURL: String)
        /// - Parameter ask: The inviter's address, if there is one to write to.
        case expired(LookUp, ask: String?)
        case withdrawn(LookUp)
        /// A later link took its place; the form mails one to the invited address, whoever asks.
        case replaced(sendAgain: FormTarget)
        /// The form of `replaced` was sent.
        case sentAgain
    }

    package var organization: String
    package var inviterName: String
    package var invitedAddress: String
    package var message: String?
    package var target: FormTarget
    package var state: State

    package init(
        organization: String, inviterName: String, invitedAddress: String, message: String?, target: FormTarget,
        state: State
    ) {
        self.organization = organization
        self.inviterName = inviterName
        self.invitedAddress = invitedAddress
        self.message = message
        self.target = target
        self.state = state
    }
}

package func invitationPage(_ page: InvitationPage, in frame: PageFrame) -> Page {
    let words = frame.words
    var status = 200
    var content: [Markup] = []
    switch page.state {
    case .open:
        content.append(frame.paragraph(words.invitedLead(page.inviterName, page.invitedAddress), "lead"))
        if let message = page.message, !message.isEmpty { content.append(tag("blockquote", .text(message))) }
        content.append(frame.form(page.target, [frame.button(words.invitationContinue)]))
    case .alreadyAccepted(let url):
        content.append(frame.paragraph(words.invitationAccepted))
        content.append(tag("a", [("class", "button primary"), ("href", url)], .text(words.continueLabel)))
    case .expired(let failure, let inviter):
        status = 410
        content += [frame.paragraph(words.invitationExpired), frame.paragraph(words.askAgain, "lead")]
        if let inviter {
            content.append(
                tag("a", [("class", "button primary"), ("href", "mailto:\(inviter)")], .text(words.writeTo(inviter))))
        }
        content += lookUp(failure, in: frame)
    case .replaced(let target):
        status = 410
        content.append(frame.paragraph(words.invitationReplaced))
        content.append(frame.paragraph(words.openNewest, "lead"))
        content.append(frame.form(target, [frame.button(words.sendInvitationAgain)]))
    case .sentAgain:
        content.append(frame.paragraph(words.invitationSentAgain))
    case .withdrawn(let failure):
        status = 410
        content += [frame.paragraph(words.invitationWithdrawn), frame.paragraph(words.askAgain, "lead")]
        content += lookUp(failure, in: frame)
    }
    let title = status == 200 ? words.invitedTitle(page.organization) : words.invitationTitle(page.organization)
    return frame.page(title, status: status, content)
}

/// Review permissions: shown once, after the guest authenticated and before anything is shared.
package struct ReviewPermissionsPage: Sendable {
    package var organization: String
    package var domain: String
    package var guestAddress: String
    package var guestName: String?
    package var inviterName: String?
    package var privacyURL: String?
    package var privacyContact: String?
    package var accept: FormTarget
    package var decline: FormTarget

    package init(
        organization: String, domain: String, guestAddress: String, guestName: String?, inviterName: String?,
        privacyURL: String?, privacyContact: String?, accept: FormTarget, decline: FormTarget
    ) {
        self.organization = organization
        self.domain = domain
        self.guestAddress = guestAddress
        self.guestName = guestName
        self.inviterName = inviterName
        self.privacyURL = privacyURL
        self.privacyContact = privacyContact
        self.accept = accept
        self.decline = decline
    }
}

package func reviewPermissionsPage(_ page: ReviewPermissionsPage, in frame: PageFrame) -> Page {
    let words = frame.words
    let organization = page.organization
    let privacy =
        page.privacyURL.map { url in
            tag("p", tag("a", [("href", url), ("rel", "noopener noreferrer")], .text(words.reviewPrivacy)))
        } ?? frame.paragraph(words.reviewNoPrivacy(organization))
    return frame.page(
        words.reviewTitle,
        [
            frame.who(page.guestAddress),
            frame.paragraph(words.reviewLead(organization, page.domain)),
            tag(
                "ul", [("class", "plain")], tag("li", .text(words.reviewProfile)),
                tag("li", .text(words.reviewActivity)), tag("li", .text(words.reviewUse(organization)))),
            privacy,
            frame.paragraph(words.reviewTrust(organization), "lead"),
            tag(
                "div", [("class", "row two")],
                frame.form(page.accept, [frame.button(words.accept, name: "accept", value: "yes")]),
                frame.form(page.decline, [frame.button(words.decline, kind: "secondary")])),
        ])
}

/// What an application asks to do in the person's name.
package struct ConsentPage: Sendable {
    package var applicationName: String
    package var permissions: [(title: String, description: String)]
    package var guestAddress: String
    package var accept: FormTarget
    package var decline: FormTarget

    package init(
        applicationName: String, permissions: [(title: String, description: String)], guestAddress: String,
        accept: FormTarget, decline: FormTarget
    ) {
        self.applicationName = applicationName
        self.permissions = permissions
        self.guestAddress = guestAddress
        self.accept = accept
        self.decline = decline
    }
}

package func consentPage(_ page: ConsentPage, in frame: PageFrame) -> Page {
    let words = frame.words
    return frame.page(
        words.consentTitle(page.applicationName),
        [
            frame.who(page.guestAddress),
            frame.paragraph(words.consentLead),
            .element(
                "ul", [("class", "plain")],
                page.permissions.map {
                    tag("li", tag("strong", .text($0.title)), tag("div", [("class", "detail")], .text($0.description)))
                }),
            tag(
                "div", [("class", "row two")],
                frame.form(page.accept, [frame.button(words.accept, name: "accept", value: "yes")]),
                frame.form(page.decline, [frame.button(words.decline, kind: "secondary")])),
        ])
}

/// Signed in as somebody else than the person invited: one click changes it.
package struct WrongAccountPage: Sendable {
    package var signedInAs: String
    package var invitedAddress: String
    package var change: FormTarget
    /// Mails a code to the invited address, which proves that it is the person's too. Nil where that would not help.
    package var prove: FormTarget?
    /// Where the person who is signed in can go on as who they are.
    package var stay: String?

    package init(
        signedInAs: String, invitedAddress: String, change: FormTarget, prove: FormTarget? = nil, stay: String? = nil
    ) {
        self.stay = stay
        self.signedInAs = signedInAs
        self.invitedAddress = invitedAddress
        self.change = change
        self.prove = prove
    }
}

package func wrongAccountPage(_ page: WrongAccountPage, in frame: PageFrame) -> Page {
    let words = frame.words
    let prove =
        page.prove.map { target in
            [
                frame.paragraph(words.addressIsMine(page.invitedAddress), "lead"),
                frame.form(target, [frame.button(words.sendCode, kind: "secondary")]),
            ]
        } ?? []
    let stay =
        page.stay.map { url in
            [tag("a", [("class", "button secondary"), ("href", url)], .text(words.continueAs(page.signedInAs)))]
        } ?? []
    return frame.page(
        words.wrongAccountTitle,
        [
            frame.paragraph(words.wrongAccount(page.signedInAs, page.invitedAddress)),
            tag(
                "div", [("class", "row")], frame.form(page.change, [frame.button(words.otherAccount)]),
                .joined(stay)),
        ] + prove)
}

/// Whether an organisation may send this address more invitations.
package struct BlockInvitationsPage: Sendable {
    package enum State: Sendable {
        case asks
        case blocked
        case allowed
    }

    package var organization: String
    package var address: String
    package var target: FormTarget
    package var state: State

    package init(organization: String, address: String, target: FormTarget, state: State) {
        self.organization = organization
        self.address = address
        self.target = target
        self.state = state
    }
}

package func blockInvitationsPage(_ page: BlockInvitationsPage, in frame: PageFrame) -> Page {
    let words = frame.words
    let (organization, address) = (page.organization, page.address)
    let content: [Markup] =
        switch page.state {
        case .asks:
            [
                frame.paragraph(words.blockLead(organization, address)),
                frame.form(page.target, [frame.button(words.block, name: "allow", value: "no")]),
            ]
        case .blocked:
            [
                frame.paragraph(words.blocked(organization, address)),
                frame.form(page.target, [frame.button(words.unblock, kind: "secondary", name: "allow", value: "yes")]),
            ]
        case .allowed:
            [
                frame.paragraph(words.unblocked(organization, address)),
                frame.form(page.target, [frame.button(words.block, kind: "secondary", name: "allow", value: "no")]),
            ]
        }
    return frame.page(words.blockTitle(organization), content)
}
