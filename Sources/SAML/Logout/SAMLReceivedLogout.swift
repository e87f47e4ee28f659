package import Cryptography
package import FoundationEssentials
internal import XML

/// A LogoutRequest or LogoutResponse that arrived: parsed, nothing believed. Read `issuer`, fetch that peer's keys, then
/// call ``verified(_:now:)``.
package struct SAMLReceivedLogout: Sendable {
    private let root: XMLElement
    private let query: SAMLRedirectQuery?
    package let relayState: String?
    /// Who it says it is from.
    package let issuer: String
    /// Which of the two it says it is.
    package let parameter: SAMLMessageParameter

    /// What the peer and the message must be.
    package struct Expectations: Sendable {
        /// The peer's entity ID.
        package var issuer: String
        package var keys: [VerificationKey]
        /// Our single logout address, at which the message arrived. Nil only for a command: then it is skipped.
        package var endpoint: String?
        /// Of a response: the request of ours. Nil only for a command.
        package var requestID: String?
        /// For an EncryptedID.
        package var decryptionKeys: [SigningKey] = []
        /// In seconds; more than 300 counts as 300.
        package var skew = 60

        package init(issuer: String, keys: [VerificationKey], endpoint: String?, requestID: String? = nil) {
            self.issuer = issuer
            self.keys = keys
            self.endpoint = endpoint
            self.requestID = requestID
        }
    }

    /// What was verified.
    package struct Verified: Sendable, Hashable {
        package enum Message: Sendable, Hashable {
            case request(SAMLLogoutRequest)
            case response(SAMLLogoutResponse)
        }

        package let message: Message
        package let signature: SAMLSignatureEvidence
        package let checks: [SAMLCheck]
    }

    /// - Parameter query: The raw query string of a GET.
    package init(redirectQuery query: String) throws(SAMLRejection) {
        let query = try SAMLRedirectQuery(query)
        try self.init(xml: query.xml, query.parameter, query: query, relayState: query.relayState)
    }

    /// - Parameters: The form values, percent-decoded.
    package init(
        _ parameter: SAMLMessageParameter, postValue: String, relayState: String?
    ) throws(SAMLRejection) {
        try self.init(
            xml: SAMLMessageEncoding.decode(post: postValue), parameter, query: nil,
            relayState: SAMLRelayState.read(relayState))
    }

    /// A message out of a file, as a command has it.
    package init(xml: [UInt8]) throws(SAMLRejection) { try self.init(xml: xml, nil, query: nil, relayState: nil) }

    private init(
        xml: [UInt8], _ parameter: SAMLMessageParameter?, query: SAMLRedirectQuery?, relayState: String?
    ) throws(SAMLRejection) {
        root = try XMLDocument.message(xml).root
        let actual: SAMLMessageParameter
        if root.isNamed(.protocol("LogoutRequest")) {
            actual = .request
        } else if root.isNamed(.protocol("LogoutResponse")) {
            actual = .response
        } else {
            throw SAMLRejection(.wrongRoot, "The root is \(root.name), no logout message.", at: root.position)
        }
        guard parameter == nil || parameter == actual else {
            throw SAMLRejection(.wrongRoot, "A \(root.name.local) came as the other parameter.", at: root.position)
        }
        self.parameter = actual
        self.query = query
        self.relayState = relayState
        try root.requireVersion2()
        _ = try root.identification()
        issuer = try root.requiredIssuer()
    }

    /// Checks and reads the message. It must be signed: by the query, or enveloped.
    ///
    /// - Throws: The first rule that failed, with all checks until then.
    package func verified(_ expected: Expectations, now: Date) throws(SAMLRejection) -> Verified {
        var checks: [SAMLCheck] = []
        do throws(SAMLRejection) {
            return try verify(expected, now, &checks)
        } catch {
            var error = error
            checks.append(error.failedCheck(error.reason.rawValue))
            error.checks = checks
            throw error
        }
    }

    private func verify(
        _ expected: Expectations, _ now: Date, _ checks: inout [SAMLCheck]
    ) throws(SAMLRejection) -> Verified {
        guard issuer.isExactly(expected.issuer) else {
            throw .mismatch(.unknownIssuer, "Issuer", expected: expected.issuer, actual: issuer, at: root.position)
        }
        checks.append(SAMLCheck("issuer", .pass, expected: expected.issuer, actual: issuer))
        let (element, evidence) = try signed(expected)
        checks.append(SAMLCheck("signature", .pass, actual: evidence.algorithm))
        guard try element.requiredIssuer().isExactly(expected.issuer) else {
            throw SAMLRejection(.unknownIssuer, "What is signed has another Issuer.", at: element.position)
        }
        let destination = element.attribute("Destination")
        if let endpoint = expected.endpoint {
            guard let destination, destination.isExactly(endpoint) else {
                throw .mismatch(
                    .destinationMismatch, "Destination", expected: endpoint, actual: destination,
                    at: element.position)
            }
            checks.append(SAMLCheck("destination", .pass, expected: endpoint, actual: destination))
        } else {
            checks.append(SAMLCheck("destination", .skipped, actual: destination))
        }
        let (id, issued) = try element.identification()
        try checkTime(issued, expected, now, at: element)
        let message: Verified.Message
        if parameter == .request {
            message = .request(try element.logoutRequest(id, issued, expected, now))
        } else {
            let response = try element.logoutResponse(id, issued)
            if let requestID = expected.requestID {
                guard let actual = response.inResponseTo, actual.isExactly(requestID) else {
                    throw .mismatch(
                        .inResponseTo, "InResponseTo", expected: requestID, actual: response.inResponseTo,
                        at: element.position)
                }
                checks.append(SAMLCheck("in_response_to", .pass, expected: requestID, actual: actual))
            } else {
                checks.append(SAMLCheck("in_response_to", .skipped, actual: response.inResponseTo))
            }
            message = .response(response)
        }
        checks.append(SAMLCheck("time", .pass, actual: issued.shownInstant))
        return Verified(message: message, signature: evidence, checks: checks)
    }

    /// What the signature covers: the message of the query, or the copy that was re-parsed from the signed bytes.
    private func signed(_ expected: Expectations) throws(SAMLRejection) -> (XMLElement, SAMLSignatureEvidence) {
        if let query { return (root, try query.verify(keys: expected.keys)) }
        let verified = try SignatureTerms(keys: expected.keys, leniencies: []).verify(root)
        return (verified.element, SAMLSignatureEvidence(verified))
    }

    private func checkTime(
        _ issued: Date, _ expected: Expectations, _ now: Date, at element: XMLElement
    ) throws(SAMLRejection) {
        let skew = clamped(expected.skew)
        guard issued <= now.addingTimeInterval(skew) else {
            throw SAMLRejection(
                .notYetValid, "IssueInstant is \(issued.shownInstant), now is \(now.shownInstant).",
                at: element.position)
        }
        // A response carries no end of its own.
        guard issued > now.addingTimeInterval(-SAMLLogoutRequest.lifetime * 2 - skew) else {
            throw SAMLRejection(
                .expired, "IssueInstant is \(issued.shownInstant), now is \(now.shownInstant).", at: element.position)
        }
    }
}
