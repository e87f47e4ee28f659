/// HTML that is known to be well formed: text goes in escaped, and there is no other way in for it.
package struct Markup: Sendable {
    private(set) var html: String

    private init(html: String) { self.html = html }

    static let nothing = Markup(html: "")

    static func text(_ text: String) -> Markup {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // Not allowed in HTML at all.
            case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{7F}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return Markup(html: escaped)
    }

    /// Markup that a source file wrote; never made of a value.
    static func fixed(_ html: StaticString) -> Markup { Markup(html: "\(html)") }

    /// An element. A nil attribute value leaves it out, an empty one writes the bare name.
    static func element(
        _ name: StaticString, _ attributes: [(StaticString, String?)] = [], _ content: [Markup] = []
    ) -> Markup {
        var html = "<\(name)"
        for (attribute, value) in attributes {
            guard let value else { continue }
            html += value.isEmpty ? " \(attribute)" : " \(attribute)=\"\(Markup.text(value).html)\""
        }
        html += ">"
        if voidElements.contains("\(name)") { return Markup(html: html) }
        for part in content { html += part.html }
        return Markup(html: html + "</\(name)>")
    }

    private static let voidElements: Set<String> = ["input", "meta", "link", "br", "hr", "img"]

    static func joined(_ parts: [Markup]) -> Markup { Markup(html: parts.map(\.html).joined()) }

    static func + (left: Markup, right: Markup) -> Markup { Markup(html: left.html + right.html) }

    /// A style sheet or script of this module, with its nonce. The text is ours and holds no value.
    static func inline(_ name: StaticString, nonce: String, _ text: StaticString) -> Markup {
        Markup(html: "<\(name) nonce=\"\(Markup.text(nonce).html)\">\(text)</\(name)>")
    }
}

/// Shorthand for the elements that the pages use most.
func tag(_ name: StaticString, _ attributes: [(StaticString, String?)] = [], _ content: Markup...) -> Markup {
    .element(name, attributes, content)
}

func tag(_ name: StaticString, _ content: Markup...) -> Markup { .element(name, [], content) }
