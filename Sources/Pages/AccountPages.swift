package struct ConfirmSignOutPage: Sendable {
    package var address: String?
    package var target: FormTarget

    package init(address: String?, target: FormTarget) {
        self.address = address
        self.target = target
    }
}

package func confirmSignOutPage(_ page: ConfirmSignOutPage, in frame: PageFrame) -> Page {
    var content: [Markup] = []
    if let address = page.address { content.append(frame.who(address)) }
    content.append(frame.form(page.target, [frame.button(frame.words.signOut)]))
    return frame.page(frame.words.signOutTitle, content)
}

/// Who the person is here, and where they can go.
package struct AccountPage: Sendable {
    package var name: String
    package var address: String
    package var userType: String
    /// Where the account lives; nil where the person has none and came by a code.
    package var homeName: String?
    package var applications: [(name: String, url: String?)]
    package var signOut: FormTarget

    package init(
        name: String, address: String, userType: String, homeName: String?,
        applications: [(name: String, url: String?)], signOut: FormTarget
    ) {
        self.name = name
        self.address = address
        self.userType = userType
        self.homeName = homeName
        self.applications = applications
        self.signOut = signOut
    }
}

package func accountPage(_ page: AccountPage, in frame: PageFrame) -> Page {
    let words = frame.words
    var content = [frame.who(page.address)]
    if let home = page.homeName { content.append(frame.paragraph(words.accountLead(home), "lead")) }
    if !page.applications.isEmpty {
        content.append(tag("h2", .text(words.applications)))
        content.append(
            .element(
                "div", [("class", "choices")],
                page.applications.map { application in
                    tag("a", [("class", "button secondary"), ("href", application.url)], .text(application.name))
                }))
    }
    content.append(frame.form(page.signOut, [frame.button(words.signOut, kind: "quiet")]))
    return frame.page(words.accountTitle(page.name), content)
}

/// The first administrator. In English: it is the operator's own page.
package struct ClaimPage: Sendable {
    package var base: String
    package var domain: String
    package var address: String?
    package var target: FormTarget
    package var problem: FieldProblem?

    package init(base: String, domain: String, address: String?, target: FormTarget, problem: FieldProblem?) {
        self.base = base
        self.domain = domain
        self.address = address
        self.target = target
        self.problem = problem
    }
}

package func claimPage(_ page: ClaimPage, in frame: PageFrame) -> Page {
    let problem = page.problem
    return frame.page(
        "Become the first administrator", status: problem == nil ? 200 : 400, problem: problem,
        [
            frame.paragraph(
                "This link makes one member of \(frame.organization) with the role Global Administrator, at \(page.base).",
                "lead"),
            frame.form(
                page.target,
                [
                    frame.field(
                        "email", label: "Sign-in name", type: "email", value: page.address, problem: problem,
                        hint: "An address in \(page.domain).", [("autocomplete", "username"), ("maxlength", "254")]),
                    frame.field(
                        "name", label: "Your name", type: "text", problem: problem, focus: false,
                        [("autocomplete", "name"), ("maxlength", "256")]),
                    frame.field(
                        "password", label: "Password", type: "password", problem: problem,
                        hint: "At least 12 characters; a few words that do not belong together are good.", focus: false,
                        [("autocomplete", "new-password"), ("minlength", "12"), ("maxlength", "256")]),
                    frame.field(
                        "confirm", label: "Password again", type: "password", problem: problem, focus: false,
                        [("autocomplete", "new-password"), ("maxlength", "256")]),
                    frame.button("Create administrator"),
                ]),
        ])
}
