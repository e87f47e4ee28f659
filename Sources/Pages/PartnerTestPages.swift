// Pages for whoever runs the installation, in English as that one's other pages.

/// Before a connection to a home is tried.
package struct BeginTestPage: Sendable {
    package var home: String
    package var target: FormTarget

    package init(home: String, target: FormTarget) {
        self.home = home
        self.target = target
    }
}

package func beginTestPage(_ page: BeginTestPage, in frame: PageFrame) -> Page {
    frame.page(
        "Test the connection to \(page.home)",
        [
            frame.paragraph(
                "You sign in at \(page.home), and see what arrives here. Nothing is issued, and nobody becomes a guest.",
                "lead"),
            frame.form(page.target, [frame.button("Begin")]),
        ])
}

/// What arrived, rule by rule and claim by claim.
package struct TestResultPage: Sendable {
    package struct Rule: Sendable {
        package var name: String
        package var isMet: Bool
        package var expected: String?
        package var actual: String?

        package init(name: String, isMet: Bool, expected: String?, actual: String?) {
            (self.name, self.isMet, self.expected, self.actual) = (name, isMet, expected, actual)
        }
    }

    package var home: String
    /// Nil: it would be accepted.
    package var refusal: String?
    package var guest: String?
    package var rules: [Rule]
    package var claims: [(name: String, values: [String], meaning: [String])]
    package var identity: [(name: String, value: String)]

    package init(
        home: String, refusal: String?, guest: String?, rules: [Rule],
        claims: [(name: String, values: [String], meaning: [String])], identity: [(name: String, value: String)]
    ) {
        self.home = home
        self.refusal = refusal
        self.guest = guest
        self.rules = rules
        self.claims = claims
        self.identity = identity
    }
}

package func testResultPage(_ page: TestResultPage, in frame: PageFrame) -> Page {
    var content: [Markup] = []
    if let refusal = page.refusal {
        content.append(tag("p", [("class", "problem"), ("role", "alert")], .text("Refused. \(refusal)")))
    } else {
        let who = page.guest.map { "It is the guest \($0)." } ?? "Nobody here has this identity yet."
        content.append(frame.paragraph("The answer would be accepted. \(who)", "lead"))
    }
    func section(_ title: String, _ entries: [(name: String, lines: [String])]) {
        guard !entries.isEmpty else { return }
        content.append(tag("h2", .text(title)))
        content.append(
            .element(
                "ul", [("class", "plain")],
                entries.map { entry in
                    .element(
                        "li", [],
                        [tag("strong", .text(entry.name))]
                            + entry.lines.flatMap { [tag("br"), Markup.text($0)] })
                }))
    }
    section(
        "Rules",
        page.rules.map { rule in
            var lines = [rule.isMet ? "met" : "NOT met"]
            if let expected = rule.expected { lines.append("expected: \(expected)") }
            if let actual = rule.actual { lines.append("actual: \(actual)") }
            return (name: rule.name, lines: lines)
        })
    section(
        "Claims as they arrived",
        page.claims.map { claim in
            let meaning = claim.meaning.isEmpty ? "not used" : "read as \(claim.meaning.joined(separator: ", "))"
            return (name: claim.name, lines: claim.values + [meaning])
        })
    section("What is known of the person by it", page.identity.map { (name: $0.name, lines: [$0.value]) })
    return frame.page("The connection to \(page.home)", content)
}
