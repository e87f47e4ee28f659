import Testing

@testable import XML

@Suite("Limits of XML") struct LimitTests {
    private func nested(_ depth: Int) -> String {
        String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }

    private func reason(_ text: String, limits: XMLLimits = .message) -> String? {
        do throws(XMLError) {
            _ = try parse(text, limits: limits)
            return nil
        } catch {
            return error.reasonCode
        }
    }

    @Test func depth() {
        #expect(reason(nested(64)) == nil)
        #expect(reason(nested(65)) == "depth_limit")
        #expect(reason(nested(10_000)) == "depth_limit")
        #expect(reason(String(repeating: "<a>", count: 10_000)) == "depth_limit")
    }

    @Test func `bytes, before anything looks at them`() {
        let limits = XMLLimits(bytes: 20)
        #expect(reason("<a>01234567890</a>", limits: limits) == nil)
        #expect(reason("<a>01234567890123</a>", limits: limits) == "too_large")
        #expect(reason(String(repeating: "<", count: 21), limits: limits) == "too_large")
    }

    @Test func nodes() {
        func elements(_ count: Int) -> String { "<r>" + String(repeating: "<a/>", count: count - 1) + "</r>" }
        #expect(reason(elements(20_000)) == nil)
        #expect(reason(elements(20_001)) == "too_large")
        #expect(reason("<r>" + String(repeating: "<a b='' c=''/>", count: 7_000) + "</r>") == "too_large")
        #expect(reason("<r>" + String(repeating: "<![CDATA[]]>", count: 20_000) + "</r>") == "too_large")
    }

    @Test func `attributes of one element`() {
        func attributes(_ count: Int) -> String {
            "<r " + (0..<count).map { "a\($0)=''" }.joined(separator: " ") + "/>"
        }
        #expect(reason(attributes(64)) == nil)
        #expect(reason(attributes(65)) == "too_large")
        // libxml2 alone would compare each with all others before it says a word.
        #expect(reason(attributes(90_000)) == "too_large")
        #expect(reason("<r x='" + String(repeating: "=", count: 1000) + "'/>") == nil)
    }

    @Test func `namespaces in scope`() {
        func namespaces(_ range: Range<Int>) -> String {
            range.map { "xmlns:p\($0)='urn:\($0)'" }.joined(separator: " ")
        }
        #expect(reason("<r \(namespaces(0..<256))/>") == nil)
        #expect(reason("<r \(namespaces(0..<257))/>") == "too_large")
        #expect(reason("<r \(namespaces(0..<200))><a \(namespaces(200..<257))/></r>") == "too_large")
        let value = "<v xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:xsi='urn:i' xsi:type='xs:string'>g</v>"
        #expect(reason("<r>" + String(repeating: value, count: 1_000) + "</r>") == nil)
    }

    @Test func `a namespace name that canonicalization would repeat`() {
        func name(_ count: Int) -> String { "urn:" + String(repeating: "x", count: count - 4) }
        #expect(reason("<r xmlns:p='\(name(512))'/>") == nil)
        #expect(reason("<r xmlns:p='\(name(513))'/>") == "too_large")
        let bomb = "<r xmlns:p='\(name(500_000))'>" + String(repeating: "<p:a/>", count: 19_000) + "</r>"
        #expect(reason(bomb) == "too_large")
    }

    @Test func `namespaces that canonicalization would compare with each other`() {
        let declarations = (0..<250).map { "xmlns:p\($0)='urn:\($0)'" }.joined(separator: " ")
        #expect(reason("<r \(declarations)>" + String(repeating: "<a/>", count: 160) + "</r>") == nil)
        #expect(reason("<r \(declarations)>" + String(repeating: "<a/>", count: 1_000) + "</r>") == "too_large")
    }

    @Test func `bombs of entities`() {
        let laughs =
            "<!DOCTYPE a [<!ENTITY a0 'ha'>"
            + (1..<30).map { "<!ENTITY a\($0) '&a\($0 - 1);&a\($0 - 1);'>" }.joined() + "]><a>&a29;</a>"
        #expect(reason(laughs) == "dtd_forbidden")
        let quadratic =
            "<!DOCTYPE a [<!ENTITY e '" + String(repeating: "x", count: 50_000) + "'>]><a>"
            + String(repeating: "&e;", count: 50_000) + "</a>"
        #expect(reason(quadratic) == "dtd_forbidden")
    }

    @Test func `what comes to the parser in parts is read the same`() throws {
        let piece = "<e x=\"é漢😀 &amp;\">é漢😀 &amp; &lt; &#xD; \n" + String(repeating: "ß text ", count: 300) + "</e>"
        let text = Array(("<r ID=\"_1\">" + String(repeating: piece, count: 2_000) + "</r>").utf8)
        #expect(text.count > 4 << 20)
        let document = try XMLDocument(parsing: text, limits: .aggregate)
        #expect(try document.root.canonical(.exclusive) == text)
        #expect(document.element(id: "_1") != nil)
        let cut = Array(text.dropLast(3))
        #expect(throws: XMLError.self) { try XMLDocument(parsing: cut, limits: .aggregate) }
        let second = text + Array("<b/>".utf8)
        #expect(throws: XMLError.self) { try XMLDocument(parsing: second, limits: .aggregate) }
        let aside = text + Array("<!-- -->".utf8)
        #expect(throws: XMLError.self) { try XMLDocument(parsing: aside, limits: .aggregate) }
        #expect(throws: Never.self) { try XMLDocument(parsing: aside, limits: .aggregate, allowsComments: true) }
    }
}
