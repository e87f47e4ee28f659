/// `xs:duration` as `cacheDuration` has it: `PT6H`, `P7D`.
package enum SAMLDuration {
    /// In seconds; a year counts as 365 days and a month as 30. Nil for anything else, for a negative one, and for more
    /// than a century.
    package static func read(_ text: String) -> Double? {
        var rest = text.utf8[...]
        guard rest.popFirst() == UInt8(ascii: "P"), !rest.isEmpty else { return nil }
        let dateUnits: [(UInt8, Double)] = [
            (UInt8(ascii: "Y"), 31_536_000), (UInt8(ascii: "M"), 2_592_000), (UInt8(ascii: "D"), 86_400),
        ]
        let timeUnits: [(UInt8, Double)] = [
            (UInt8(ascii: "H"), 3600), (UInt8(ascii: "M"), 60), (UInt8(ascii: "S"), 1),
        ]
        guard var total = parts(&rest, dateUnits[...]) else { return nil }
        if rest.first == UInt8(ascii: "T") {
            rest.removeFirst()
            guard !rest.isEmpty, let time = parts(&rest, timeUnits[...]) else { return nil }
            total += time
        }
        return rest.isEmpty && total <= 3_153_600_000 ? total : nil
    }

    private static func parts(_ rest: inout Substring.UTF8View, _ units: ArraySlice<(UInt8, Double)>) -> Double? {
        var units = units
        var total = 0.0
        while let first = rest.first, first != UInt8(ascii: "T") {
            let number = rest.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
            guard (1...12).contains(number.count), let value = Double(String(Substring(number))),
                let unit = rest.dropFirst(number.count).first,
                let place = units.firstIndex(where: { $0.0 == unit })
            else { return nil }
            total += value * units[place].1
            units = units[(place + 1)...]
            rest = rest.dropFirst(number.count + 1)
        }
        return total
    }
}
