internal import Cryptography
internal import XML

extension SAMLMetadata {
    /// From an EntityDescriptor.
    init(_ entity: XMLElement) throws(SAMLRejection) {
        guard let entityID = entity.attribute("entityID"), !entityID.isEmpty, entityID.utf8.count <= 1024 else {
            throw SAMLRejection(.missingID, "The entity has no usable entityID.", at: entity.position)
        }
        self.init(entityID: entityID)
        if let role = try supporting(entity, "IDPSSODescriptor") {
            identityProvider = SAMLIdentityProviderRole(
                keys: keys(of: role), wantsAuthnRequestsSigned: try role.flag("WantAuthnRequestsSigned") ?? false,
                singleSignOn: try endpoints(of: role, "SingleSignOnService"),
                singleLogout: try endpoints(of: role, "SingleLogoutService"), nameIDFormats: role.nameIDFormats)
            readNames(of: role)
        }
        if let role = try supporting(entity, "SPSSODescriptor") {
            serviceProvider = SAMLServiceProviderRole(
                keys: keys(of: role), signsAuthnRequests: try role.flag("AuthnRequestsSigned") ?? false,
                wantsAssertionsSigned: try role.flag("WantAssertionsSigned") ?? false,
                assertionConsumers: try endpoints(of: role, "AssertionConsumerService"),
                singleLogout: try endpoints(of: role, "SingleLogoutService"), nameIDFormats: role.nameIDFormats,
                requestedAttributes: try role.requestedAttributes())
            readNames(of: role)
        }
        readFederationRoles(of: entity)
        scopes += entity.child(.metadata("Extensions"))?.scopes ?? []
        if displayNames.isEmpty, let organization = entity.child(.metadata("Organization")) {
            readNames(organization.children(.metadata("OrganizationDisplayName")))
        }
    }

    /// The role of this name that speaks SAML 2.0.
    private func supporting(_ entity: XMLElement, _ name: String) throws(SAMLRejection) -> XMLElement? {
        let roles = entity.children(.metadata(name)).filter { role in
            let supported = role.attribute("protocolSupportEnumeration") ?? ""
            return supported.split(whereSeparator: \.isWhitespace).contains { $0 == SAMLNamespace.protocol }
        }
        guard roles.count <= 1 else {
            throw SAMLRejection(.badXML, "The entity has several \(name)s.", at: entity.position)
        }
        return roles.first
    }

    mutating func keys(of role: XMLElement) -> SAMLKeys {
        var keys = SAMLKeys()
        for descriptor in role.children(.metadata("KeyDescriptor")) {
            for key in usableKeys(in: descriptor) {
                let use = descriptor.attribute("use")
                if use != "encryption", !keys.signing.contains(where: { $0.key == key.key }) {
                    keys.signing.append(key)
                }
                if use != "signing", case .rsa = key.key.kind,
                    !keys.encryption.contains(where: { $0.key == key.key })
                {
                    keys.encryption.append(key)
                }
            }
        }
        return keys
    }

    /// Every certificate of the KeyInfo, or the bare key in it. What can't be used becomes a warning.
    private mutating func usableKeys(in descriptor: XMLElement) -> [SAMLKey] {
        guard let info = descriptor.child(.signature("KeyInfo")) else {
            warnings.append("\(descriptor.position) has no KeyInfo.")
            return []
        }
        var keys: [SAMLKey] = []
        for data in info.children(.signature("X509Data")) {
            for element in data.children(.signature("X509Certificate")) {
                do throws(CryptographyError) {
                    guard let der = element.text.flatMap({ Base64.decodeLenient($0.utf8) }) else {
                        throw .malformedCertificate
                    }
                    keys.append(try SAMLKey(certificate: Certificate(der: der)))
                } catch {
                    warnings.append("\(element.position) can't be used: \(error.words).")
                }
            }
        }
        if keys.isEmpty, let value = info.child(.signature("KeyValue"))?.child(.signature("RSAKeyValue")) {
            do throws(CryptographyError) {
                keys.append(SAMLKey(key: try value.rsaKey()))
            } catch {
                warnings.append("\(value.position) can't be used: \(error.words).")
            }
        }
        return keys
    }

