package import HTTP

/// What every page of an organisation shares.
package struct PageFrame: Sendable {
    package var organization: String
    package var organizationDomain: String?
    /// BCP 47, one that there are words for.
    package var language: String
    /// Of this answer only, 128 random bits.
    package var nonce: String
    package var privacyURL: String?

    package init(
        organization: String, organizationDomain: String?, language: String, nonce: String, privacyURL: String?
    ) {
        self.organization = organization
        self.organizationDomain = organizationDomain
        self.language = language
        self.nonce = nonce
        self.privacyURL = privacyURL
    }

    /// Every word of a page in its language.
    var words: Words { Words.of(language) }
}

/// A finished page with the policy it is shown under.
package struct Page: Sendable {
    package var status: Int
    package let html: String
    /// Where its forms may be sent; nil: the policy names no `form-action`, for pages that post to another site.
    let formAction: String?
    let nonce: String
    /// Whether the page has the one script, under its nonce.
    let hasScript: Bool
    /// Other sites that its images are fetched from.
    var imageOrigins: [String] = []

    package func response() -> HTTPResponse {
        var response = HTTPResponse.html(html, status: status)
        response.set("Content-Security-Policy", contentSecurityPolicy)
        response.set("Cache-Control", "no-store")
        // Not `no-referrer`: with it Chromium sends `Origin: null` with our own forms, and Origin is checked.
        response.set("Referrer-Policy", "same-origin")
        response.set("X-Frame-Options", "DENY")
        response.set("X-Content-Type-Options", "nosniff")
        response.set("Cross-Origin-Opener-Policy", "same-origin")
        response.set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response
    }

    private var imageSources: String { (["data:"] + imageOrigins).joined(separator: " ") }

    package var contentSecurityPolicy: String {
        var policy =
            "default-src 'none'; style-src 'nonce-\(nonce)'; img-src \(imageSources); base-uri 'none'; frame-ancestors 'none'"
        if hasScript { policy += "; script-src 'nonce-\(nonce)'" }
        if let formAction { policy += "; form-action \(formAction)" }
        return policy
    }
}

/// Where a form goes, with the token that binds it to its sign-in or session.
package struct FormTarget: Sendable {
    package var action: String
    package var token: String

    package init(action: String, token: String) {
        self.action = action
        self.token = token
    }
}

/// What was wrong with a field, shown beside it.
package struct FieldProblem: Sendable {
    package var field: String
    package var message: String

    package init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}

extension PageFrame {
    /// A whole page: the organisation's mark, one heading, the content, and the footer.
    ///
    /// - Parameters:
    ///   - problem: Put into the title too, where a screen reader begins.
    ///   - head: Further elements of the head.
    func page(
        _ title: String, status: Int = 200, problem: FieldProblem? = nil, formAction: String? = "'self'",
        hasScript: Bool = false, imageOrigins: [String] = [], head: [Markup] = [], _ content: [Markup]
    ) -> Page {
        let shown = problem.map { "\(words.errorPrefix): \($0.message) – \(title)" } ?? title
        let footer = footerContent
        let body = tag(
            "body",
            tag(
                "div", [("class", "shell")],
                tag(
                    "header", [("class", "brand")],
                    tag("span", [("class", "mark"), ("aria-hidden", "true")], .text(initial)),
                    tag("span", [("class", "name")], .text(organization))),
                tag("main", [("class", "card")], tag("h1", .text(title)), .joined(content)),
                tag("footer", .element("p", [], footer))))
        var headContent = [
            tag("meta", [("charset", "utf-8")]),
            tag("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
            tag("meta", [("name", "color-scheme"), ("content", "light dark")]),
            tag("meta", [("name", "robots"), ("content", "noindex")]),
            tag("title", .text("\(shown) · \(organization)")),
            tag("link", [("rel", "icon"), ("href", "data:,")]),
        ]
        headContent += head
        headContent.append(.inline("style", nonce: nonce, stylesheet))
        let document =
            Markup.fixed("<!doctype html>\n")
            + tag("html", [("lang", words.language)], .element("head", [], headContent), body)
        return Page(
            status: status, html: document.html, formAction: formAction, nonce: nonce, hasScript: hasScript,
            imageOrigins: imageOrigins)
    }

    private var initial: String { organization.first.map { String($0).uppercased() } ?? "V" }

    private var footerContent: [Markup] {
        var parts: [Markup] = []
        if let organizationDomain { parts.append(tag("span", .text(organizationDomain))) }
        if let privacyURL {
            parts.append(tag("a", [("href", privacyURL), ("rel", "noopener noreferrer")], .text(words.privacy)))
        }
        return parts
    }

    // MARK: Pieces that several pages are made of

    func form(_ target: FormTarget, _ content: [Markup]) -> Markup {
        let token = tag("input", [("type", "hidden"), ("name", "token"), ("value", target.token)])
        return tag("form", [("method", "post"), ("action", target.action)], token, .joined(content))
    }

    func button(_ label: String, kind: String = "primary", name: String? = nil, value: String? = nil) -> Markup {
        tag("button", [("type", "submit"), ("class", kind), ("name", name), ("value", value)], .text(label))
    }

    /// A labelled field with its problem, tied together for assistive technology.
    func field(
        _ name: StaticString, label: String, type: String, value: String? = nil, problem: FieldProblem?,
        hint: String? = nil, focus: Bool = true, _ attributes: [(StaticString, String?)] = []
    ) -> Markup {
        let id = "\(name)"
        let trouble = problem?.field == id ? problem?.message : nil
        var described: [String] = []
        if hint != nil { described.append("\(id)-hint") }
        if trouble != nil { described.append("\(id)-problem") }
        var parts: [Markup] = [tag("label", [("for", id)], .text(label))]
        if let hint { parts.append(tag("p", [("class", "hint"), ("id", "\(id)-hint")], .text(hint))) }
        parts.append(
            .element(
                "input",
                [
                    ("id", id), ("name", id), ("type", type), ("value", value), ("required", ""),
                    ("autofocus", focus ? "" : nil), ("aria-invalid", trouble == nil ? nil : "true"),
                    ("aria-describedby", described.isEmpty ? nil : described.joined(separator: " ")),
                ] + attributes))
        if let trouble {
            parts.append(
                tag("p", [("class", "problem"), ("id", "\(id)-problem"), ("role", "alert")], .text(trouble)))
        }
        return .element("div", [("class", "field")], parts)
    }

    func paragraph(_ text: String, _ kind: String? = nil) -> Markup { tag("p", [("class", kind)], .text(text)) }
}
