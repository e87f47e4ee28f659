// JSON: one reader, one writer, one policy.
//
// Owns: the strict reader for whatever arrives on the wire (`JSONReader`), the writer (`JSONWriter`), the value both
// speak (`JSONValue`, `JSONObject`), and a lenient reader for files that people edit (`JSON5Reader`).
//
// Leaves to others: what the members mean. Nothing here maps to types by name; a caller reads the members it knows and
// decides about those it does not. There is no I/O and no Foundation, whose parsers accept duplicate members, trailing
// commas, UTF-16 and byte order marks.
//
// Two peers that read one document differently are how a signature over it is bypassed. So the strict reader refuses
// whatever RFC 8259 leaves open to interpretation (duplicate names, lone surrogates, numbers beyond a double) rather
// than choosing a reading, and strings compare by their bytes, not by Unicode's canonical equivalence.
//
// Start at `JSONValue.swift`, then `JSONReader.swift`. `JSON5Reader` answers the same values but shares no grammar with
// the strict reader: nothing that the network sends can reach a comment or an unquoted name.
