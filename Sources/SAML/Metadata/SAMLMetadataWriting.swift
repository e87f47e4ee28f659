internal import Cryptography
internal import FoundationEssentials
internal import XML

extension SAMLMetadata {
    /// The document that partners import: `application/samlmetadata+xml`.
    ///
    /// - Parameters:
    ///   - id: The root's ID, which a signature refers to.
    ///   - signer: Nil: not signed.
    /// - Throws: If the key can't sign.
    package func document(id: String, signer: SAMLSigner?) throws(SAMLSigningError) -> [UInt8] {
        let text = text(id: id)
        return try signer?.sign(text, id: id, inclusivePrefixes: Self.inclusivePrefixes).bytes ?? text.bytes
    }

    /// Prefixes that only `xsi:type` uses.
    private static let inclusivePrefixes = ["fed"]

    private func text(id: String) -> XMLText {
        var writer = XMLWriter()
        writer.element(
            SAMLPrefix.metadata, .metadata("EntityDescriptor"),
            [
                ("ID", id), ("cacheDuration", cacheDuration.map { "PT\(Int($0))S" }), ("entityID", entityID),
                ("validUntil", validUntil.map { SAMLInstant.write($0) }),
            ],
            declaring: federationRoles.isEmpty ? [] : [("fed", WSNamespace.federation)]
        ) { writer in
            for role in federationRoles { writer.federationRole(role) }
            if let role = identityProvider { writer.identityProvider(role) }
            if let role = serviceProvider { writer.serviceProvider(role, names: displayNames) }
        }
        return writer.text
    }
}

extension XMLWriter {
    private static var protocols: (String, String?) { ("protocolSupportEnumeration", SAMLNamespace.protocol) }

    fileprivate mutating func identityProvider(_ role: SAMLIdentityProviderRole) {
        element(
            SAMLPrefix.metadata, .metadata("IDPSSODescriptor"),
            [("WantAuthnRequestsSigned", role.wantsAuthnRequestsSigned ? "true" : "false"), Self.protocols]
        ) { writer in
            writer.keys(role.keys)
            for endpoint in role.singleLogout { writer.endpoint("SingleLogoutService", endpoint) }
            writer.formats(role.nameIDFormats)
            for endpoint in role.singleSignOn { writer.endpoint("SingleSignOnService", endpoint) }
        }
    }

    fileprivate mutating func serviceProvider(_ role: SAMLServiceProviderRole, names: [String: String]) {
        element(
            SAMLPrefix.metadata, .metadata("SPSSODescriptor"),
            [
                ("AuthnRequestsSigned", role.signsAuthnRequests ? "true" : "false"),
                ("WantAssertionsSigned", role.wantsAssertionsSigned ? "true" : "false"), Self.protocols,
            ]
        ) { writer in
            writer.keys(role.keys)
            for endpoint in role.singleLogout { writer.endpoint("SingleLogoutService", endpoint) }
            writer.formats(role.nameIDFormats)
            for (place, endpoint) in role.assertionConsumers.enumerated() {
                var endpoint = endpoint
                endpoint.index = endpoint.index ?? place
                writer.endpoint("AssertionConsumerService", endpoint)
            }
            writer.requestedAttributes(role.requestedAttributes, names: names)
        }
    }

    /// A service needs a name by the schema, so attributes without one are listed under our own.
    private mutating func requestedAttributes(_ attributes: [SAMLRequestedAttribute], names: [String: String]) {
        guard !attributes.isEmpty else { return }
        let names = names.isEmpty ? ["en": "Vestibule"] : names
        element(SAMLPrefix.metadata, .metadata("AttributeConsumingService"), [("index", "0")]) { writer in
            for (language, name) in names.sorted(by: { $0.key < $1.key }) {
                writer.element(
                    SAMLPrefix.metadata, .metadata("ServiceName"),
                    qualified: [XMLQualifiedAttribute("xml", XMLName(SAMLNamespace.xml, "lang"), language)],
                    text: name)
            }
            for attribute in attributes {
                writer.element(
                    SAMLPrefix.metadata, .metadata("RequestedAttribute"),
                    [
                        ("FriendlyName", attribute.friendlyName), ("Name", attribute.name),
                        ("NameFormat", attribute.nameFormat), ("isRequired", attribute.isRequired ? "true" : "false"),
                    ])
            }
        }
    }

    /// One that both signs and is encrypted to has no `use`.
    mutating func keys(_ keys: SAMLKeys) {
        for key in keys.signing {
            keyDescriptor(key, use: keys.encryption.contains { $0.key == key.key } ? nil : "signing")
        }
        for key in keys.encryption where !keys.signing.contains(where: { $0.key == key.key }) {
            keyDescriptor(key, use: "encryption")
        }
    }

    private mutating func keyDescriptor(_ key: SAMLKey, use: String?) {
        element(SAMLPrefix.metadata, .metadata("KeyDescriptor"), [("use", use)]) { writer in
            writer.element(SAMLPrefix.signature, .signature("KeyInfo")) { writer in
                if let certificate = key.certificate {
                    writer.element(SAMLPrefix.signature, .signature("X509Data")) { writer in
                        writer.element(
                            SAMLPrefix.signature, .signature("X509Certificate"),
                            text: Base64.encode(certificate.der))
                    }
                } else if case .rsa(let n, let e) = key.key.components {
                    writer.element(SAMLPrefix.signature, .signature("KeyValue")) { writer in
                        writer.element(SAMLPrefix.signature, .signature("RSAKeyValue")) { writer in
                            writer.element(SAMLPrefix.signature, .signature("Modulus"), text: Base64.encode(n))
                            writer.element(SAMLPrefix.signature, .signature("Exponent"), text: Base64.encode(e))
                        }
                    }
                }
            }
        }
    }

    private mutating func formats(_ formats: [String]) {
        for format in formats { element(SAMLPrefix.metadata, .metadata("NameIDFormat"), text: format) }
    }

    private mutating func endpoint(_ name: String, _ endpoint: SAMLEndpoint) {
        element(
            SAMLPrefix.metadata, .metadata(name),
            [
                ("Binding", endpoint.binding.uri), ("Location", endpoint.location),
                ("ResponseLocation", endpoint.responseLocation), ("index", endpoint.index.map { String($0) }),
                ("isDefault", endpoint.isDefault.map { $0 ? "true" : "false" }),
            ])
    }
}
