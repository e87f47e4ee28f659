internal import HTTP

/// A sign-out on its way: the page moves on by itself to whoever is next.
package struct SigningOutPage: Sendable {
    package enum Way: Sendable {
        case link(String)
        case form(_ action: String, _ fields: [(name: String, value: String)])
    }

    /// Whom the person is being signed out of.
    package var names: [String]
    package var way: Way
    /// Addresses that sign out when they are fetched. The page waits for them, five seconds at most.
    package var images: [String]

    package init(names: [String], way: Way, images: [String] = []) {
        self.names = names
        self.way = way
        self.images = images
    }
}

package func signingOutPage(_ page: SigningOutPage, in frame: PageFrame) -> Page {
    let label = Markup.text(frame.words.continueLabel)
    let waits = !page.images.isEmpty
    var head: [Markup] = []
    var content: [Markup] = []
    var script: StaticString?
    var formAction: String? = "'self'"
    switch page.way {
    case .link(let url):
        content.append(tag("a", [("class", "button primary"), ("href", url), ("id", "go")], label))
        if waits {
            script = "var go=()=>document.getElementById('go').click()"
        } else {
            head.append(tag("meta", [("http-equiv", "refresh"), ("content", "0;url=\(url)")]))
        }
    case .form(let action, let fields):
        formAction = nil
        let hidden = fields.map { tag("input", [("type", "hidden"), ("name", $0.name), ("value", $0.value)]) }
        content.append(
            tag(
                "form", [("method", "post"), ("action", action), ("id", "go")], .joined(hidden),
                tag("button", [("type", "submit"), ("class", "primary")], label)))
        script =
            waits ? "var go=()=>document.getElementById('go').submit()" : "document.getElementById('go').submit()"
    }
    content += fetched(page.images)
    if let script { content.append(.inline("script", nonce: frame.nonce, script)) }
    if waits {
        content.append(
            .inline("script", nonce: frame.nonce, "addEventListener('load',go);setTimeout(go,5000)"))
    }
    return frame.page(
        frame.words.signingOut(page.names.joined(separator: ", ")), formAction: formAction, hasScript: script != nil,
        imageOrigins: origins(page.images), head: head, content)
}

/// The end of a sign-out.
package struct SignedOutPage: Sendable {
    /// Those who could not be told, or did not confirm.
    package var missed: [String]
    /// Addresses that sign out when they are fetched.
    package var images: [String]

    package init(missed: [String], images: [String]) {
        self.missed = missed
        self.images = images
    }
}

package func signedOutPage(_ page: SignedOutPage, in frame: PageFrame) -> Page {
    var content = [frame.paragraph(frame.words.signedOutLead, "lead")]
    if !page.missed.isEmpty {
        content = [frame.paragraph(frame.words.signedOutMissed(page.missed.joined(separator: ", ")), "problem")]
    }
    content += fetched(page.images)
    return frame.page(frame.words.signedOutTitle, imageOrigins: origins(page.images), content)
}

/// Somebody was asked to sign the person out, and the browser came back without an answer.
package struct UnansweredSignOutPage: Sendable {
    package var name: String
    package var againURL: String
    package var withoutURL: String

    package init(name: String, againURL: String, withoutURL: String) {
        self.name = name
        self.againURL = againURL
        self.withoutURL = withoutURL
    }
}

package func unansweredSignOutPage(_ page: UnansweredSignOutPage, in frame: PageFrame) -> Page {
    frame.page(
        frame.words.signOutUnanswered(page.name),
        [
            tag(
                "div", [("class", "choices")],
                tag(
                    "a", [("class", "button primary"), ("href", page.withoutURL)],
                    .text(frame.words.signOutWithout(page.name))),
                tag("a", [("class", "button secondary"), ("href", page.againURL)], .text(frame.words.tryAgain)))
        ])
}

/// Not shown: they are fetched for what that does elsewhere.
private func fetched(_ images: [String]) -> [Markup] {
    images.map { tag("img", [("src", $0), ("alt", ""), ("hidden", "")]) }
}

private func origins(_ images: [String]) -> [String] {
    var origins: [String] = []
    for image in images {
        if let origin = HTTPURL(image)?.origin, !origins.contains(origin) { origins.append(origin) }
    }
    return origins
}
