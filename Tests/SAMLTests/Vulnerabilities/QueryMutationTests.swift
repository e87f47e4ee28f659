import Testing

@testable import SAML

/// Every edit of a signed query is refused, or changes nothing that is read: each parameter taken out, emptied, repeated,
/// renamed, in another order and in other escapes.
@Suite("Mutations of signed queries") struct QueryMutationTests {
    @Test(arguments: AcceptedQuery.all) func `no edit of a query changes what is read`(message: AcceptedQuery) {
        #expect(message.verdict(on: message.query) == .unchanged)
        let edits = Self.edits(of: message.query.split(separator: "&").map(String.init))
        #expect(edits.count > 150)
        var refused = 0
        var made = 0
        for query in edits.enumerated().filter({ $0.offset % Campaign.step == 0 }).map(\.element) {
            made += 1
            let verdict = message.verdict(on: query)
            #expect(verdict.isRefusal || verdict == .unchanged, "\(query)")
            if verdict.isRefusal { refused += 1 }
        }
        #expect(refused > made / 2, "\(refused) of \(made)")
    }

    /// The signature is over the octets as they came, in the one order that the binding has.
    @Test(arguments: AcceptedQuery.all) func `the order of the query does not matter, that of the octets does`(
        message: AcceptedQuery
    ) {
        let parts = message.query.split(separator: "&").map(String.init)
        for order in Self.orders(of: parts) {
            #expect(message.verdict(on: order.joined(separator: "&")) == .unchanged)
        }
    }

    @Test(arguments: AcceptedQuery.all)
    func `a repeated parameter is refused, whatever it says and however it is written`(
        message: AcceptedQuery
    ) {
        for part in message.query.split(separator: "&").map(String.init) {
            let (name, value) = Self.split(part)
            for again in [part, "\(name)=", name, "\(name)=other", "\(Self.escaped(name))=\(value)"] {
                #expect(message.verdict(on: message.query + "&" + again) == .refused(.badEncoding), "\(again)")
                #expect(message.verdict(on: again + "&" + message.query) == .refused(.badEncoding), "\(again)")
            }
        }
    }

    private static func edits(of parts: [String]) -> [String] {
        var edits = orders(of: parts).map { $0.joined(separator: "&") }
        let whole = parts.joined(separator: "&")
        edits += [
            whole.replacing("&", with: ";"), whole.replacing("&", with: "&amp;"), whole.replacing("&", with: "&&"),
            "?" + whole, "&" + whole, whole + "&", whole + "#", whole + "&other=1", whole + "%00", whole + "%0A",
            whole + "&SAMLEncoding=urn%3Aoasis%3Anames%3Atc%3ASAML%3A2.0%3Abindings%3AURL-Encoding%3ADEFLATE",
            whole + "&SAMLEncoding=urn%3Aother", whole + "&RelayState", whole + "&SAMLRequest=",
            whole + "&SAMLResponse=",
        ]
        for (place, part) in parts.enumerated() {
            for other in self.edits(of: part) {
                var changed = parts
                changed[place] = other
                edits.append(changed.joined(separator: "&"))
            }
            var without = parts
            without.remove(at: place)
            edits.append(without.joined(separator: "&"))
        }
        return edits
    }

    /// Of one parameter.
    private static func edits(of part: String) -> [String] {
        let (name, value) = split(part)
        var edits = [
            name, "\(name)=", "=\(value)", "\(name.lowercased())=\(value)", "\(name.uppercased())=\(value)",
            "\(escaped(name))=\(value)", "\(name)%20=\(value)", "+\(name)=\(value)", "\(name)\u{0}=\(value)",
            "\(name)%00=\(value)", "\(name)[]=\(value)", "\(name)==\(value)", "\(part)&\(part)", "\(part)=",
            "\(name)=\(value.lowercased())", "\(name)=\(value.replacing("%", with: "%25"))",
            "\(name)=\(value.replacing("%20", with: "+"))", "\(name)=\(value.replacing("%2B", with: "+"))",
            "\(name)=\(escaped(value))",
        ]
        switch name {
        case "SAMLRequest": edits.append("SAMLResponse=\(value)")
        case "SAMLResponse": edits.append("SAMLRequest=\(value)")
        case "SigAlg":
            edits += ["sha1", "sha384", "sha512"].map { part.replacing("sha256", with: $0) }
            edits.append("SigAlg=http%3A%2F%2Fwww.w3.org%2F2000%2F09%2Fxmldsig%23hmac-sha1")
        default: break
        }
        for added in ["%20", "+", "%0A", "%0D%0A", "%00", "x", "=", "%3D", "%", "%4", "ü", "%FF", "%C0%80"] {
            edits += [part + added, "\(name)=\(added)\(value)"]
        }
        // Each escape in the other case, and every so often a character escaped that need not be, changed, or gone.
        let characters = Array(value)
        let step = max(1, characters.count / 24)
        for at in stride(from: 0, to: characters.count, by: step) {
            let character = characters[at]
            let before = String(characters[..<at])
            let after = String(characters[(at + 1)...])
            if character == "%" {
                edits.append("\(name)=\(before)%\(after.prefix(2).lowercased())\(after.dropFirst(2))")
            } else {
                edits.append("\(name)=\(before)\(escaped(String(character)))\(after)")
            }
            edits.append("\(name)=\(before)\(character == "A" ? "B" : "A")\(after)")
            edits.append("\(name)=\(before)\(after)")
        }
        return edits
    }

    private static func split(_ part: String) -> (name: String, value: String) {
        let end = part.firstIndex(of: "=") ?? part.endIndex
        return (String(part[..<end]), String(part[end...].dropFirst()))
    }

    /// Its first octet escaped.
    private static func escaped(_ text: String) -> String {
        guard let first = text.utf8.first, first < 0x80, first != UInt8(ascii: "%") else { return text }
        return "%" + String(first, radix: 16, uppercase: true) + text.dropFirst()
    }

    private static func orders(of parts: [String]) -> [[String]] {
        guard parts.count > 1 else { return [parts] }
        return parts.indices.flatMap { place in
            var rest = parts
            let first = rest.remove(at: place)
            return orders(of: rest).map { [first] + $0 }
        }
    }
}
