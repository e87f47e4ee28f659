import Cryptography

@testable import XML

/// Numbers that look random and are the same in each run.
struct Sequence64: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

/// Documents with what canonicalization has to get right: namespaces in many places, attributes in any order, characters
/// that are escaped, CDATA.
struct GeneratedDocument {
    private var numbers: Sequence64
    private static let namespaces = ["urn:a", "urn:b", "http://c.example/ns#", "urn:d"]
    private static let prefixes = ["", "a", "b", "c", "zz"]
    private static let texts = [
        "", "text", "x &amp; y", "&lt;&gt;", " \n\t", "é ß 漢 😀", "a&#13;b", "\"'", "<![CDATA[<&>]]>",
    ]

    /// An element with an ID and, as its first child, what stands in for a signature.
    static func text(_ seed: Int, id: String, placeholder: String) -> String {
        var document = GeneratedDocument(numbers: Sequence64(seed))
        _ = (0..<8).map { _ in document.numbers.next() }
        return document.element(depth: 0, scope: [:], first: placeholder, attributes: " ID='\(id)'")
    }

    /// The same written by the writer, for signing.
    static func written(_ seed: Int, id: String) -> XMLText {
        var document = GeneratedDocument(numbers: Sequence64(seed))
        _ = (0..<8).map { _ in document.numbers.next() }
        var writer = XMLWriter()
        document.write(to: &writer, depth: 0, attributes: [("ID", id)])
        return writer.text
    }

    private mutating func pick<T>(_ values: [T]) -> T { values[Int(numbers.next() % UInt64(values.count))] }

    private mutating func element(depth: Int, scope: [String: String], first: String, attributes: String) -> String {
        var scope = scope
        var tag = ""
        for prefix in Self.prefixes where depth == 0 || pick([true, false, false]) {
            let namespace = pick(Self.namespaces)
            scope[prefix] = namespace
            tag += prefix.isEmpty ? " xmlns='\(namespace)'" : " xmlns:\(prefix)='\(namespace)'"
        }
        let prefix = pick(Self.prefixes)
        let name = (prefix.isEmpty ? "" : prefix + ":") + pick(["e", "f", "g"])
        var own: [String] = []
        if pick([true, false]) { own.append("\(pick(["x", "y"]))='\(pick(["1", "&lt;&quot;", " a&#10;b "]))'") }
        if pick([true, false]) { own.append("a:at='\(pick(["2", "é"]))'") }
        if pick([true, false, false]) { own.append("xml:\(pick(["lang='de'", "space='preserve'"]))") }
        own = own.shuffled(using: &numbers)
        let attributes = attributes + own.map { " " + $0 }.joined()
        var content = first
        if depth < 4 {
            for _ in 0..<Int(numbers.next() % 4) {
                content += pick(Self.texts)
                content += element(depth: depth + 1, scope: scope, first: "", attributes: "")
            }
        }
        content += pick(Self.texts)
        return "<\(name)\(pick([tag + attributes, attributes + tag]))>\(content)</\(name)>"
    }

    private mutating func write(to writer: inout XMLWriter, depth: Int, attributes: [(String, String?)]) {
        let prefix = pick(Self.prefixes)
        let name = XMLName(pick(Self.namespaces), pick(["e", "f", "g"]))
        var attributes = attributes
        if pick([true, false]) { attributes.append((pick(["x", "y"]), pick(["1", "<\"&", " a\nb\t\r "]))) }
        var qualified: [XMLQualifiedAttribute] = []
        // A prefix of its own: an element has one meaning for each.
        if pick([true, false]) {
            qualified.append(XMLQualifiedAttribute("q", XMLName(pick(Self.namespaces), "at"), "é"))
        }
        if pick([true, false, false]) {
            let xml = "http://www.w3.org/XML/1998/namespace"
            qualified.append(XMLQualifiedAttribute("xml", XMLName(xml, "lang"), "de"))
        }
        let more = depth < 4 ? Int(numbers.next() % 4) : 0
        let texts = (0...more).map { _ in pick(["", "text", "x & y <z>", " \n\t", "é 漢 😀", "a\rb", "]]>"]) }
        var inner = self
        writer.element(prefix, name, attributes, qualified: qualified) { writer in
            for index in 0..<more {
                writer.append(texts[index])
                inner.write(to: &writer, depth: depth + 1, attributes: [])
            }
            writer.append(texts[more])
        }
        self = inner
    }
}
