/// HTML that is known to be well formed: text goes in escaped, and there is no other way in for it.
package struct Markup: Sendable {
    private(set) var html: String

    private init(html: String) { self.html = html }

    static let nothing = Markup(html: "")

    static func text(_ text: String) -> Markup {
        var text = text
        return text.withUTF8 { octets in
            var escaped: [UInt8] = []
            var start = 0
            for (at, octet) in octets.enumerated() {
                guard let reference = reference(to: octet) else { continue }
                escaped += octets[start..<at]
                reference.withUTF8Buffer { escaped += $0 }
                start = at + 1
            }
            if start == 0 { return Markup(html: String(decoding: octets, as: UTF8.self)) }
            escaped += octets[start...]
            return Markup(html: String(decoding: escaped, as: UTF8.self))
        }
    }

    /// What stands for an octet of ASCII that must not stand itself.
    @inline(__always)
    private static func reference(to octet: UInt8) -> StaticString? {
        switch octet {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        // Not allowed in HTML at all.
        case 0...8, 0xB, 0xC, 0xE...0x1F, 0x7F: "\u{FFFD}"
        default: nil
        }
    }

    /// Markup that a source file wrote; never made of a value.
    static func fixed(_ html: StaticString) -> Markup { Markup(html: html.text) }

    /// An element. A nil attribute value leaves it out, an empty one writes the bare name.
    static func element(
        _ name: StaticString, _ attributes: [(StaticString, String?)] = [], _ content: [Markup] = []
    ) -> Markup {
        let name = name.text
        var html = "<"
        html += name
        for (attribute, value) in attributes {
            guard let value else { continue }
            html += " "
            html += attribute.text
            guard !value.isEmpty else { continue }
            html += "=\""
            html += Markup.text(value).html
            html += "\""
        }
        html += ">"
        if voidElements.contains(name) { return Markup(html: html) }
        for part in content { html += part.html }
        html += "</"
        html += name
        html += ">"
        return Markup(html: html)
    }

    private static let voidElements = ["input", "meta", "link", "br", "hr", "img"]

    static func joined(_ parts: [Markup]) -> Markup { Markup(html: parts.map(\.html).joined()) }

    static func + (left: Markup, right: Markup) -> Markup { Markup(html: left.html + right.html) }

    /// A style sheet or script of this module, with its nonce. The text is ours and holds no value.
    static func inline(_ name: StaticString, nonce: String, _ text: StaticString) -> Markup {
        Markup(html: "<\(name) nonce=\"\(Markup.text(nonce).html)\">\(text)</\(name)>")
    }
}

extension StaticString {
    fileprivate var text: String { withUTF8Buffer { String(decoding: $0, as: UTF8.self) } }
}

/// Shorthand for the elements that the pages use most.
func tag(_ name: StaticString, _ attributes: [(StaticString, String?)] = [], _ content: Markup...) -> Markup {
    .element(name, attributes, content)
}

func tag(_ name: StaticString, _ content: Markup...) -> Markup { .element(name, [], content) }
