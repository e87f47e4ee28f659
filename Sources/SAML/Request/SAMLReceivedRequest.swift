internal import Cryptography
package import FoundationEssentials
internal import XML

/// An AuthnRequest that arrived: parsed, nothing believed. Read `issuer`, fetch that service provider's registration, then
/// call ``validated(for:at:now:skew:)``.
package struct SAMLReceivedRequest: Sendable {
    private let root: XMLElement
    private let query: SAMLRedirectQuery?
    package let relayState: String?
    /// As the message says; believed only once validated.
    package let claimed: SAMLAuthnRequest

    /// Who it says it is from.
    package var issuer: String { claimed.issuer }

    /// - Parameter query: The raw query string of a GET.
    package init(redirectQuery query: String) throws(SAMLRejection) {
        let query = try SAMLRedirectQuery(query)
        guard query.parameter == .request else {
            throw SAMLRejection(.badEncoding, "It is a SAMLResponse where a request belongs.")
        }
        try self.init(xml: query.xml, query: query, relayState: query.relayState)
    }

    /// - Parameters: The form values, percent-decoded.
    package init(postValue: String, relayState: String?) throws(SAMLRejection) {
        try self.init(
            xml: SAMLMessageEncoding.decode(post: postValue), query: nil,
            relayState: SAMLRelayState.read(relayState))
    }

    /// A message out of a file, as a command has it.
    package init(xml: [UInt8]) throws(SAMLRejection) { try self.init(xml: xml, query: nil, relayState: nil) }

    private init(xml: [UInt8], query: SAMLRedirectQuery?, relayState: String?) throws(SAMLRejection) {
        root = try XMLDocument.message(xml).root
        self.query = query
        self.relayState = relayState
        claimed = try SAMLAuthnRequest(reading: root)
    }

    /// Whether it carries a signature, valid or not.
    package var isSigned: Bool { query?.signature != nil || XMLSignature.isSigned(root) }

    /// Checks the request against its sender's registration (SAML Profiles §4.1.4.1).
    ///
    /// - Parameters:
    ///   - provider: The registration of `issuer`.
    ///   - endpoint: The single sign-on address at which the request arrived.
    ///   - requiresSignature: Demanded by our own setting, beside what the metadata says.
    ///   - skew: Seconds; more than 300 counts as 300.
    /// - Throws: ``SAMLRequestRefusal``: an error page of our own, or a status to answer with.
    package func validated(
        for provider: SAMLMetadata, at endpoint: String?, requiresSignature: Bool = false, now: Date, skew: Int = 60
    ) throws(SAMLRequestRefusal) -> SAMLValidRequest {
        do throws(SAMLRejection) {
            return try validate(provider, endpoint, requiresSignature, now, clamped(skew))
        } catch {
            throw .rejected(error)
        }
    }

    private func validate(
        _ provider: SAMLMetadata, _ endpoint: String?, _ requiresSignature: Bool, _ now: Date, _ skew: Double
    ) throws(SAMLRejection) -> SAMLValidRequest {
        guard provider.entityID.isExactly(issuer), let role = provider.serviceProvider else {
            throw .mismatch(
                .unknownIssuer, "Issuer", expected: provider.entityID, actual: issuer, at: root.position)
        }
        let (request, evidence) = try verify(role, requiresSignature)
        var checks = [SAMLCheck("issuer", .pass, expected: provider.entityID, actual: issuer)]
        checks.append(SAMLCheck("signature", .pass, actual: evidence?.algorithm ?? "none"))
        if let endpoint {
            // Required of a signed request (SAML Bindings §3.4.5.2); where it is present it is us.
            guard request.destination?.isExactly(endpoint) ?? (evidence == nil) else {
                throw .mismatch(
                    .destinationMismatch, "Destination", expected: endpoint, actual: request.destination,
                    at: root.position)
            }
            checks.append(SAMLCheck("destination", .pass, expected: endpoint, actual: request.destination))
        } else {
            checks.append(SAMLCheck("destination", .skipped, actual: request.destination))
        }
        guard request.issued <= now.addingTimeInterval(skew) else {
            throw SAMLRejection(
                .notYetValid, "IssueInstant is \(request.issued.shownInstant), now is \(now.shownInstant).",
                at: root.position)
        }
        guard request.issued > now.addingTimeInterval(-Self.lifetime - skew) else {
            throw SAMLRejection(
                .expired, "IssueInstant is \(request.issued.shownInstant), now is \(now.shownInstant).",
                at: root.position)
        }
        checks.append(SAMLCheck("issue_instant", .pass, actual: request.issued.shownInstant))
        let consumer = try role.assertionConsumer(for: request, at: root.position)
        checks.append(SAMLCheck("assertion_consumer", .pass, actual: consumer.location))
        return SAMLValidRequest(
            request: request, provider: provider.entityID, assertionConsumer: consumer, relayState: relayState,
            signature: evidence, checks: checks)
    }

    /// How long ago a request may have been made, in seconds: a page that stood open is no attack, an old link is.
    private static let lifetime = 3600.0

    /// A signature that is there must be valid; it must be there if we or the metadata say so.
    private func verify(
        _ role: SAMLServiceProviderRole, _ requiresSignature: Bool
    ) throws(SAMLRejection) -> (SAMLAuthnRequest, SAMLSignatureEvidence?) {
        if let query {
            if query.signature != nil {
                return (claimed, try query.verify(keys: role.keys.verificationKeys))
            }
        } else if XMLSignature.isSigned(root) {
            let verified = try SignatureTerms(keys: role.keys.verificationKeys, leniencies: []).verify(root)
            return (try SAMLAuthnRequest(reading: verified.element), SAMLSignatureEvidence(verified))
        }
        guard !requiresSignature, !role.signsAuthnRequests else {
            throw SAMLRejection(.noSignature, "The request must be signed, and is not.", at: root.position)
        }
        return (claimed, nil)
    }
}

extension SAMLServiceProviderRole {
    /// Where the answer goes: an endpoint of the metadata, exactly, and one that takes a POST.
    fileprivate func assertionConsumer(
        for request: SAMLAuthnRequest, at position: String
    ) throws(SAMLRejection) -> SAMLEndpoint {
        let found: SAMLEndpoint?
        switch request.assertionConsumer {
        case .unnamed:
            found = defaultAssertionConsumer
        case .url(let url, let binding):
            found = assertionConsumers.first {
                $0.location.isExactly(url) && $0.binding == .post && (binding == nil || binding == .post)
            }
        case .index(let index):
            found = assertionConsumers.first { $0.index == index && $0.binding == .post }
        }
        guard let found else {
            throw SAMLRejection(
                .urlForbidden, "\(request.assertionConsumer.shown) is not registered with the POST binding.",
                at: position)
        }
        return found
    }
}

extension SAMLAuthnRequest.AssertionConsumer {
    fileprivate var shown: String {
        switch self {
        case .unnamed: "A default AssertionConsumerService"
        case .url(let url, let binding):
            "AssertionConsumerServiceURL \(url.shown)" + (binding.map { " by \($0.uri.shown)" } ?? "")
        case .index(let index): "AssertionConsumerServiceIndex \(index)"
        }
    }
}
