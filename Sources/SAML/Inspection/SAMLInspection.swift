package import Cryptography
internal import XML

/// What a message says of itself, as it says it: nothing is verified and nothing is required, so nothing here may be
/// believed. For people who look at a message that was refused.
package struct SAMLInspection: Sendable {
    package enum Kind: Sendable, Hashable {
        case response, request, logout, metadata, federationResponse
        /// Well-formed, and nothing of ours.
        case other
    }

    /// A signature that is there, by whomever.
    package struct Signature: Sendable, Hashable {
        /// The local name and the ID of the element that carries it.
        package var element: String
        package var id: String
        /// Algorithms as their URIs.
        package var algorithm: String
        package var digest: String
    }

    package var kind: Kind
    /// The root element's local name.
    package var message: String
    /// What stands on the envelope, by the names that our other commands use; only what is there.
    package var envelope: [(name: String, value: String)]
    /// Of a status, outermost first.
    package var statusCodes: [String]
    package var signatures: [Signature]
    /// Those in clear, and those that a key opened.
    package var assertions: [InspectedAssertion]
    /// Assertions that no key opened.
    package var sealed: Int

    /// - Parameter keys: To open encrypted assertions with.
    /// - Throws: What the hardened parser refuses; `decrypt_failed` or `unsupported_algorithm`, where keys were given and
    ///   none opens an assertion.
    package init(_ xml: [UInt8], decryptionKeys keys: [SigningKey]) throws(SAMLRejection) {
        let document: XMLDocument
        do throws(XMLError) {
            document = try XMLDocument(
                parsing: xml, limits: .metadata, allowsComments: true, idAttributes: TokenVersion.idAttributes)
        } catch {
            throw SAMLRejection(error)
        }
        let root = document.root
        kind = Kind(root)
        message = root.name.local
        envelope = root.inspectedEnvelope
        var codes: [String] = []
        var next = root.child(.protocol("Status"))?.child(.protocol("StatusCode"))
        while let code = next, codes.count < 8 {
            codes.append(code.attribute("Value") ?? "")
            next = code.child(.protocol("StatusCode"))
        }
        statusCodes = codes
        (signatures, assertions, sealed) = ([], [], 0)
        // A federation's metadata has thousands of elements, and no assertions.
        guard kind != .metadata else {
            note(root)
            return
        }
        try look(at: root, Decryption(keys: keys, leniencies: [], allowsCBC: true), isAsked: !keys.isEmpty)
    }

    private mutating func note(_ element: XMLElement) {
        guard let info = element.child(.signature("Signature"))?.child(.signature("SignedInfo")) else { return }
        let method = info.child(.signature("SignatureMethod"))?.attribute("Algorithm")
        let digest = info.child(.signature("Reference"))?.child(.signature("DigestMethod"))?.attribute("Algorithm")
        signatures.append(
            Signature(
                element: element.name.local, id: element.attribute("ID") ?? element.attribute("AssertionID") ?? "",
                algorithm: method ?? "", digest: digest ?? ""))
    }

    private mutating func look(
        at element: XMLElement, _ decryption: Decryption, isAsked: Bool
    ) throws(SAMLRejection) {
        note(element)
        let isSealed = element.isNamed(.assertion("EncryptedAssertion"))
        if isSealed || (element.isNamed(.encryption("EncryptedData")) && kind == .federationResponse) {
            guard isAsked else {
                sealed += 1
                return
            }
            let opened = try decryption.decrypt(
                element, as: [.assertion("Assertion"), .assertion11("Assertion")],
                idAttributes: TokenVersion.idAttributes)
            return try look(at: opened, decryption, isAsked: isAsked)
        }
        if let assertion = InspectedAssertion(element) { assertions.append(assertion) }
        for child in element.children { try look(at: child, decryption, isAsked: isAsked) }
    }
}

extension SAMLInspection.Kind {
    fileprivate init(_ root: XMLElement) {
        let kinds: [(SAMLInspection.Kind, [XMLName])] = [
            (.response, [.protocol("Response"), .assertion("Assertion"), .assertion11("Assertion")]),
            (.request, [.protocol("AuthnRequest")]),
            (.logout, [.protocol("LogoutRequest"), .protocol("LogoutResponse")]),
            (.metadata, [.metadata("EntityDescriptor"), .metadata("EntitiesDescriptor")]),
            (
                .federationResponse,
                [WSNamespace.trust2005, WSNamespace.trust13].flatMap { namespace in
                    ["RequestSecurityTokenResponse", "RequestSecurityTokenResponseCollection"].map {
                        XMLName(namespace, $0)
                    }
                }
            ),
        ]
        self = kinds.first { $0.1.contains { root.isNamed($0) } }?.0 ?? .other
    }
}

extension XMLElement {
    fileprivate var inspectedEnvelope: [(name: String, value: String)] {
        let nameID = child(.assertion("NameID"))
        let contexts = child(.protocol("RequestedAuthnContext"))?.children(.assertion("AuthnContextClassRef")) ?? []
        let found: [(String, String?)] = [
            ("id", attribute("ID")), ("version", attribute("Version")), ("issued", attribute("IssueInstant")),
            ("issuer", child(.assertion("Issuer"))?.text), ("destination", attribute("Destination")),
            ("in_response_to", attribute("InResponseTo")), ("acs", attribute("AssertionConsumerServiceURL")),
            ("acs_index", attribute("AssertionConsumerServiceIndex")), ("binding", attribute("ProtocolBinding")),
            ("force_authn", attribute("ForceAuthn")), ("is_passive", attribute("IsPassive")),
            ("name_id_format", child(.protocol("NameIDPolicy"))?.attribute("Format")),
            ("acr", contexts.isEmpty ? nil : contexts.compactMap(\.text).joined(separator: " ")),
            ("subject", nameID?.text), ("format", nameID?.attribute("Format")),
            ("session_index", child(.protocol("SessionIndex"))?.text),
            ("not_on_or_after", attribute("NotOnOrAfter")), ("reason", attribute("Reason")),
            ("status_message", child(.protocol("Status"))?.child(.protocol("StatusMessage"))?.text),
            ("entity_id", attribute("entityID")), ("name", attribute("Name")),
            ("valid_until", attribute("validUntil")), ("cache_duration", attribute("cacheDuration")),
        ]
        return found.compactMap { name, value in value.map { (name, $0) } }
    }
}
