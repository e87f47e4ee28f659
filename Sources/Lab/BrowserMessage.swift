internal import HTTP
internal import SAML

/// A message on its way through the browser to another site.
enum BrowserMessage: Sendable {
    case redirect(String)
    case post(url: String, [Pair])

    struct Pair: Sendable {
        let name: String
        var value: String
    }

    init(_ transmission: SAMLTransmission) {
        self =
            switch transmission {
            case .redirect(let url): .redirect(url)
            case .post(let url, let fields): .post(url: url, fields.map { Pair(name: $0.name, value: $0.value) })
            }
    }
}

extension LabPage {
    /// Sends a message on: at once, or by a page that posts itself.
    ///
    /// - Parameter place: Where it goes, in words.
    func sending(_ message: BrowserMessage, to place: String) -> HTTPResponse {
        switch message {
        case .redirect(let location): return .redirect(to: location)
        case .post(let url, let pairs): return posting(pairs, to: url, place)
        }
    }

    private func posting(_ pairs: [BrowserMessage.Pair], to url: String, _ place: String) -> HTTPResponse {
        let hidden: [LabMarkup] = pairs.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" }
        var page = self
        page.submitsItself = true
        page.formTargets = nil
        return page.response(
            """
            <section class="card"><p>This page goes on to \(place) by itself. Where scripts are off, this button does it.</p>
            <form method="post" action="\(url)">\(hidden)<button type="submit">Continue</button></form></section>
            """)
    }
}
