import Foundation
import JSON
import Testing

@Suite("RFC 8259 reader") struct JSONReaderTests {
    @Test(arguments: accepted) func `is read, and is read the same after writing`(_ item: GrammarCase) throws {
        let value = try JSONReader.read(item.bytes)
        #expect(try JSONReader.read(JSONWriter.write(value)) == value)
        #expect(try JSON5Reader.read(JSONWriter.write(value)).value == value)
        fuzzJSONReader(item.bytes)
    }

    @Test(arguments: refused) func `is refused`(_ item: GrammarCase) {
        #expect(throws: JSONError.self) { try JSONReader.read(item.bytes) }
        fuzzJSONReader(item.bytes)
    }

    @Test func `the table is as large as it claims`() {
        #expect(accepted.count + refused.count > 250)
        #expect(Set((accepted + refused).map(\.name)).count == accepted.count + refused.count)
    }

    /// The same documents through another implementation, made as strict as its hooks allow. It lets half surrogates
    /// and any depth pass, and numbers beyond a double become infinite: those are ours to refuse.
    @Test func `Python reads the same values`() throws {
        let script = """
            import json, sys
            def unique(pairs):
                if len({k for k, _ in pairs}) != len(pairs): raise ValueError("duplicate")
                return dict(pairs)
            def constant(name): raise ValueError(name)
            for line in sys.stdin.read().split("\\n")[:-1]:
                try:
                    value = json.loads(bytes.fromhex(line).decode("utf-8"), object_pairs_hook=unique, parse_constant=constant)
                    print(json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8").hex())
                except (ValueError, RecursionError):
                    print("refused")
            """
        let oursAlone = ["n_structure_33_levels", "n_structure_33_levels_of_objects", "i_number_of_2000_digits"]
        let items = (accepted + refused).filter { !oursAlone.contains($0.name) }
        let answers = try python(script, input: items.map { hexadecimal($0.bytes) }.joined(separator: "\n") + "\n")
        try #require(answers.count == items.count)
        for (item, answer) in zip(items, answers) {
            let ours = try? JSONReader.read(item.bytes)
            let theirs = answer == "refused" ? nil : try JSONReader.read(bytes(hexadecimal: answer))
            #expect(ours == theirs, "\(item.name)")
        }
    }

    @Test func `numbers keep their kind`() throws {
        #expect(try JSONReader.read("9223372036854775807") == .integer(.max))
        #expect(try JSONReader.read("-9223372036854775808") == .integer(.min))
        #expect(try JSONReader.read("9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try JSONReader.read("18446744073709551616") == .number(18_446_744_073_709_551_616))
        #expect(try JSONReader.read("1.0") == .number(1))
        #expect(try JSONReader.read("-0") == .integer(0))
        #expect(try JSONReader.read("1e-999") == .number(0))
        #expect(try JSONReader.read("1.7e9").integer == 1_700_000_000)
        #expect(try JSONReader.read("1.5").integer == nil)
        #expect(try JSONReader.read("1e300").integer == nil)
        #expect(try JSONReader.read("9223372036854775808").integer == nil)
    }

    @Test func `strings are decoded to their characters`() throws {
        #expect(try JSONReader.read(#""\ud83d\ude39\u00e9\/\b\f\n\r\t\"\\""#) == "\u{1F639}\u{E9}/\u{8}\u{C}\n\r\t\"\\")
        #expect(try JSONReader.read(#""a\u0000b""#) == "a\u{0}b")
    }

    @Test func `an error names the byte and what was wrong`() {
        func error(_ text: String) -> JSONError? {
            do throws(JSONError) {
                _ = try JSONReader.read(text)
                return nil
            } catch { return error }
        }
        let duplicate = error("{\"a\": 1,\n \"a\": 2}")
        #expect(duplicate?.reason == .duplicateName("a"))
        #expect(duplicate?.offset == 10)
        #expect(duplicate?.line == 2)
        #expect(duplicate?.column == 2)
        #expect(duplicate?.description == "byte 10 (line 2, column 2): the name \"a\" occurs twice in one object")
        #expect(error("[1,]")?.description == "byte 2 (line 1, column 3): a comma with nothing after it")
        #expect(error("")?.description == "byte 0 (line 1, column 1): ends where a value was expected")
        #expect(error("[\"\u{E9}\u{E9}\u{1}\"]")?.position == JSONPosition(line: 1, column: 5))
        #expect(error("[\r\n\r\n\r  x]")?.position == JSONPosition(line: 4, column: 3))
        #expect(
            error("{\"<\\n\":1,\"<\\n\":2}")?.description.hasSuffix(#"the name "\u003c\n" occurs twice in one object"#)
                == true)
        #expect(error("[] x")?.reason == .trailingBytes)
        #expect(error("[tru]")?.offset == 1)
    }

    @Test func `limits are the caller's`() {
        let five = JSONLimits(bytes: 5, depth: 1)
        #expect(throws: Never.self) { try JSONReader.read("[100]", limits: five) }
        #expect(throws: JSONError.self) { try JSONReader.read("[1000]", limits: five) }
        #expect(throws: JSONError.self) { try JSONReader.read("[[]]", limits: five) }
        #expect(throws: JSONError.self) {
            try JSONReader.read([UInt8](repeating: 0x20, count: 1 << 20) + Array("1".utf8))
        }
    }

    @Test func `a document that is all names takes no longer than its length`() throws {
        let text = "{" + (0..<60_000).map { "\"n\($0)\":\($0)" }.joined(separator: ",") + "}"
        let value = try JSONReader.read(text)
        #expect(value["n59999"] == 59_999)
        #expect(value["n60000"] == nil)
        #expect(throws: JSONError.self) { try JSONReader.read(text.dropLast() + ",\"n7\":1}") }
    }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

private func bytes(hexadecimal text: String) -> [UInt8] {
    let digits = Array(text.utf8).map { $0 < 0x40 ? $0 - 0x30 : $0 - 0x57 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// Runs a script once and answers its lines. The input goes through a file, so that no pipe can fill up and block.
private func python(_ script: String, input: String) throws -> [String] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("json-\(UUID().uuidString)")
    try Data(input.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    process.standardInput = try FileHandle(forReadingFrom: file)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let written = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: written, as: UTF8.self).split(separator: "\n").map(String.init)
}
