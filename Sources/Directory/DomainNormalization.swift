/// Reads a domain as people type it, in letters of their language or as A-labels, into the one form that domains are
/// compared in. What could pass for another name is refused rather than repaired: no case folding beyond ASCII, no
/// compatibility mapping, no label of several scripts, none that only imitates Latin letters (protocols-and-threats §5).
package enum DomainNormalization {
    /// Why a name was refused; the description is one sentence. All have the reason code `domain_invalid`.
    package enum Fault: Error, Sendable, Hashable, CustomStringConvertible {
        case shape
        case label(String)
        case aLabel(String)
        case character(UInt32)
        case mixedScripts(String)
        case confusable(String)

        package var description: String {
            switch self {
            case .shape:
                "It is not a DNS name of at least two labels, of 253 characters at most, without a trailing dot."
            case .label(let label):
                "The label '\(label)' is not 1 to 63 letters, digits and hyphens with no hyphen at either end."
            case .aLabel(let label): "The label '\(label)' is not an internationalized label (RFC 5891)."
            case .character(let value):
                "U+\(String(value, radix: 16, uppercase: true)) can't stand in a domain name here."
            case .mixedScripts(let label): "The label '\(label)' mixes scripts."
            case .confusable(let label): "The label '\(label)' can be taken for a name in Latin letters."
            }
        }

        package var reasonCode: String { "domain_invalid" }
    }

    package static func normalize(_ raw: String) throws(Fault) -> DomainName {
        guard (1...1024).contains(raw.utf8.count) else { throw .shape }
        var labels: [String] = []
        for part in raw.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false) {
            labels.append(try aLabel(Array(part)))
        }
        guard let domain = DomainName(labels.joined(separator: ".")) else { throw .shape }
        return domain
    }

    /// The A-label of one label, which may be one already.
    private static func aLabel(_ scalars: [Unicode.Scalar]) throws(Fault) -> String {
        let label = asciiLowercased(String(String.UnicodeScalarView(scalars)))
        guard !label.isEmpty else { throw .shape }
        guard label.utf8.allSatisfy({ $0 < 0x80 }) else {
            try check(Array(label.unicodeScalars), label)
            guard let encoded = Punycode.encode(Array(label.unicodeScalars)), encoded.utf8.count <= 59 else {
                throw .label(label)
            }
            return "xn--" + encoded
        }
        guard isLDH(label) else { throw .label(label) }
        let bytes = Array(label.utf8)
        guard bytes.count >= 4, bytes[2] == UInt8(ascii: "-"), bytes[3] == UInt8(ascii: "-") else { return label }
        // RFC 5890 §2.3.1: two hyphens there are reserved, and only `xn` has a meaning.
        guard label.hasPrefix("xn--"), let decoded = Punycode.decode(String(label.dropFirst(4))),
            decoded.contains(where: { !$0.isASCII }), Punycode.encode(decoded) == String(label.dropFirst(4))
        else { throw .aLabel(label) }
        try check(decoded, label)
        return label
    }

    private static func isLDH(_ label: String) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(label.utf8.count) && label.utf8.first != hyphen && label.utf8.last != hyphen
            && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == hyphen }
    }

    /// The rules for a label with letters beyond ASCII.
    private static func check(_ scalars: [Unicode.Scalar], _ label: String) throws(Fault) {
        let hyphen: Unicode.Scalar = "-"
        guard scalars.first != hyphen, scalars.last != hyphen,
            !(scalars.count >= 4 && scalars[2...3] == [hyphen, hyphen])
        else { throw .label(label) }
        var scripts: Set<Script> = []
        for scalar in scalars {
            switch Script.of(scalar) {
            case nil: throw .character(scalar.value)
            case .common?: continue
            case let script?: scripts.insert(script)
            }
        }
        if let first = scalars.first, first.properties.generalCategory == .nonspacingMark { throw .label(label) }
        guard Script.mayMeet(scripts) else { throw .mixedScripts(label) }
        if Script.imitatesLatin(scalars, scripts) { throw .confusable(label) }
    }
}

/// The writing systems whose labels can be checked here: code points that are stable under normalization and are not
/// look-alikes inside their own script. A label in another one is refused.
enum Script: Hashable {
    /// Digits and the hyphen.
    case common
    case latin, greek, cyrillic, armenian, georgian, hebrew, arabic, devanagari, thai
    case han, hiragana, katakana, hangul

    static func of(_ scalar: Unicode.Scalar) -> Script? {
        switch scalar.value {
        case 0x2D, 0x30...0x39: .common
        case 0x61...0x7A: .latin
        // Not dotless i, kra, n with apostrophe or long s, which pass for others.
        case 0xDF...0xF6, 0xF8...0x130, 0x132...0x137, 0x139...0x148, 0x14A...0x17E, 0x1A1, 0x1B0, 0x219, 0x21B,
            0x1EA0...0x1EF9:
            scalar.properties.isLowercase ? .latin : nil
        case 0x390, 0x3AC...0x3CE: .greek
        case 0x430...0x45F, 0x48B, 0x491...0x4FF: scalar.properties.isLowercase ? .cyrillic : nil
        case 0x561...0x586: .armenian
        case 0x10D0...0x10F0: .georgian
        case 0x5D0...0x5EA: .hebrew
        case 0x621...0x63A, 0x641...0x64A, 0x67E, 0x686, 0x698, 0x6A9, 0x6AF, 0x6CC: .arabic
        case 0x901...0x903, 0x905...0x939, 0x93E...0x94D: .devanagari
        case 0xE01...0xE32, 0xE34...0xE3A, 0xE40...0xE4E: .thai
        case 0x3005, 0x3400...0x4DBF, 0x4E00...0x9FFF: .han
        case 0x3041...0x3096: .hiragana
        case 0x30A1...0x30FA, 0x30FC: .katakana
        case 0xAC00...0xD7A3: .hangul
        default: nil
        }
    }

    /// One script, or those that are written together: Japanese and Korean with Han, each with Latin (UTS 39 §5.2,
    /// highly restrictive).
    static func mayMeet(_ scripts: Set<Script>) -> Bool {
        if scripts.count <= 1 { return true }
        let others = scripts.subtracting([.latin])
        return others.isSubset(of: [.han, .hiragana, .katakana]) || others.isSubset(of: [.han, .hangul])
    }

    /// A label whose every letter has a Latin twin.
    static func imitatesLatin(_ scalars: [Unicode.Scalar], _ scripts: Set<Script>) -> Bool {
        guard let only = scripts.first, scripts.count == 1, let twins = latinTwins[only] else { return false }
        return scalars.allSatisfy { of($0) == .common || twins.contains($0) }
    }

    private static let latinTwins: [Script: Set<Unicode.Scalar>] = [
        .cyrillic: Set("аәбвгезкмнорстухьчшѕіјһԁԛԝѵҽӏӕпъгԍқҳҥҭүұ".unicodeScalars),
        .greek: Set("αβγεικνορτυχωηό".unicodeScalars),
        .armenian: Set("օսոհցզյղգ".unicodeScalars),
    ]
}
