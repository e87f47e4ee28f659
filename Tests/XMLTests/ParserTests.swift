import Testing

@testable import XML

/// A document and the code of the refusal that it must meet.
struct Refused: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let reason: String

    init(_ name: String, _ text: String, _ reason: String) { self.init(name, Array(text.utf8), reason) }
    init(_ name: String, _ bytes: [UInt8], _ reason: String) {
        (self.name, self.bytes, self.reason) = (name, bytes, reason)
    }

    var testDescription: String { name }

    func check(allowsComments: Bool = false) {
        do throws(XMLError) {
            _ = try XMLDocument(parsing: bytes, allowsComments: allowsComments)
            Issue.record("\(name) was parsed")
        } catch {
            #expect(error.reasonCode == reason, "\(name): \(error)")
            #expect(!error.description.contains("\n"))
        }
    }
}

@Suite("Hardened parser") struct ParserTests {
    static let declarations: [Refused] = [
        Refused("DOCTYPE", "<!DOCTYPE a><a/>", "dtd_forbidden"),
        Refused("DOCTYPE behind a declaration", "<?xml version='1.0'?>\n<!DOCTYPE a><a/>", "dtd_forbidden"),
        Refused("DOCTYPE in small letters", "<!doctype a><a/>", "dtd_forbidden"),
        Refused("entity in an attribute", "<!DOCTYPE a [<!ENTITY e '_1'>]><a ID='&e;'/>", "dtd_forbidden"),
        Refused(
            "external entity", "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a>&e;</a>", "dtd_forbidden"),
        Refused("external subset", "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a/>", "dtd_forbidden"),
        Refused("public subset", "<!DOCTYPE a PUBLIC '-//A//B' 'http://127.0.0.1:9/a.dtd'><a/>", "dtd_forbidden"),
        Refused(
            "parameter entity", "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/hostname'> %p;]><a/>", "dtd_forbidden"),
        Refused("default attribute", "<!DOCTYPE a [<!ATTLIST a ID CDATA '_1'>]><a/>", "dtd_forbidden"),
        Refused("entity declared in content", "<a><!ENTITY e 'x'></a>", "dtd_forbidden"),
        Refused("DOCTYPE behind a comment", "<!-- x --><!DOCTYPE a><a/>", "dtd_forbidden"),
    ]

