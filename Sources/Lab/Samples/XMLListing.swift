/// XML as a person reads it: one element a line, indented.
enum XMLListing {
    static func indented(_ xml: String) -> String {
        var lines: [String] = []
        var depth = 0
        var rest = xml[...]
        while let open = rest.firstIndex(of: "<") {
            let text = rest[..<open]
            guard let close = rest[open...].firstIndex(of: ">") else { break }
            let tag = rest[open...close]
            rest = rest[rest.index(after: close)...]
            if tag.hasPrefix("</") {
                depth = max(0, depth - 1)
                // A start tag and what it holds stay on one line.
                if let last = lines.last, last.drop(while: { $0 == " " }).hasPrefix("<\(tag.dropFirst(2).dropLast())"),
                    !last.contains("</"), !last.hasSuffix("/>")
                {
                    lines[lines.count - 1] = last + text + tag
                    continue
                }
                lines.append(indent(depth) + tag)
            } else {
                lines.append(indent(depth) + tag)
                if !tag.hasSuffix("/>"), !tag.hasPrefix("<?"), !tag.hasPrefix("<!") { depth += 1 }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }
}
