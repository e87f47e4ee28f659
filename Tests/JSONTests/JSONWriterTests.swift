import JSON
import Testing

@Suite("JSON writer and values") struct JSONWriterTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `control characters are always escaped, markup only when asked`() {
        let value: JSONValue = .string(
            "</script>&\u{2028}\u{2029}\u{0}\u{1F}\u{7F}\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{2027}\u{1D11E}")
        #expect(
            text(JSONWriter.write(value))
                == "\"</script>&\u{2028}\u{2029}\\u0000\\u001f\u{7F}\\\"\\\\/\\b\\f\\n\\r\\t\u{E9}\u{2027}\u{1D11E}\"")
        #expect(
            text(JSONWriter.write(value, htmlSafe: true))
                == "\"\\u003c/script\\u003e\\u0026\\u2028\\u2029\\u0000\\u001f\u{7F}\\\"\\\\/\\b\\f\\n\\r\\t\u{E9}\u{2027}\u{1D11E}\""
        )
    }

    @Test func `a document is built piece by piece`() throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("iss", "https://gateway.example/v2.0")
            writer.member("exp", 1_700_000_000)
            writer.member("low", Int64.min)
            writer.member("ok", true)
            writer.member("aud", ["a", "b"])
            writer.member("none", [String]())
            writer.member("nonce", ifPresent: nil)
            writer.member("tid", ifPresent: "t")
            writer.member("ratio", .number(0.5))
            writer.object("address") { writer in
                writer.member("street", .null)
                writer.object("empty") { _ in }
            }
            writer.array("keys") { writer in
                writer.object { $0.member("kid", "1") }
                writer.object { $0.member("kid", "2") }
                writer.array { $0.element(1) }
                writer.element("x")
                writer.element(.null)
                writer.element(written: Array("[7]".utf8))
            }
            writer.member("raw", written: Array("{}".utf8))
            writer.member("last", [1, [:], []])
        }
        let expected = """
            {"iss":"https://gateway.example/v2.0","exp":1700000000,"low":-9223372036854775808,"ok":true,"aud":["a","b"],\
            "none":[],"tid":"t","ratio":0.5,"address":{"street":null,"empty":{}},"keys":[{"kid":"1"},{"kid":"2"},[1],"x",\
            null,[7]],"raw":{},"last":[1,{},[]]}
            """
        #expect(text(writer.bytes) == expected)
        #expect(try text(JSONWriter.write(JSONReader.read(writer.bytes))) == expected)
    }

    @Test func `what the builder throws comes out`() {
        struct Stop: Error, Equatable {}
        var writer = JSONWriter()
        #expect(throws: Stop()) {
            try writer.object { (_: inout JSONWriter) throws(Stop) in throw Stop() }
        }
    }

    @Test func `the canonical form does not depend on the order of members`() throws {
        let one = try JSONReader.read(
            "{\"b\":[{\"z\":1,\"a\":2}],\"a\":1,\"\u{FFFF}\":3,\"\u{1D11E}\":4,\"\":0, \"B\":null}")
        let other = try JSONReader.read(
            "{\"B\":null,\"\":0,\"\u{1D11E}\":4,\"\u{FFFF}\":3,\"a\":1,\"b\":[{\"a\":2,\"z\":1}]}")
        #expect(one != other)
        #expect(JSONWriter.canonical(one) == JSONWriter.canonical(other))
        // By UTF-8 bytes: U+FFFF (EF BF BF) before U+1D11E (F0 …), which UTF-16 would turn round.
        #expect(
            text(JSONWriter.canonical(one))
                == "{\"\":0,\"B\":null,\"a\":1,\"b\":[{\"a\":2,\"z\":1}],\"\u{FFFF}\":3,\"\u{1D11E}\":4}")
    }

    @Test(arguments: [
        0.1, -0.0, 1e16, 1e-7, Double.leastNonzeroMagnitude, 1.7976931348623157e308, 100, 123456.789, 2.5e-8,
    ])
    func `a double comes back exactly`(_ double: Double) throws {
        let read = try JSONReader.read(JSONWriter.write(.number(double)))
        #expect(read.double?.bitPattern == double.bitPattern)
    }

    @Test func `JSON has no infinity`() {
        #expect(text(JSONWriter.write([.number(.infinity), .number(.nan)])) == "[null,null]")
    }

    @Test func `strings that Unicode calls equivalent are different strings`() {
        let kelvin = JSONValue.string("\u{212A}")
        #expect("\u{212A}" == "K")
        #expect(kelvin != "K")
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
        #expect(JSONValue.array([kelvin]) != ["K"])
        var object: JSONObject = ["\u{212A}": 1]
        #expect(object["K"] == nil)
        object["K"] = 2
        #expect(object.count == 2)
        let many = JSONObject((0..<40).map { ("n\($0)", .integer(Int64($0))) } + [("\u{212A}", 1)])
        #expect(many["K"] == nil)
        #expect(many["\u{212A}"] == 1)
    }

    @Test func `an object keeps the order of its members`() {
        var object: JSONObject = ["b": 1, "a": 2]
        object["c"] = 3
        object["b"] = 4
        #expect(object.names == ["b", "a", "c"])
        object["a"] = nil
        #expect(object.names == ["b", "c"])
        #expect(object == ["b": 4, "c": 3])
        #expect(object != ["c": 3, "b": 4])
    }

    @Test func `a large object is found, changed and shrunk by name`() {
        var object = JSONObject()
        for number in 0..<100 { object["n\(number)"] = .integer(Int64(number)) }
        for number in stride(from: 0, to: 100, by: 2) { object["n\(number)"] = nil }
        #expect(object.count == 50)
        #expect(object["n51"] == 51)
        #expect(object["n50"] == nil)
        for number in 0..<90 { object["n\(number)"] = nil }
        #expect(object.names == ["n91", "n93", "n95", "n97", "n99"])
        #expect(object["n99"] == 99)
    }

    @Test func `accessors answer nil for another kind`() throws {
        let value: JSONValue = ["s": "x", "i": 7, "b": false, "a": ["p", "q"], "m": [1, "q"], "o": [:], "n": .null]
        #expect(value["s"]?.string == "x")
        #expect(value["s"]?.integer == nil)
        #expect(value["i"]?.integer == 7)
        #expect(value["b"]?.bool == false)
        #expect(value["a"]?.strings == ["p", "q"])
        #expect(value["m"]?.strings == nil)
        #expect(value["m"]?.array?.count == 2)
        #expect(value["o"]?.object == [:])
        #expect(value["n"]?.isNull == true)
        #expect(value["missing"] == nil)
        #expect(value["s"]?["x"] == nil)
        #expect(value["s"]?.kind == "a string")
    }
}
