extension String {
    /// Quoted for a log line, whoever it came from: printable ASCII only, and not longer than a line (CWE-117).
    package var shown: String {
        var text = "'"
        for scalar in unicodeScalars.prefix(160) {
            switch scalar.value {
            case 0x20...0x7E: text.unicodeScalars.append(scalar)
            default: text += "\\u{" + String(scalar.value, radix: 16) + "}"
            }
        }
        return text + (unicodeScalars.count > 160 ? "…'" : "'")
    }

    /// Byte for byte: Swift's own comparison takes canonically equivalent strings for one, and no reading of Unicode
    /// makes two issuers or subjects one.
    package func isExactly(_ other: String) -> Bool {
        utf8.count == other.utf8.count && self == other && utf8.elementsEqual(other.utf8)
    }
}

extension String? {
    package var shown: String { self?.shown ?? "absent" }
}
