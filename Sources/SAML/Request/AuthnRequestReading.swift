internal import XML

extension SAMLAuthnRequest {
    /// From an AuthnRequest element.
    ///
    /// - Throws: `wrong_root`, `wrong_version`, `missing_id`, `unknown_issuer` if it names none, `bad_xml`,
    ///   `subject_missing` if it names somebody in another way than by a NameID.
    init(reading root: XMLElement) throws(SAMLRejection) {
        guard root.isNamed(.protocol("AuthnRequest")) else {
            throw SAMLRejection(.wrongRoot, "The root is \(root.name), not an AuthnRequest.", at: root.position)
        }
        try root.requireVersion2()
        let (id, issued) = try root.identification()
        let url = root.attribute("AssertionConsumerServiceURL")
        let index = try root.index("AssertionConsumerServiceIndex")
        let binding = root.attribute("ProtocolBinding").map { SAMLBinding(uri: $0) }
        let assertionConsumer: AssertionConsumer
        switch (url, index) {
        case (let url?, nil): assertionConsumer = .url(url, binding)
        case (nil, let index?) where binding == nil: assertionConsumer = .index(index)
        case (nil, nil): assertionConsumer = .unnamed
        default:
            throw SAMLRejection(
                .badXML, "AssertionConsumerServiceIndex excludes the URL and the binding.", at: root.position)
        }
        self.init(
            id: id, issued: issued, destination: root.attribute("Destination"), issuer: try root.requiredIssuer(),
            assertionConsumer: assertionConsumer)
        forcesAuthentication = try root.flag("ForceAuthn") ?? false
        isPassive = try root.flag("IsPassive") ?? false
        providerName = root.attribute("ProviderName")
        if let policy = try root.single(.protocol("NameIDPolicy")) {
            nameIDPolicy = NameIDPolicy(
                format: policy.attribute("Format"), spNameQualifier: policy.attribute("SPNameQualifier"),
                allowsCreation: try policy.flag("AllowCreate") ?? false)
        }
        if let context = try root.single(.protocol("RequestedAuthnContext")) {
            requestedContext = try SAMLRequestedContext(reading: context)
        }
        guard let named = try root.single(.assertion("Subject")) else { return }
        // Whoever is meant by what we can't read must not be taken for whoever comes.
        guard let nameID = try named.single(.assertion("NameID")) else {
            throw SAMLRejection(.subjectMissing, "The Subject has no NameID.", at: named.position)
        }
        subject = try SAMLNameID(reading: nameID)
    }
}

extension SAMLRequestedContext {
    fileprivate init(reading element: XMLElement) throws(SAMLRejection) {
        let text = element.attribute("Comparison") ?? "exact"
        guard let comparison = Comparison(rawValue: text) else {
            throw SAMLRejection(.badXML, "Comparison is \(text.shown).", at: element.position)
        }
        let classes = element.children(.assertion("AuthnContextClassRef")).compactMap(\.trimmedText)
        self.init(classes, comparison: comparison)
    }
}

extension XMLElement {
    func requireVersion2() throws(SAMLRejection) {
        let version = attribute("Version")
        guard version == "2.0" else {
            throw .mismatch(.wrongVersion, "The version", expected: "2.0", actual: version, at: position)
        }
    }

    /// - Throws: `unknown_issuer` if there is none.
    func requiredIssuer() throws(SAMLRejection) -> String {
        guard let issuer = try single(.assertion("Issuer"))?.text, !issuer.isEmpty else {
            throw SAMLRejection(.unknownIssuer, "The message names no Issuer.", at: position)
        }
        return issuer
    }
}
