/// A request that is allowed to be made. Whether it can be met is decided as the sign-in goes on.
package struct SAMLValidRequest: Sendable, Hashable {
    package let request: SAMLAuthnRequest
    /// The service provider's entity ID.
    package let provider: String
    /// Where to answer: of the metadata, never of the request alone.
    package let assertionConsumer: SAMLEndpoint
    package let relayState: String?
    /// Nil if it was not signed.
    package let signature: SAMLSignatureEvidence?
    package let checks: [SAMLCheck]

    /// The status to answer with if the person's subject can't have the format that was asked for.
    ///
    /// - Parameter supported: The formats this application may have.
    package func nameIDFormat(supported: [String], usual: String) throws(SAMLRequestRefusal) -> String {
        guard let policy = request.nameIDPolicy, let format = policy.format, format != SAMLNameIDFormat.unspecified
        else {
            return usual
        }
        if let qualifier = policy.spNameQualifier, !qualifier.isExactly(provider) {
            throw .answered(
                SAMLStatus(
                    .requester, SAMLStatusCode.invalidNameIDPolicy, message: "SPNameQualifier is not the requester."))
        }
        guard supported.contains(format) else {
            throw .answered(
                SAMLStatus(
                    .requester, SAMLStatusCode.invalidNameIDPolicy, message: "This NameID format is not available."))
        }
        return format
    }

    /// Throws NoAuthnContext unless an authentication of this class answers the request.
    ///
    /// - Parameter ranking: See ``SAMLRequestedContext/isMet(by:ranking:)``.
    package func requireContext(_ actual: String, ranking: [String] = []) throws(SAMLRequestRefusal) {
        guard let requested = request.requestedContext, !requested.classes.isEmpty,
            !requested.isMet(by: actual, ranking: ranking)
        else { return }
        throw .answered(
            SAMLStatus(
                .responder, SAMLStatusCode.noAuthnContext, message: "The authentication does not meet the request."))
    }

    /// The person would have to be asked something, and the request forbids it.
    package static let noPassive = SAMLStatus(.responder, SAMLStatusCode.noPassive)
}

/// Why a request is not answered with an assertion.
package enum SAMLRequestRefusal: Error, Sendable, Hashable {
    /// An error page of our own: nothing of the message may be trusted, its return address least of all.
    case rejected(SAMLRejection)
    /// A response with this status, to the endpoint that was validated.
    case answered(SAMLStatus)
}

/// A status to answer with, SAML Core §3.2.2.
package struct SAMLStatus: Error, Sendable, Hashable {
    package enum Top: String, Sendable, Hashable {
        case success = "urn:oasis:names:tc:SAML:2.0:status:Success"
        case requester = "urn:oasis:names:tc:SAML:2.0:status:Requester"
        case responder = "urn:oasis:names:tc:SAML:2.0:status:Responder"
        case versionMismatch = "urn:oasis:names:tc:SAML:2.0:status:VersionMismatch"
    }

    package var top: Top
    /// A second-level code.
    package var detail: String?
    package var message: String?

    package init(_ top: Top, _ detail: String? = nil, message: String? = nil) {
        self.top = top
        self.detail = detail
        self.message = message
    }

    package static let success = SAMLStatus(.success)
}
