internal import Cryptography
internal import HTTP

/// What the pages of one place share: whose they are, and how they look.
struct LabPage: Sendable {
    /// The colours of a place; a class of the style sheet.
    enum Look: String, Sendable {
        case fresh
        case slate
        case rust
        case violet
        case night
        case teal
        case plum
    }

    var title: String
    /// Whose page it is.
    var brand: String
    var home: String
    var look: Look
    /// Links beside the brand.
    var links: [(label: String, path: String)] = []
    var isNarrow = false
    /// Where forms may lead, redirects after them included; nil: anywhere, for a provider that sends people back to
    /// applications it does not know.
    var formTargets: String? = "'self'"
    /// Whether the page's one form is sent as soon as the page is there.
    var submitsItself = false
    var environment: Environment

    /// A page of the lab itself.
    static func lab(_ title: String, _ environment: Environment) -> LabPage {
        LabPage(
            title: title, brand: "Vestibule demo", home: "/", look: .slate,
            links: [("Application", "/"), ("Mailbox", "/mailbox"), ("Accounts", "/accounts")],
            environment: environment)
    }

    func response(status: Int = 200, _ content: LabMarkup) -> HTTPResponse {
        let nonce = Base64URL.encode(environment.randomBytes(16))
        let initial = brand.first.map { String($0).uppercased() } ?? "V"
        let links: [LabMarkup] = links.map { "<a href=\"\($0.path)\">\($0.label)</a>" }
        let nav: LabMarkup = links.isEmpty ? "" : "<nav aria-label=\"Demo\">\(links)</nav>"
        let narrow = isNarrow ? " narrow" : ""
        let html: LabMarkup = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>\(title) · \(brand)</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
            <link rel="icon" href="data:,"><style nonce="\(nonce)">\(labStylesheet)</style></head>
            <body class="\(look.rawValue)"><div class="shell\(narrow)">
            <header><a class="brand" href="\(home)"><span class="mark" aria-hidden="true">\(initial)</span>\(brand)</a>\(nav)</header>
            <main><h1>\(title)</h1>\(content)</main>
            </div>\(submission(nonce))</body></html>
            """
        var response = HTTPResponse.html(html.text, status: status)
        var policy =
            "default-src 'none'; style-src 'nonce-\(nonce)'; img-src data:; frame-src 'self'; base-uri 'none'; "
            + "frame-ancestors 'none'"
        if submitsItself { policy += "; script-src 'nonce-\(nonce)'" }
        if let formTargets { policy += "; form-action \(formTargets)" }
        response.set("Content-Security-Policy", policy)
        // With `no-referrer` Chromium would send `Origin: null` with our own forms.
        response.set("Referrer-Policy", "same-origin")
        return response
    }

    private func submission(_ nonce: String) -> LabMarkup {
        submitsItself ? "<script nonce=\"\(nonce)\">document.forms[0].submit()</script>" : ""
    }
}
