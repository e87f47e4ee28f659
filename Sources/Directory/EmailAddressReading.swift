extension EmailAddress {
    /// Why an address can't be invited; the description is one sentence for whoever typed it.
    package enum Fault: Error, Sendable, Hashable, CustomStringConvertible {
        case tooLong
        case noAt
        case severalAts
        case emptyLocalPart
        case localPartTooLong
        case localPartNotASCII
        case localPartCharacter(String)
        case localPartEdge(String)
        case localPartDots
        case domain(DomainNormalization.Fault)

        package var description: String {
            switch self {
            case .tooLong: "It is longer than 254 characters."
            case .noAt: "It has no '@'."
            case .severalAts: "It has more than one '@'."
            case .emptyLocalPart: "There is nothing before the '@'."
            case .localPartTooLong: "There are more than 64 characters before the '@'."
            case .localPartNotASCII: "Before the '@' only letters and digits of ASCII are accepted."
            case .localPartCharacter(let character): "'\(character)' is not accepted before the '@'."
            case .localPartEdge(let character): "'\(character)' can't be first or last before the '@'."
            case .localPartDots: "Two dots in a row are not accepted before the '@'."
            case .domain(let fault): "After the '@': \(fault)"
            }
        }

        /// Of the closed list of the troubleshooting commands.
        package var reasonCode: String {
            switch self {
            case .tooLong, .localPartTooLong: "too_large"
            case .localPartNotASCII: "bad_encoding"
            case .domain(let fault): fault.reasonCode
            default: "attribute_invalid"
            }
        }
    }

    /// Reads an address as a person types it: the domain may be in letters of their language. Nothing is trimmed or
    /// repaired: comments, quotes, display names and spaces are refused.
    package init(reading raw: String) throws(Fault) {
        let bytes = Array(raw.utf8)
        guard bytes.count <= 1024 else { throw .tooLong }
        guard let at = bytes.firstIndex(of: UInt8(ascii: "@")) else { throw .noAt }
        guard bytes.lastIndex(of: UInt8(ascii: "@")) == at else { throw .severalAts }
        let local = bytes[..<at]
        try Self.check(local)
        let domain: DomainName
        do throws(DomainNormalization.Fault) {
            domain = try DomainNormalization.normalize(String(decoding: bytes[(at + 1)...], as: UTF8.self))
        } catch {
            throw .domain(error)
        }
        let text = String(decoding: local, as: UTF8.self) + "@" + domain.description
        guard text.utf8.count <= 254 else { throw .tooLong }
        guard let address = EmailAddress(text) else { throw .domain(.shape) }
        self = address
    }

    private static func check(_ local: ArraySlice<UInt8>) throws(Fault) {
        guard let first = local.first, let last = local.last else { throw .emptyLocalPart }
        guard local.count <= 64 else { throw .localPartTooLong }
        guard local.allSatisfy({ $0 < 0x80 }) else { throw .localPartNotASCII }
        if let wrong = local.first(where: { !isLocalByte($0) }) {
            // Control characters are named, not printed.
            let shown =
                (0x20...0x7E).contains(wrong)
                ? String(Unicode.Scalar(wrong))
                : "U+00" + (wrong < 16 ? "0" : "") + String(wrong, radix: 16, uppercase: true)
            throw .localPartCharacter(shown)
        }
        for edge in [first, last] where edge == UInt8(ascii: ".") || edge == UInt8(ascii: "-") {
            throw .localPartEdge(String(Unicode.Scalar(edge)))
        }
        for (left, right) in zip(local, local.dropFirst()) where left == UInt8(ascii: ".") && right == left {
            throw .localPartDots
        }
    }
}