    private mutating func endpoints(of role: XMLElement, _ name: String) throws(SAMLRejection) -> [SAMLEndpoint] {
        var endpoints: [SAMLEndpoint] = []
        for element in role.children(.metadata(name)) {
            guard let binding = element.attribute("Binding"), let location = element.attribute("Location"),
                location.isWebAddress, element.attribute("ResponseLocation")?.isWebAddress != false
            else {
                warnings.append("\(element.position) is left out: it has no Binding, or no web address.")
                continue
            }
            endpoints.append(
                SAMLEndpoint(
                    SAMLBinding(uri: binding), location, responseLocation: element.attribute("ResponseLocation"),
                    index: try element.index("index"), isDefault: try element.flag("isDefault")))
        }
        return endpoints
    }

    private mutating func readNames(of role: XMLElement) {
        guard let extensions = role.child(.metadata("Extensions")) else { return }
        scopes += extensions.scopes
        let info = extensions.child(XMLName(SAMLNamespace.userInterface, "UIInfo"))
        readNames(info?.children(XMLName(SAMLNamespace.userInterface, "DisplayName")) ?? [])
    }

    private mutating func readNames(_ elements: [XMLElement]) {
        for element in elements {
            let language = element.attribute(XMLName(SAMLNamespace.xml, "lang")) ?? "en"
            if let text = element.text, !text.isEmpty, displayNames[language] == nil { displayNames[language] = text }
        }
    }
}

extension XMLElement {
    fileprivate var nameIDFormats: [String] { children(.metadata("NameIDFormat")).compactMap(\.trimmedText) }

    fileprivate var scopes: [SAMLScope] {
        children(XMLName(SAMLNamespace.shibboleth, "Scope")).compactMap { scope in
            let pattern = scope.attribute("regexp")
            return scope.trimmedText.map { SAMLScope(value: $0, isPattern: pattern == "true" || pattern == "1") }
        }
    }

    /// Of the default attribute consuming service, else of the first.
    fileprivate func requestedAttributes() throws(SAMLRejection) -> [SAMLRequestedAttribute] {
        let services = children(.metadata("AttributeConsumingService"))
        var chosen = services.first
        for service in services where try service.flag("isDefault") == true { chosen = service }
        var attributes: [SAMLRequestedAttribute] = []
        for element in chosen?.children(.metadata("RequestedAttribute")) ?? [] {
            guard let name = element.attribute("Name") else { continue }
            attributes.append(
                SAMLRequestedAttribute(
                    name, nameFormat: element.attribute("NameFormat") ?? SAMLAttributeNameFormat.unspecified,
                    friendlyName: element.attribute("FriendlyName"),
                    isRequired: try element.flag("isRequired") ?? false))
        }
        return attributes
    }

    /// Metadata is written by hand, and indented; an entity ID or URI has no space of its own.
    var trimmedText: String? {
        guard let text else { return nil }
        let trimmed = text.trimmingXMLSpace
        return trimmed.isEmpty ? nil : trimmed
    }

    fileprivate func rsaKey() throws(CryptographyError) -> VerificationKey {
        guard let n = child(.signature("Modulus"))?.text.flatMap({ Base64.decodeLenient($0.utf8) }),
            let e = child(.signature("Exponent"))?.text.flatMap({ Base64.decodeLenient($0.utf8) })
        else { throw .malformedKey }
        return try VerificationKey(rsaModulus: n, exponent: e)
    }
}

extension String {
    var trimmingXMLSpace: String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
        guard let first = utf8.firstIndex(where: { !isSpace($0) }), let last = utf8.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(Substring(utf8[first...last]))
    }

    /// An absolute http or https address without space, control or non-ASCII characters: what may go into a Location
    /// field or a form's action. `javascript:` may not.
    var isWebAddress: Bool {
        let lower = prefix(8).lowercased()
        let scheme = lower.hasPrefix("https://") ? 8 : lower.hasPrefix("http://") ? 7 : 0
        return scheme > 0 && utf8.count > scheme && utf8.count <= 2048
            && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
}

extension CryptographyError {
    /// For a warning.
    fileprivate var words: String {
        switch self {
        case .weakKey(let bits): "its key has \(bits) bits, which is too few"
        case .unsupportedKey: "its key is of a kind that we do not use"
        case .malformedCertificate: "it is no certificate"
        default: "its key is no possible key"
        }
    }
}