    static let charsets: [Refused] = [
        Refused("byte order mark", [0xEF, 0xBB, 0xBF] + Array("<a/>".utf8), "bad_charset"),
        Refused(
            "UTF-16 LE", [0xFF, 0xFE] + "<a/>".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, "bad_charset"),
        Refused(
            "UTF-16 BE", [0xFE, 0xFF] + "<a/>".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }, "bad_charset"),
        Refused("UTF-16 without a mark", "<a/>".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, "bad_charset"),
        Refused("UTF-7", "<?xml version='1.0' encoding='UTF-7'?><a>+ADw-b/+AD4-</a>", "bad_charset"),
        Refused("Latin-1", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "bad_charset"),
        Refused("ASCII", "<?xml version='1.0' encoding='US-ASCII'?><a/>", "bad_charset"),
        Refused("UTF8 without its hyphen", "<?xml version='1.0' encoding='UTF8'?><a/>", "bad_charset"),
        Refused("two encodings", "<?xml version='1.0' encoding='UTF-8' encoding='UTF-7'?><a/>", "bad_charset"),
        Refused("encoding hidden", "<?xml version='1.0' x='?' encoding='UTF-7'?><a/>", "bad_charset"),
        Refused("Latin-1 octets", Array("<a>".utf8) + [0xE9] + Array("</a>".utf8), "bad_charset"),
        Refused("overlong", Array("<a>".utf8) + [0xC0, 0xBC] + Array("</a>".utf8), "bad_charset"),
        Refused("half a surrogate pair", Array("<a>".utf8) + [0xED, 0xA0, 0x80] + Array("</a>".utf8), "bad_charset"),
        Refused("NUL and more", "<a/>\0<b/>", "bad_charset"),
        Refused("EBCDIC", [0x4C, 0x81, 0x61, 0x6E], "bad_charset"),
    ]

    static let malformed: [Refused] = [
        Refused("nothing", "", "bad_xml"),
        Refused("white space", " \n", "bad_xml"),
        Refused("text", "hello", "bad_xml"),
        Refused("two roots", "<a/><b/>", "bad_xml"),
        Refused("text behind the root", "<a/>b", "bad_xml"),
        Refused("cut off", "<a><b>", "bad_xml"),
        Refused("cut off in a tag", "<a x='1", "bad_xml"),
        Refused("crossed", "<a><b></a></b>", "bad_xml"),
        Refused("declaration behind white space", " <?xml version='1.0'?><a/>", "bad_xml"),
        Refused("XML 1.1", "<?xml version='1.1'?><a/>", "bad_xml"),
        Refused("no version", "<?xml encoding='UTF-8'?><a/>", "bad_xml"),
        Refused("standalone", "<?xml version='1.0' standalone='perhaps'?><a/>", "bad_xml"),
        Refused("undeclared entity", "<a>&e;</a>", "bad_xml"),
        Refused("undeclared entity in an attribute", "<a ID='&e;'/>", "bad_xml"),
        Refused("character 0", "<a>&#0;</a>", "bad_xml"),
        Refused("half a surrogate pair by number", "<a>&#xD800;</a>", "bad_xml"),
        Refused("control character", "<a>\u{1}</a>", "bad_xml"),
        Refused("noncharacter", "<a>\u{FFFE}</a>", "bad_xml"),
        Refused("end of CDATA in text", "<a>]]></a>", "bad_xml"),
        Refused("< in a value", "<a x='<'/>", "bad_xml"),
        Refused("no quotes", "<a x=1/>", "bad_xml"),
        Refused("an attribute twice", "<a x='1' x='2'/>", "bad_xml"),
        Refused(
            "an attribute twice by its expanded name", "<a xmlns:p='urn:x' xmlns:q='urn:x' p:x='1' q:x='2'/>", "bad_xml"
        ),
        Refused("no space between attributes", "<a x='1'y='2'/>", "bad_xml"),
        Refused("unbound prefix of an element", "<p:a/>", "bad_xml"),
        Refused("unbound prefix of an attribute", "<a p:x='1'/>", "bad_xml"),
        Refused("relative namespace", "<a xmlns='x'/>", "bad_xml"),
        Refused("relative namespace of a prefix", "<a xmlns:p='1'/>", "bad_xml"),
        Refused("relative namespace deep inside", "<a><b><c xmlns:p='../x'/></b></a>", "bad_xml"),
        Refused("malformed namespace", "<a xmlns:p='urn:a b'/>", "bad_xml"),
        Refused("scheme that begins with a digit", "<a xmlns:p='1a:b'/>", "bad_xml"),
        Refused("prefix undeclared again", "<a xmlns:p='urn:x'><b xmlns:p=''/></a>", "bad_xml"),
        Refused("xml bound to another namespace", "<a xmlns:xml='urn:x'/>", "bad_xml"),
        Refused("xmlns bound", "<a xmlns:xmlns='urn:x'/>", "bad_xml"),
        Refused("namespace of xmlns", "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>", "bad_xml"),
        Refused("namespace of xml by another prefix", "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", "bad_xml"),
        Refused("namespace of xml by default", "<a xmlns='http://www.w3.org/XML/1998/namespace'/>", "bad_xml"),
        Refused("empty prefix", "<a xmlns:='urn:x'/>", "bad_xml"),
        Refused("element in xmlns", "<xmlns:a/>", "bad_xml"),
        Refused("two colons", "<a:b:c xmlns:a='urn:x'/>", "bad_xml"),
        Refused("colon first", "<:a/>", "bad_xml"),
        Refused("colon last", "<a: xmlns:a='urn:x'/>", "bad_xml"),
        Refused("attribute with two colons", "<a xmlns:a='urn:x' a:b:c='1'/>", "bad_xml"),
        Refused("attribute with a colon first", "<a :x='1'/>", "bad_xml"),
    ]

    @Test(arguments: declarations + charsets + malformed) func `what readers disagree about is refused`(
        _ document: Refused
    ) {
        document.check(allowsComments: true)
        // Without them a comment may be the first thing wrong.
        if !document.name.contains("comment") { document.check() }
    }

    @Test(arguments: [
        Refused("in a value", "<a><b>admin@x<!-- -->.evil</b></a>", "comment_in_value"),
        Refused("a processing instruction in a value", "<a><b>admin@x<?p?>.evil</b></a>", "comment_in_value"),
        Refused("in the prolog", "<!-- x --><a/>", "comment_in_value"),
        Refused("in the epilog", "<a/><!-- x -->", "comment_in_value"),
        Refused("a style sheet", "<?xml-stylesheet href='a'?><a/>", "comment_in_value"),
    ]) func `comments and processing instructions have no place in a message`(_ document: Refused) throws {
        document.check()
        #expect(throws: Never.self) { try XMLDocument(parsing: document.bytes, allowsComments: true) }
    }

    @Test func `where comments may be, they split nothing`() throws {
        let document = try parse("<a>admin@x<!-- -->.e<?p?><![CDATA[v]]>il</a>", allowsComments: true)
        #expect(document.root.text == "admin@x.evil")
    }

    @Test(arguments: [
        "<?xml version='1.0'?><a/>", "<?xml version=\"1.0\" encoding=\"utf-8\"?><a/>", "\n<a/>\n",
        "<?xml version = '1.0' encoding = 'UTF-8' standalone = 'yes' ?>\r\n<a/>",
        "<a>&lt;&amp;&gt;&quot;&apos;&#xE9;</a>",
        "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='de'/>", "<a xmlns='urn:x'><b xmlns=''/></a>",
        "<é xmlns='https://a.example/'>é</é>", "<a><![CDATA[<!DOCTYPE x>]]></a>",
    ]) func `plain documents are read`(_ text: String) {
        #expect(throws: Never.self) { try parse(text) }
    }

    // MARK: Identifiers

    @Test func `an ID occurs once`() {
        for text in ["<a ID='x'><b ID='x'/></a>", "<a><b ID='x'/><c><d ID='x'/></c></a>", "<a ID=''><b ID=''/></a>"] {
            #expect(throws: XMLError.duplicateID(text.contains("ID=''") ? "" : "x")) { try parse(text) }
        }
        #expect(throws: XMLError.duplicateID("x")) { try parse("<a ID='x'><b Id='x'/></a>", ids: ["ID", "Id"]) }
        #expect(throws: Never.self) { try parse("<a ID='x'><b Id='x'/></a>") }
    }

    @Test func `an attribute in a namespace is no ID`() throws {
        let document = try parse("<a xmlns:p='urn:x'><b p:ID='x'/><c ID='x' p:ID='y'/></a>")
        #expect(try #require(document.element(id: "x")).name.local == "c")
        #expect(document.element(id: "y") == nil)
        #expect(document.root.children[0].attribute("ID") == nil)
        #expect(document.root.children[1].attribute("ID") == "x")
        #expect(document.root.children[1].attribute(XMLName("urn:x", "ID")) == "y")
    }

    // MARK: The tree

    @Test func `elements are found by namespace and position`() throws {
        let document = try parse(
            "<p:a xmlns:p='urn:p' xmlns='urn:d' y='2' x='1&#10;2'> <b/><p:b>t</p:b><b xmlns=''/><p:b/> </p:a>")
        let root = document.root
        #expect(root.name == XMLName("urn:p", "a"))
        #expect(root.prefix == "p")
        #expect(root.parent == nil)
        #expect(root.text == nil)
        #expect(root.children.map(\.name.namespace) == ["urn:d", "urn:p", "", "urn:p"])
        #expect(root.children(XMLName("urn:p", "b")).count == 2)
        #expect(root.child(XMLName("urn:p", "b"))?.text == "t")
        #expect(root.child(XMLName("urn:p", "c")) == nil)
        #expect(try root.only(XMLName("", "b"))?.text == "")
        #expect(throws: XMLError.repeatedElement("/p:a/p:b[1]")) { try root.only(XMLName("urn:p", "b")) }
        #expect(root.children[3].position == "/p:a/p:b[2]")
        #expect(root.children[2].position == "/p:a/b[1]")
        #expect(root.attributes.map(\.name.local) == ["y", "x"])
        #expect(root.attribute("x") == "1\n2")
        #expect(root.namespace(forPrefix: "p") == "urn:p")
        #expect(root.namespace(forPrefix: "") == "urn:d")
        #expect(root.children[2].namespace(forPrefix: "") == nil)
        #expect(root.namespace(forPrefix: "q") == nil)
        #expect(root.children[0].isSame(as: root.children[0]))
        #expect(try #require(root.children[0].parent).isSame(as: root))
        #expect(!root.isNamed(XMLName("urn:p", "ab")) && !root.isNamed(XMLName("urn:", "a")))
    }

    @Test func `a handle keeps its document alive`() throws {
        var element: XMLElement? = try parse("<a><b>t</b></a>").root.children.first
        #expect(element?.text == "t")
        element = nil
        #expect(element == nil)
    }

    @Test func `one document is read on many threads`() async throws {
        let document = try parse(response(around: assertion()).string)
        let expected = try document.root.canonical(.inclusive)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    (try? document.root.canonical(.inclusive)) == expected
                        && (try? parse("<a xmlns:p='1'/>")) == nil && document.element(id: "_a1") != nil
                }
            }
            for await same in group { #expect(same) }
        }
    }
}
