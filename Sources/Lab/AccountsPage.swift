internal import Cryptography
internal import HTTP

/// Who one can be in this demo.
struct AccountsPage: Sendable {
    let scene: LabScene
    let provider: OutsideProvider
    let partners: [FederationPartner]
    let environment: Environment

    var routes: [LabRoute] { [LabRoute([.get], "/accounts", show)] }

    private func show(_ exchange: LabExchange) async -> HTTPResponse {
        let outside = LabScene.Account(email: provider.account.email, password: provider.password, way: "partner")
        let all =
            scene.accounts.filter { account in
                account.email != outside.email && !partners.contains { $0.person(account.email) != nil }
            } + [outside]
        let rows: [LabMarkup] = all.map { account in
            let password: LabMarkup =
                account.password.map { "Password <code>\($0)</code>" }
                ?? "No password: a code comes by mail, to the <a href=\"/mailbox\">Mailbox</a>"
            return "<div><dt>\(account.email)</dt><dd>\(password)<small>\(way(account))</small></dd></div>"
        }
        let applications: [LabMarkup] = scene.applications.compactMap { application in
            application.url.map {
                "<div><dt>\(application.name)</dt><dd><a href=\"\($0)\">\($0)</a><small>\(application.tenant.name)</small></dd></div>"
            }
        }
        let elsewhere: [LabMarkup] = partners.map { partner in
            let people: [LabMarkup] = partner.people.map {
                "<div><dt>\($0.email)</dt><dd>\($0.name)<small>No password: \(partner.displayName) lists its people.</small></dd></div>"
            }
            return """
                <section class="card"><h2>\(partner.displayName)</h2><p class="soft">Comes in by \(partner.protocolName).
                <a href="\(partner.origin)/">Its pages</a> have <a href="\(partner.controlURL)">switches for what goes
                wrong</a>.</p><dl>\(people)</dl></section>
                """
        }
        return LabPage.lab("Accounts", environment).response(
            """
            <p class="lead">The people of this demo. Type the address where you are asked for one.</p>
            <section class="card"><dl>\(rows)</dl></section>
            <div class="two">\(elsewhere)</div>
            <section class="card"><h2>Applications</h2><dl>\(applications)</dl></section>
            <p><a class="button" href="/">To the application</a></p>
            """)
    }

    private func way(_ account: LabScene.Account) -> String {
        let domain = account.email.split(separator: "@").last.map(String.init) ?? ""
        if account.email == provider.account.email {
            return "Has an account at \(OutsideProvider.displayName), an identity provider elsewhere."
        }
        if let tenant = scene.tenants.first(where: { $0.domain == domain }) {
            return tenant.id == scene.tenants.first?.id
                ? "Belongs to \(tenant.name)." : "Works for \(tenant.name), which the same gateway hosts."
        }
        return "Has an email address and nothing else."
    }
}
