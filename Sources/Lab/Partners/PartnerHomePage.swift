internal import HTTP

/// A partner's first page: who works there, and where they can go from there.
struct PartnerHomePage: Sendable {
    let partner: FederationPartner

    var routes: [LabRoute] { [LabRoute([.get], "/", show)] }

    private func show(_ exchange: LabExchange) async -> HTTPResponse {
        let people: [LabMarkup] = partner.people.map { person in
            """
            <div><dt>\(person.name)</dt><dd>\(person.email)<small>\(person.groups.joined(separator: ", "))</small></dd></div>
            """
        }
        let session = partner.session(exchange)
        let state: LabMarkup =
            session.map {
                """
                <section class="card hero"><p class="lead">This browser is signed in here as <strong>\($0.person.email)</strong>.</p>
                <form class="actions" method="post" action="/sign-out"><button type="submit">Sign out everywhere</button></form>
                </section>
                """
            } ?? ""
        return partner.page(partner.displayName).response(
            """
            <p class="lead">An organisation with people of its own, whose identity provider speaks \(partner.protocolName).
            It is as honest as its <a href="/faults">fault switches</a> let it be.</p>
            \(state)
            <div class="two"><section class="card"><h2>People</h2><dl>\(people)</dl></section>\(start)
            <section class="card"><h2>What others need to know</h2><dl>
            <div><dt>Name</dt><dd><code>\(partner.entityID)</code></dd></div>
            <div><dt>Metadata</dt><dd><a href="\(partner.metadataPath)"><code>\(partner.metadataURL)</code></a></dd></div>
            <div><dt>Sign-in</dt><dd><code>\(partner.signInURL)</code></dd></div>
            <div><dt>Answers to</dt><dd><code>\(partner.consumerURL)</code></dd></div></dl></section></div>
            """)
    }

    private var start: LabMarkup {
        guard partner.kind == .saml else { return "" }
        let buttons: [LabMarkup] = partner.people.map {
            "<button class=\"wide plain\" type=\"submit\" name=\"person\" value=\"\($0.email)\">As \($0.name)</button>"
        }
        return """
            <section class="card"><h2>Begin here</h2><p class="soft">Sends an answer that nobody asked for (IdP-initiated).
            The gateway takes it only where the connection's setting allows.</p>
            <form method="post" action="/saml/start"><div class="row">\(buttons)</div></form></section>
            """
    }
}
