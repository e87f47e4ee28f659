internal import Cryptography
internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import Outbound

/// One mail as the outbox wrote it to its folder.
struct PostedMail: Sendable {
    let id: String
    let from: String
    let to: String
    let subject: String
    let text: String
    let html: String?
    /// Milliseconds since 1970.
    let at: Int64

    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let to = json["to"]?.string, let subject = json["subject"]?.string,
            let text = json["text"]?.string, let at = json["at"]?.integer
        else { return nil }
        let address = json["from"]?.string ?? ""
        from = json["fromName"]?.string.map { "\($0) <\(address)>" } ?? address
        (self.id, self.to, self.subject, self.text, self.at) = (id, to, subject, text, at)
        html = json["html"]?.string
    }

    var links: [String] { TextLinks.parts(of: text).compactMap(\.link) }

    var json: JSONValue {
        var object: JSONObject = [
            "id": .string(id), "from": .string(from), "to": .string(to), "subject": .string(subject),
            "text": .string(text), "links": .array(links.map { .string($0) }), "at": .integer(at),
        ]
        object["html"] = .string(html ?? "")
        return .object(object)
    }

    var date: Date { Date(timeIntervalSince1970: TimeInterval(at) / 1000) }
}

/// What was mailed, for people who have no mail server at hand, and for tests as JSON.
struct MailboxPages: Sendable {
    let mails: MailFolder
    let environment: Environment

    /// More than any demo mails; tests count them all.
    private static let most = 100_000
    private static let shown = 100

    var routes: [LabRoute] {
        [
            LabRoute([.get], "/mailbox", list), LabRoute([.get], "/mailbox/{mail}", one),
            LabRoute([.get], "/mailbox/{mail}/html", html),
        ]
    }

    /// The newest first. `?format=json` answers a list, `?to=ADDRESS` one person's.
    private func list(_ exchange: LabExchange) async -> HTTPResponse {
        let query = exchange.query
        let isJSON = query?["format"] == "json"
        var all = mails.mails(limit: Self.most).compactMap { PostedMail($0) }
        if let to = query?["to"] { all.removeAll { $0.to.lowercased() != to.lowercased() } }
        if isJSON { return .json(JSONWriter.write(.array(all.map(\.json)))) }
        let rows: [LabMarkup] = all.prefix(Self.shown).map { mail in
            """
            <li><a href="/mailbox/\(PercentEncoding.component(mail.id))"><strong>\(mail.subject)</strong>
            <span class="first"><span>to \(mail.to)</span><time datetime="\(LabTime.machine(mail.date))">\(LabTime.text(mail.date))</time></span>
            <span>from \(mail.from)</span></a></li>
            """
        }
        let more: LabMarkup =
            all.count > Self.shown ? "<p class=\"soft\">And \(all.count - Self.shown) older ones.</p>" : ""
        let content: LabMarkup =
            rows.isEmpty
            ? "<section class=\"card\"><p>Nothing was mailed yet.</p></section>"
            : "<section class=\"card\"><ul class=\"mails\">\(rows)</ul>\(more)</section>"
        return LabPage.lab("Mailbox", environment).response(
            """
            <p class="lead">Everything the gateway mailed in this demo, to whomever. The newest is on top.</p>\(content)
            <p><a class="button plain" href="/mailbox">Look again</a></p>
            """)
    }

    private func mail(_ exchange: LabExchange) -> PostedMail? {
        guard let id = exchange.parameters["mail"] else { return nil }
        return mails.mails(limit: Self.most).lazy.compactMap { PostedMail($0) }.first { $0.id == id }
    }

    private func one(_ exchange: LabExchange) async -> HTTPResponse {
        guard let mail = mail(exchange) else { return missing() }
        let words: [LabMarkup] = TextLinks.parts(of: mail.text).map { part in
            guard let link = part.link else { return "\(part.text)" }
            return "<a href=\"\(link)\" rel=\"noreferrer\">\(link)</a>"
        }
        let drawn: LabMarkup =
            mail.html == nil
            ? ""
            : """
            <section class="card"><h2>As a mail program shows it</h2>
            <iframe title="The mail" src="/mailbox/\(PercentEncoding.component(mail.id))/html"
            sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"></iframe></section>
            """
        return LabPage.lab(mail.subject, environment).response(
            """
            <section class="card"><dl><div><dt>From</dt><dd>\(mail.from)</dd></div><div><dt>To</dt><dd>\(mail.to)</dd></div>
            <div><dt>Sent</dt><dd>\(LabTime.text(mail.date))</dd></div></dl></section>
            <section class="card"><h2>As text</h2><pre>\(words)</pre></section>\(drawn)
            <p><a class="button plain" href="/mailbox">Back to the mailbox</a></p>
            """)
    }

    /// The mail's own HTML, where it can do nothing but be looked at, and be left by a link.
    private func html(_ exchange: LabExchange) async -> HTTPResponse {
        guard let mail = mail(exchange), let html = mail.html else { return missing() }
        var response = HTTPResponse.html(Self.leavingByTop(html))
        response.set(
            "Content-Security-Policy",
            "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
                + "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'")
        response.set("Referrer-Policy", "no-referrer")
        return response
    }

    /// Links of the mail lead the whole window on, as they would from a mail program.
    private static func leavingByTop(_ html: String) -> String {
        let base = "<base target=\"_top\">"
        guard html.contains("<head>") else { return base + html }
        return html.replacing("<head>", with: "<head>" + base, maxReplacements: 1)
    }

    private func missing() -> HTTPResponse {
        LabPage.lab("No such mail", environment).response(
            status: 404, "<p>It was never here. <a href=\"/mailbox\">Back to the mailbox</a></p>")
    }
}

/// Text with the web addresses in it.
enum TextLinks {
    struct Part {
        let text: String
        let link: String?
    }

    static func parts(of text: String) -> [Part] {
        var parts: [Part] = []
        var plain = ""
        var rest = text[...]
        while !rest.isEmpty {
            guard rest.hasPrefix("https://") || rest.hasPrefix("http://") else {
                plain.append(rest.removeFirst())
                continue
            }
            var link = rest.prefix { !$0.isWhitespace && !"<>\"".contains($0) }
            // A sentence's own punctuation is not the address's.
            while let last = link.last, ".,;:!?)'".contains(last) { link = link.dropLast() }
            rest = rest[link.endIndex...]
            if !plain.isEmpty { parts.append(Part(text: plain, link: nil)) }
            plain = ""
            parts.append(Part(text: String(link), link: String(link)))
        }
        if !plain.isEmpty { parts.append(Part(text: plain, link: nil)) }
        return parts
    }
}
