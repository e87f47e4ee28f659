import JSON
import Testing

@Suite("JSON5, for files") struct JSON5ReaderTests {
    private func failure(_ text: String) -> JSONError? {
        do throws(JSONError) {
            _ = try JSON5Reader.read(text)
            return nil
        } catch { return error }
    }

    @Test func `a file as people write it`() throws {
        let document = try JSON5Reader.read(
            """
            // The gateway's own settings.
            {
              base: 'https://gateway.example', /* no path */
              "listen": ["127.0.0.1:8080", '[::1]:8080',],
              limits: { body: 0x100000, ratio: .5, whole: 5., plus: +7, less: -0x10, big: 1e3, },
              $odd_name1: "it's \\
            one line \\x41\\u0042\\v\\0",
            }
            """)
        #expect(document.value["base"] == "https://gateway.example")
        #expect(document.value["listen"]?.strings == ["127.0.0.1:8080", "[::1]:8080"])
        #expect(
            document.value["limits"]
                == ["body": 1_048_576, "ratio": 0.5, "whole": 5.0, "plus": 7, "less": -16, "big": 1000.0])
        #expect(document.value["$odd_name1"] == "it's one line AB\u{B}\u{0}")
    }

    @Test func `every value has its place`() throws {
        let document = try JSON5Reader.read(
            "\u{FEFF}{\r\n  tenants: [\r\n    { name: 'W\u{F6}' , 'a.b': [ 1,\n 2 ] },\n  ],\n}")
        let tenant = JSONPath.root["tenants"][0]
        #expect(document.positions[.root] == JSONPosition(line: 1, column: 2))
        #expect(document.positions[JSONPath.root["tenants"]] == JSONPosition(line: 2, column: 3))
        #expect(document.positions[tenant] == JSONPosition(line: 3, column: 5))
        #expect(document.positions[tenant["name"]] == JSONPosition(line: 3, column: 7))
        #expect(document.positions[tenant["a.b"]] == JSONPosition(line: 3, column: 20))
        #expect(document.positions[tenant["a.b"][1]] == JSONPosition(line: 4, column: 2))
        #expect(document.positions[tenant["missing"]] == nil)
        #expect(document.positions.nearest(tenant["missing"]["deeper"]) == JSONPosition(line: 3, column: 5))
        #expect(tenant["a.b"][1].description == #"tenants[0]["a.b"][1]"#)
        #expect(tenant["name"].description == "tenants[0].name")
        #expect(JSONPath.root.description == "the document")
    }

    @Test(arguments: [
        ("{a: 1, a: 2}", 1, 8), ("{a: 1, 'a': 2}", 1, 8), ("{\n  a 1\n}", 2, 5), ("[1, 2", 1, 6), ("{a: }", 1, 5),
        ("{a: b}", 1, 5), ("[1,, 2]", 1, 4), ("[,]", 1, 2), ("{,}", 1, 2), ("{\u{E9}: 1}", 1, 2),
        ("{a\u{E9}: 1}", 1, 3),
        ("{\\u0061: 1}", 1, 2), ("[Infinity]", 1, 2), ("[-Infinity]", 1, 2), ("[+NaN]", 1, 2), ("[NaN]", 1, 2),
        ("[01]", 1, 2), ("[0x]", 1, 2), ("[0xfg]", 1, 2), ("[0xffffffffffffffff]", 1, 2), ("[1a]", 1, 2), ("[.]", 1, 2),
        ("[+]", 1, 2), ("[1e]", 1, 2), ("['a\nb']", 1, 4), ("['C:\\dir']", 1, 5), ("['\\1']", 1, 3), ("['\\01']", 1, 3),
        ("['\\xZZ']", 1, 3), ("['\\uD800']", 1, 3), ("['a]", 1, 5), ("[1] /* open", 1, 5), ("[1] x", 1, 5), ("", 1, 1),
        ("// only a comment", 1, 18), ("{a: 1} {b: 2}", 1, 8), ("{1: 2}", 1, 2), ("{a-b: 1}", 1, 3),
        ("[true false]", 1, 7),
        ("[trueish]", 1, 2), ("['\u{1}']", 1, 3), ("/ 1", 1, 1),
    ]) func `an error names line and column`(_ text: String, _ line: Int, _ column: Int) {
        #expect(failure(text)?.position == JSONPosition(line: line, column: column), "\(text)")
    }

    @Test func `bytes that are not UTF-8 are refused, in comments too`() {
        #expect(throws: JSONError.self) { try JSON5Reader.read(Array("// ".utf8) + [0xFF] + Array("\n1".utf8)) }
        #expect(throws: JSONError.self) { try JSON5Reader.read(Array("/* ".utf8) + [0xC0, 0xAF] + Array("*/1".utf8)) }
        #expect(throws: JSONError.self) { try JSON5Reader.read([0x22, 0xED, 0xA0, 0x80, 0x22]) }
    }

    @Test func `depth and length are limited`() {
        let deep = String(repeating: "[", count: 33) + String(repeating: "]", count: 33)
        #expect(failure(deep)?.reason == .tooDeep(limit: 32))
        #expect(throws: JSONError.self) { try JSON5Reader.read("[1, 2]", limits: JSONLimits(bytes: 5)) }
    }

    @Test func `nothing that is only JSON5 reaches the strict reader`() {
        for text in [
            "{a: 1}", "['a']", "[1,]", "// x\n1", "/* x */ 1", "+1", ".5", "5.", "0x1", "\u{FEFF}1", "[\u{A0}1]",
        ] {
            #expect(throws: Never.self) { try JSON5Reader.read(text) }
            #expect(throws: JSONError.self) { try JSONReader.read(text) }
        }
    }
}
