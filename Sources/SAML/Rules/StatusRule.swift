internal import XML

extension ResponseRule {
    /// The status is Success; otherwise the nested codes are what there is to tell (SAML Core §3.2.2.1).
    static let status = ResponseRule(name: "status") { message throws(SAMLRejection) in
        let status = try message.root.readStatus()
        guard status.codes == [SAMLStatusCode.success] || status.codes.first == SAMLStatusCode.success else {
            var rejection = SAMLRejection(
                .statusNotSuccess, "The status is \(status.shown).", at: message.root.position,
                statusCodes: status.codes)
            rejection.comparison = SAMLComparison(expected: "Success", actual: status.shown)
            throw rejection
        }
        return .passed(expected: "Success", actual: "Success")
    }
}

/// A Status element, read.
struct ReadStatus {
    /// Outermost first.
    var codes: [String]
    var message: String?

    var shown: String {
        let names = codes.map { code in
            code.hasPrefix("urn:oasis:names:tc:SAML:2.0:status:")
                ? String(code.dropFirst("urn:oasis:names:tc:SAML:2.0:status:".count)) : code.shown
        }
        return names.joined(separator: "/") + (message.map { " (\($0.shown))" } ?? "")
    }
}

extension XMLElement {
    /// - Throws: `status_not_success` if there is no status or no code in it, or a code without value.
    func readStatus() throws(SAMLRejection) -> ReadStatus {
        guard let status = try single(.protocol("Status")) else {
            throw SAMLRejection(.statusNotSuccess, "There is no Status.", at: position)
        }
        var codes: [String] = []
        var next = try status.single(.protocol("StatusCode"))
        while let code = next, codes.count < 8 {
            guard let value = code.attribute("Value"), !value.isEmpty else {
                throw SAMLRejection(.statusNotSuccess, "A StatusCode has no Value.", at: code.position)
            }
            codes.append(value)
            next = try code.single(.protocol("StatusCode"))
        }
        guard !codes.isEmpty else {
            throw SAMLRejection(.statusNotSuccess, "The Status has no StatusCode.", at: status.position)
        }
        return ReadStatus(codes: codes, message: try status.single(.protocol("StatusMessage"))?.text)
    }
}
