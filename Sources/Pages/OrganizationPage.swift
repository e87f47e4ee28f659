/// Which organisation somebody wants to go to, where the address does not say it.
package struct OrganizationPage: Sendable {
    package var typed: String?
    package var isUnknown: Bool

    package init(typed: String?, isUnknown: Bool) {
        self.typed = typed
        self.isUnknown = isUnknown
    }
}

/// A form that is sent by GET: it changes nothing, so it needs no token.
package func organizationPage(_ page: OrganizationPage, in frame: PageFrame) -> Page {
    let words = frame.words
    let problem = page.isUnknown ? FieldProblem(field: "tenantId", message: words.organizationUnknown) : nil
    return frame.page(
        words.organizationTitle, status: page.isUnknown ? 404 : 200,
        [
            .element(
                "form", [("method", "get"), ("action", "/apps")],
                [
                    frame.field(
                        "tenantId", label: words.organizationLabel, type: "text", value: page.typed, problem: problem,
                        [("autocapitalize", "none"), ("spellcheck", "false")]),
                    frame.button(words.next),
                ])
        ])
}
