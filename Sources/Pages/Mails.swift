/// The content of a mail in both forms; addressing and encoding are Outbound's.
package struct MailContent: Sendable {
    package var subject: String
    package var text: String
    package var html: String

    package init(subject: String, text: String, html: String) {
        self.subject = subject
        self.text = text
        self.html = html
    }
}

package struct CodeMail: Sendable {
    package var organization: String
    package var code: String
    package var minutes: Int
    package var applicationName: String?
    package var language: String

    package init(organization: String, code: String, minutes: Int, applicationName: String?, language: String) {
        self.organization = organization
        self.code = code
        self.minutes = minutes
        self.applicationName = applicationName
        self.language = language
    }
}

package func codeMail(_ mail: CodeMail) -> MailContent {
    let words = Words.of(mail.language)
    let lead = words.mailCodeLead(mail.organization)
    let valid = words.mailCodeValid(mail.minutes)
    let text = "\(lead)\n\n    \(mail.code)\n\n\(valid)\n\(words.mailCodeIgnore)\n"
    return MailContent(
        subject: words.mailCodeSubject(mail.organization), text: text,
        html: mailDocument(
            words, title: words.mailCodeSubject(mail.organization),
            [
                mailParagraph(lead),
                tag(
                    "p",
                    [("style", "font:700 32px/1.2 monospace;letter-spacing:6px;margin:24px 0;color:#16202c")],
                    .text(mail.code)),
                mailParagraph(valid), mailParagraph(words.mailCodeIgnore),
            ]))
}

package struct InvitationMail: Sendable {
    package var organization: String
    package var primaryDomain: String
    package var inviterName: String
    package var message: String?
    package var acceptURL: String
    package var privacyURL: String?
    /// A day, `2026-12-21`.
    package var expires: String?
    /// The host that the guest lands at after accepting.
    package var destination: String?
    /// Who else gets this mail.
    package var copyTo: String?
    package var blockURL: String?
    package var language: String

    package init(
        organization: String, primaryDomain: String, inviterName: String, message: String?, acceptURL: String,
        privacyURL: String?, expires: String?, destination: String? = nil, copyTo: String? = nil,
        blockURL: String? = nil, language: String
    ) {
        self.organization = organization
        self.primaryDomain = primaryDomain
        self.inviterName = inviterName
        self.message = message
        self.acceptURL = acceptURL
        self.privacyURL = privacyURL
        self.expires = expires
        self.destination = destination
        self.copyTo = copyTo
        self.blockURL = blockURL
        self.language = language
    }
}

/// The parts of Entra's invitation: a caution, who invites and where, the inviter's words as plain text, the link, and the
/// privacy statement or that there is none (guests-and-invitations §3).
package func invitationMail(_ mail: InvitationMail) -> MailContent {
    let words = Words.of(mail.language)
    let lead = words.mailInviteLead(mail.inviterName, mail.organization, mail.primaryDomain)
    var lines = [words.mailCaution, "", lead]
    var content = [mailParagraph(words.mailCaution), mailParagraph(lead)]
    if let message = mail.message, !message.isEmpty {
        lines += ["", message]
        content.append(
            tag(
                "blockquote",
                [
                    (
                        "style",
                        "margin:16px 0;padding:12px 16px;border-left:4px solid #0b5a8f;background:#eef1f5;white-space:pre-line"
                    )
                ],
                .text(message)))
    }
    lines += ["", "\(words.mailAccept): \(mail.acceptURL)"]
    content.append(
        tag(
            "p", [("style", "margin:24px 0")],
            tag(
                "a",
                [
                    ("href", mail.acceptURL),
                    (
                        "style",
                        "display:inline-block;padding:12px 24px;border-radius:8px;background:#0b5a8f;color:#fff;font-weight:600;text-decoration:none"
                    ),
                ], .text(words.mailAccept))))
    if let destination = mail.destination {
        lines += ["", words.mailGoesTo(destination)]
        content.append(mailParagraph(words.mailGoesTo(destination)))
    }
    if let expires = mail.expires {
        lines += ["", words.mailExpires(expires)]
        content.append(mailParagraph(words.mailExpires(expires)))
    }
    if let privacy = mail.privacyURL {
        lines += ["", "\(words.privacy): \(privacy)"]
        content.append(tag("p", tag("a", [("href", privacy)], .text(words.privacy))))
    } else {
        lines += ["", words.mailNoPrivacy(mail.organization)]
        content.append(mailParagraph(words.mailNoPrivacy(mail.organization)))
    }
    if let copyTo = mail.copyTo {
        lines += ["", words.mailCopy(copyTo)]
        content.append(mailParagraph(words.mailCopy(copyTo)))
    }
    if let blockURL = mail.blockURL {
        lines += ["", "\(words.mailBlock): \(blockURL)"]
        content.append(
            tag(
                "p", [("style", "margin:24px 0 0;font-size:14px")],
                tag("a", [("href", blockURL), ("style", "color:#0b5a8f")], .text(words.mailBlock))))
    }
    let subject = words.mailInviteSubject(mail.inviterName, mail.organization)
    return MailContent(
        subject: subject, text: lines.joined(separator: "\n") + "\n", html: mailDocument(words, title: subject, content)
    )
}

/// The mail that brings the claim link to the first administrator of a tenant.
package func claimMail(organization: String, url: String) -> MailContent {
    let subject = "Become the administrator of \(organization)"
    let lead = "Open this link within 24 hours to make the first administrator of \(organization). It works once."
    return MailContent(
        subject: subject, text: "\(lead)\n\n\(url)\n",
        html: mailDocument(
            .english, title: subject, [mailParagraph(lead), tag("p", tag("a", [("href", url)], .text(url)))]))
}

private func mailParagraph(_ text: String) -> Markup { tag("p", [("style", "margin:0 0 16px")], .text(text)) }

/// Mail clients read no style sheets, so the few styles are on the elements.
private func mailDocument(_ words: Words, title: String, _ content: [Markup]) -> String {
    let document =
        Markup.fixed("<!doctype html>\n")
        + tag(
            "html", [("lang", words.language)],
            tag(
                "head", tag("meta", [("charset", "utf-8")]),
                tag("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
                tag("title", .text(title))),
            tag(
                "body",
                [("style", "margin:0;padding:24px;background:#eef1f5;color:#16202c;font:16px/1.5 sans-serif")],
                .element(
                    "main",
                    [
                        (
                            "style",
                            "display:block;max-width:560px;margin:0 auto;padding:32px;background:#fff;border-radius:12px"
                        )
                    ],
                    [tag("h1", [("style", "margin:0 0 16px;font-size:20px;line-height:1.3")], .text(title))] + content))
        )
    return document.html
}
