internal import XML

/// A refusal: the rule's code, one line for the log, where in the message, and what had been compared until then. Nothing
/// of it is for the visitor, who could be its author.
package struct SAMLRejection: Error, Sendable, Hashable, CustomStringConvertible {
    package let reason: SAMLReason
    package let detail: String
    /// A path of element names, `/samlp:Response/saml:Assertion[1]`, or the name of a parameter.
    package let position: String?
    /// In the order they were made; the last is the one that failed, if a rule of a list refused.
    package var checks: [SAMLCheck]
    /// The status codes of a response that reported an error, outermost first.
    package var statusCodes: [String]
    /// What differed, if it was a comparison.
    package var comparison: SAMLComparison?

    package init(
        _ reason: SAMLReason, _ detail: String, at position: String? = nil, checks: [SAMLCheck] = [],
        statusCodes: [String] = []
    ) {
        self.reason = reason
        self.detail = detail
        self.position = position
        self.checks = checks
        self.statusCodes = statusCodes
    }

    package var description: String {
        "\(reason.rawValue): \(detail)" + (position.map { " (at \($0))" } ?? "")
    }
}

extension SAMLRejection {
    init(_ error: XMLError, at position: String? = nil) {
        self.init(SAMLReason(rawValue: error.reasonCode) ?? .badXML, error.description, at: position)
    }

    init(_ error: XMLSignatureError, at position: String? = nil) {
        self.init(SAMLReason(rawValue: error.reasonCode) ?? .signatureInvalid, error.description, at: position)
    }
}
