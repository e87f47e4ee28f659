internal import HTTP
internal import SAML

/// What an application shows that speaks SAML or WS-Federation.
struct FederatedSamplePages: Sendable {
    let sample: FederatedSample

    func page(_ title: String) -> LabPage {
        LabPage(
            title: title, brand: sample.name, home: sample.path, look: sample.look,
            links: [("Applications", "/"), ("Mailbox", "/mailbox"), ("Accounts", "/accounts")],
            formTargets: "'self' \(sample.scene.gateway)", environment: sample.environment)
    }

    /// - Parameter ways: Label, address.
    func welcome(_ ways: [(label: String, path: String)]) -> HTTPResponse {
        let links: [LabMarkup] = ways.enumerated().map { position, way in
            "<a class=\"button\(position == 0 ? "" : " plain")\" href=\"\(way.path)\">\(way.label)</a>"
        }
        return page("Welcome to \(sample.name)").response(
            """
            <section class="card hero"><p class="lead">\(sample.lead)</p><div class="actions">\(links)</div></section>
            <section class="card"><h2>What you will see</h2>
            <p>You leave for \(sample.tenant.name), which asks who you are or sends you to whoever knows you. Back here, this
            application shows the whole answer: what it says, what was checked, and its XML.</p></section>
            """)
    }

    func account(_ arrival: FederatedSample.Arrival, ways: [(label: String, path: String)]) -> HTTPResponse {
        let assertion = arrival.assertion
        let links: [LabMarkup] = ways.map { "<a class=\"button plain\" href=\"\($0.path)\">\($0.label)</a>" }
        let checks: [LabMarkup] = assertion.checks.filter { $0.result == .pass }.map { check in
            """
            <li><span class="yes" aria-hidden="true">✓</span><span><code>\(check.name)</code>\
            <small>\(check.actual ?? check.expected ?? "as it must be")</small></span></li>
            """
        }
        let listing = XMLListing.indented(arrival.xml)
        return page("Hello, \(name(assertion))").response(
            """
            <section class="card hero"><p class="lead">You are signed in as <strong>\(address(assertion))</strong>.</p>
            <form class="actions" method="post" action="\(sample.path)/sign-out">
            <button type="submit">Sign out</button>\(links)</form></section>
            <div class="two"><div><section class="card"><h2>Attributes</h2>
            <p class="soft">What \(sample.tenant.name) says of you.</p>\(attributes(assertion))</section>
            <section class="card"><h2>The assertion</h2>\(facts(assertion))</section></div>
            <section class="card"><h2>What this application checked</h2><ul class="checks">\(checks)</ul></section></div>
            <section class="card"><h2>As it was sent</h2>
            <p class="soft">Indented here for reading; a signature is over the octets without it.</p>
            <pre class="xml">\(listing)</pre></section>
            """)
    }

    private func name(_ assertion: VerifiedAssertion) -> String {
        assertion.attributes.first { $0.name.hasSuffix("displayname") || $0.name.hasSuffix("/name") }?.values.first
            ?? assertion.subject.value
    }

    private func address(_ assertion: VerifiedAssertion) -> String {
        assertion.attributes.first { $0.name.hasSuffix("/emailaddress") }?.values.first ?? assertion.subject.value
    }

    private func attributes(_ assertion: VerifiedAssertion) -> LabMarkup {
        guard !assertion.attributes.isEmpty else { return "<p>Nothing.</p>" }
        let rows: [LabMarkup] = assertion.attributes.map { attribute in
            let short = attribute.friendlyName ?? attribute.name.split(separator: "/").last.map(String.init)
            return """
                <div><dt>\(short ?? attribute.name)</dt><dd>\(attribute.values.joined(separator: ", "))\
                <small>\(attribute.name)</small></dd></div>
                """
        }
        return "<dl>\(rows)</dl>"
    }

    private func facts(_ assertion: VerifiedAssertion) -> LabMarkup {
        let signed = assertion.signatures.map { "\($0.element): \($0.algorithm)" }.joined(separator: ", ")
        let facts: [(String, String?)] = [
            ("Issuer", assertion.issuer), ("Name", assertion.subject.value), ("Its format", assertion.subject.format),
            ("Signed in", LabTime.text(assertion.authenticatedAt)), ("How", assertion.contextClass),
            ("Session", assertion.sessionIndex), ("Good until", LabTime.text(assertion.notOnOrAfter)),
            ("Signature", signed), ("Encrypted", assertion.wasEncrypted ? "yes" : "no"),
        ]
        let rows: [LabMarkup] = facts.compactMap { name, value in
            value.map { "<div><dt>\(name)</dt><dd>\($0)</dd></div>" }
        }
        return "<dl>\(rows)</dl>"
    }

    func signedOut(_ sentence: String) -> HTTPResponse {
        page("You are signed out").response(
            """
            <section class="card hero"><p class="lead">\(sentence)</p>
            <div class="actions"><a class="button" href="\(sample.path)">To the first page</a></div></section>
            """)
    }

    func trouble(_ sentence: String) -> HTTPResponse {
        page("That did not work").response(
            status: 400,
            """
            <section class="card"><p class="problem" role="alert">\(sentence)</p>
            <p>Nobody was signed in by this. Begin again from the first page.</p>
            <div class="actions"><a class="button" href="\(sample.path)">To the first page</a></div></section>
            """)
    }
}
