/// Where the person says who they are: the address, or one of the homes offered.
package struct SignInPage: Sendable {
    package var applicationName: String?
    package var addressTarget: FormTarget
    package var address: String?
    package var problem: FieldProblem?
    package var partners: [PartnerChoice]
    /// Back to the application; nil where nobody is waiting.
    package var cancel: FormTarget?

    package init(
        applicationName: String?, addressTarget: FormTarget, address: String?, problem: FieldProblem?,
        partners: [PartnerChoice], cancel: FormTarget?
    ) {
        self.applicationName = applicationName
        self.addressTarget = addressTarget
        self.address = address
        self.problem = problem
        self.partners = partners
        self.cancel = cancel
    }
}

package struct PartnerChoice: Sendable {
    package var displayName: String
    package var name: String
    package var target: FormTarget

    package init(displayName: String, name: String, target: FormTarget) {
        self.displayName = displayName
        self.name = name
        self.target = target
    }
}

package func signInPage(_ page: SignInPage, in frame: PageFrame) -> Page {
    let words = frame.words
    var content: [Markup] = []
    if let application = page.applicationName {
        content.append(frame.paragraph(words.signInTo(application), "lead"))
    }
    content.append(
        frame.form(
            page.addressTarget,
            [
                frame.field(
                    "email", label: words.address, type: "email", value: page.address, problem: page.problem,
                    hint: words.addressHint,
                    [
                        ("autocomplete", "username"), ("inputmode", "email"), ("spellcheck", "false"),
                        ("maxlength", "254"),
                    ]),
                frame.button(words.next),
            ]))
    if !page.partners.isEmpty {
        content.append(tag("p", [("class", "or")], .text(words.or)))
        content.append(
            .element(
                "div", [("class", "choices")],
                page.partners.map { partner in
                    frame.form(
                        partner.target,
                        [
                            frame.button(
                                words.continueWith(partner.displayName), kind: "secondary", name: "partner",
                                value: partner.name)
                        ])
                }))
    }
    if let cancel = page.cancel { content.append(frame.form(cancel, [frame.button(words.cancel, kind: "quiet")])) }
    return frame.page(words.signIn, problem: page.problem, content)
}

/// A member's password.
package struct PasswordPage: Sendable {
    package var applicationName: String?
    package var address: String
    package var target: FormTarget
    package var otherAddress: FormTarget
    package var problem: FieldProblem?

    package init(
        applicationName: String?, address: String, target: FormTarget, otherAddress: FormTarget, problem: FieldProblem?
    ) {
        self.applicationName = applicationName
        self.address = address
        self.target = target
        self.otherAddress = otherAddress
        self.problem = problem
    }
}

package func passwordPage(_ page: PasswordPage, in frame: PageFrame) -> Page {
    let words = frame.words
    return frame.page(
        words.enterPassword, problem: page.problem,
        [
            frame.who(page.address),
            frame.form(
                page.target,
                [
                    // For password managers, which look for a name beside the password.
                    tag(
                        "input",
                        [
                            ("type", "hidden"), ("name", "username"), ("value", page.address),
                            ("autocomplete", "username"),
                        ]),
                    frame.field(
                        "password", label: words.password, type: "password", problem: page.problem,
                        [("autocomplete", "current-password"), ("maxlength", "256")]),
                    frame.button(words.signIn),
                ]),
            frame.otherAccount(page.otherAddress),
        ])
}

/// The address has no home but a Microsoft account, one that is there or a new one: said before Microsoft asks for it.
package struct MicrosoftAccountPage: Sendable {
    package var applicationName: String?
    package var address: String
    package var partner: PartnerChoice
    package var otherAddress: FormTarget

    package init(applicationName: String?, address: String, partner: PartnerChoice, otherAddress: FormTarget) {
        self.applicationName = applicationName
        self.address = address
        self.partner = partner
        self.otherAddress = otherAddress
    }
}

package func microsoftAccountPage(_ page: MicrosoftAccountPage, in frame: PageFrame) -> Page {
    let words = frame.words
    return frame.page(
        words.microsoftAccountNeeded,
        [
            frame.who(page.address), frame.paragraph(words.microsoftAccountExplained),
            frame.form(
                page.partner.target,
                [
                    frame.button(
                        words.continueWith(page.partner.displayName), name: "partner", value: page.partner.name)
                ]),
            frame.otherAccount(page.otherAddress),
        ])
}

/// Before a code is mailed: a page with a button, because nothing is mailed for a GET.
package struct SendCodePage: Sendable {
    package var applicationName: String?
    package var address: String
    package var target: FormTarget
    package var otherAddress: FormTarget
    /// The home that named the address without vouching for it; nil where the code is the way in.
    package var provesAddressFor: String?

    package init(
        applicationName: String?, address: String, target: FormTarget, otherAddress: FormTarget,
        provesAddressFor: String?
    ) {
        self.applicationName = applicationName
        self.address = address
        self.target = target
        self.otherAddress = otherAddress
        self.provesAddressFor = provesAddressFor
    }
}

package func sendCodePage(_ page: SendCodePage, in frame: PageFrame) -> Page {
    let words = frame.words
    var content = [frame.who(page.address)]
    if let home = page.provesAddressFor { content.append(frame.paragraph(words.proveBecause(home))) }
    content.append(frame.paragraph(words.proveLead, "lead"))
    content.append(frame.form(page.target, [frame.button(words.sendCode)]))
    content.append(frame.otherAccount(page.otherAddress))
    return frame.page(words.proveTitle, content)
}

/// The code that was mailed.
package struct CodePage: Sendable {
    package var applicationName: String?
    package var address: String
    package var target: FormTarget
    package var resend: FormTarget
    package var otherAddress: FormTarget
    package var problem: FieldProblem?
    package var minutesValid: Int
    /// Whether everybody gets one, because anybody may sign up.
    package var isForAll: Bool

    package init(
        applicationName: String?, address: String, target: FormTarget, resend: FormTarget, otherAddress: FormTarget,
        problem: FieldProblem?, minutesValid: Int, isForAll: Bool = false
    ) {
        self.isForAll = isForAll
        self.applicationName = applicationName
        self.address = address
        self.target = target
        self.resend = resend
        self.otherAddress = otherAddress
        self.problem = problem
        self.minutesValid = minutesValid
    }
}

package func codePage(_ page: CodePage, in frame: PageFrame) -> Page {
    let words = frame.words
    return frame.page(
        words.enterCode, problem: page.problem,
        [
            frame.who(page.address),
            frame.paragraph((page.isForAll ? words.codeSentToAll : words.codeSent)(page.minutesValid), "lead"),
            frame.form(
                page.target,
                [
                    frame.field(
                        "code", label: words.code, type: "text", problem: page.problem,
                        [
                            ("inputmode", "numeric"), ("autocomplete", "one-time-code"), ("maxlength", "11"),
                            ("spellcheck", "false"),
                        ]),
                    frame.button(words.next),
                ]),
            tag(
                "div", [("class", "links")], frame.form(page.resend, [frame.button(words.resend, kind: "quiet")]),
                frame.otherAccount(page.otherAddress)),
        ])
}

extension PageFrame {
    /// Whose sign-in this is.
    func who(_ address: String) -> Markup { tag("div", [("class", "who")], tag("span", .text(address))) }

    /// The way to another account, after everything else.
    func otherAccount(_ change: FormTarget) -> Markup { form(change, [button(words.otherAccount, kind: "quiet")]) }
}
