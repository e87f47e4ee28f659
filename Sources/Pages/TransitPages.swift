/// On the way to another site after a form: a page that moves on, because Chromium applies `form-action` to the redirects
/// that follow a POST.
package struct MovingOnPage: Sendable {
    package var url: String
    package var label: String

    package init(url: String, label: String) {
        self.url = url
        self.label = label
    }
}

package func movingOnPage(_ page: MovingOnPage, in frame: PageFrame) -> Page {
    frame.page(
        frame.words.movingOn(page.label),
        head: [tag("meta", [("http-equiv", "refresh"), ("content", "0;url=\(page.url)")])],
        [tag("a", [("class", "button primary"), ("href", page.url)], .text(frame.words.continueLabel))])
}

/// `response_mode=form_post`: posts by itself, or with a button where there is no JavaScript.
package struct FormPostPage: Sendable {
    package var action: String
    package var fields: [(name: String, value: String)]

    package init(action: String, fields: [(name: String, value: String)]) {
        self.action = action
        self.fields = fields
    }
}

package func formPostPage(_ page: FormPostPage, in frame: PageFrame) -> Page {
    let fields = page.fields.map { field in
        tag("input", [("type", "hidden"), ("name", field.name), ("value", field.value)])
    }
    let submit = tag("button", [("type", "submit"), ("class", "primary")], .text(frame.words.continueLabel))
    return frame.page(
        frame.words.continueLabel, formAction: nil, hasScript: true,
        [
            tag(
                "form", [("method", "post"), ("action", page.action), ("id", "post")], .joined(fields), submit),
            Markup.inline("script", nonce: frame.nonce, "document.getElementById('post').submit()"),
        ])
}

/// A sign-in that came back after it was over.
package struct FinishedPage: Sendable {
    package var applicationName: String?
    package var continueURL: String?

    package init(applicationName: String?, continueURL: String?) {
        self.applicationName = applicationName
        self.continueURL = continueURL
    }
}

package func finishedPage(_ page: FinishedPage, in frame: PageFrame) -> Page {
    var content = [frame.paragraph(frame.words.finishedLead, "lead")]
    if let url = page.continueURL {
        content.append(
            tag(
                "a", [("class", "button primary"), ("href", url)],
                .text(page.applicationName ?? frame.words.continueLabel)))
    }
    return frame.page(frame.words.finishedTitle, content)
}
