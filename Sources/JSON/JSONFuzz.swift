/// The body of a libFuzzer target: whatever is read must be written and read back the same, by both readers.
package func fuzzJSONReader(_ bytes: [UInt8]) {
    if let value = try? JSONReader.read(bytes) {
        precondition((try? JSONReader.read(JSONWriter.write(value))) == value, "written and read back differently")
        precondition((try? JSONReader.read(JSONWriter.write(value, htmlSafe: true))) == value, "escaping changed it")
        precondition((try? JSON5Reader.read(JSONWriter.write(value)))?.value == value, "the readers differ")
        let canonical = JSONWriter.canonical(value)
        let again = try? JSONReader.read(canonical)
        precondition(again.map(JSONWriter.canonical) == canonical, "the canonical form is not stable")
    }
    _ = try? JSON5Reader.read(bytes)
}
