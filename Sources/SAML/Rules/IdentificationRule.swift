internal import FoundationEssentials
internal import XML

extension ResponseRule {
    /// ID and IssueInstant are there, and the instant is not ahead of us. That no ID occurs twice is the parser's rule.
    static let identification = ResponseRule(name: "identification") { message throws(SAMLRejection) in
        let (id, issued) = try message.root.identification()
        guard issued <= message.now.addingTimeInterval(message.expected.skew) else {
            throw SAMLRejection(
                .notYetValid, "IssueInstant is \(issued.shownInstant), now is \(message.now.shownInstant).",
                at: message.root.position)
        }
        return .passed(actual: id)
    }
}

extension XMLElement {
    /// The ID and IssueInstant that every message and assertion has.
    ///
    /// - Throws: `missing_id`.
    func identification() throws(SAMLRejection) -> (id: String, issued: Date) {
        guard let id = attribute("ID"), id.isMessageID else {
            throw SAMLRejection(.missingID, "There is no usable ID.", at: position)
        }
        guard let text = attribute("IssueInstant"), let issued = SAMLInstant.read(text) else {
            throw SAMLRejection(.missingID, "There is no usable IssueInstant.", at: position)
        }
        return (id, issued)
    }
}

extension String {
    /// An `xs:ID` as far as ASCII goes, and no longer than anybody needs. Others are left to the XML parser.
    var isMessageID: Bool {
        guard let first = utf8.first, utf8.count <= 256 else { return false }
        let startsName = first == UInt8(ascii: "_") || first >= 0x80 || (first | 0x20) >= 0x61 && (first | 0x20) <= 0x7A
        return startsName
            && utf8.allSatisfy {
                $0 >= 0x80 || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || ($0 >= 0x30 && $0 <= 0x39)
                    || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            }
    }
}
