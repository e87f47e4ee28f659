import Testing

@testable import XML

@Suite("Hardened parser") struct ParserTests {
    private func parse(_ text: String) throws(XMLError) -> XMLDocument { try XMLDocument(parsing: Array(text.utf8)) }

    @Test func `a plain message is read`() throws {
        let document = try parse(
            ##"<?xml version="1.0" encoding="UTF-8"?><p:a xmlns:p="urn:p" ID="_1"><b x="&lt;1">t<![CDATA[&]]>u</b></p:a>"##
        )
        #expect(document.root.name == XMLName("urn:p", "a"))
        let b = try #require(try document.root.only(XMLName("", "b")))
        #expect(b.text == "t&u")
        #expect(b.attribute("x") == "<1")
        #expect(b.position == "/p:a/b[1]")
        #expect(try #require(document.element(id: "_1")).isSame(as: document.root))
    }
}
