package import Directory

/// An application's SAML registration as a file declares it: by its metadata, or by hand; nil where the file is silent.
package struct DeclaredServiceProvider: Sendable {
    package var metadataURL: String?
    package var metadata: [UInt8]?
    package var entityID: String?
    package var assertionConsumerURLs: [String]?
    package var logoutURL: String?
    package var logoutBinding: FederationConnection.Binding?
    package var signingCertificates: [String]?
    package var requiresSignedRequests: Bool?
    package var encryptionCertificates: [String]?
    /// Whether assertions are encrypted to the certificate that the metadata names.
    package var encryptsAssertions: Bool?
    package var nameID: SAMLServiceProvider.NameIDKind?
    package var signs: SAMLServiceProvider.SignedElement?
    package var allowsUnsolicited: Bool?
    package var attributes: [ReleasedAttribute]?
    let place: Declaration.Place

    init(_ object: inout DeclaredObject, _ reading: Declaration.FileReading) throws(FileFault) {
        place = object.place(
            object.has("metadataURL") ? "metadataURL" : object.has("metadataFile") ? "metadataFile" : "entityID")
        entityID = try object.stringOrNil("entityID")
        metadataURL = try object.stringOrNil("metadataURL")
        if let path = try object.stringOrNil("metadataFile") {
            guard metadataURL == nil else {
                throw object.fault("metadataFile", "and \"metadataURL\" are both there; one is enough")
            }
            metadata = try object.metadata(reading.entity(entityID, in: path, signer: nil))
        }
        assertionConsumerURLs = try object.oneOrMore("assertionConsumerURLs")
        logoutURL = try object.stringOrNil("logoutURL")
        logoutBinding = try object.choiceOrNil("logoutBinding")
        signingCertificates = try object.certificatesOrNil("signingCertificates", reading)
        requiresSignedRequests = try object.boolOrNil("requiresSignedRequests")
        encryptionCertificates = try object.certificatesOrNil("encryptionCertificate", reading)
        encryptsAssertions = try object.boolOrNil("encryptsAssertions")
        nameID = try object.choiceOrNil("nameID")
        signs = try object.choiceOrNil("signs")
        allowsUnsolicited = try object.boolOrNil("allowsUnsolicited")
        attributes = try object.releasedAttributesOrNil()
        guard metadataURL != nil || metadata != nil || (entityID != nil && assertionConsumerURLs != nil) else {
            throw object.fault(
                "metadataURL",
                "is missing, and so is \"metadataFile\"; without either, entityID and "
                    + "assertionConsumerURLs are needed")
        }
        try object.finish()
    }
}

extension DeclaredServiceProvider {
    /// What the file says beside the metadata.
    var byHand: Set<MetadataProperty> {
        var names: Set<MetadataProperty> = []
        if assertionConsumerURLs != nil { names.insert(.assertionConsumers) }
        if logoutURL != nil { names.insert(.logoutURL) }
        if logoutBinding != nil { names.insert(.logoutBinding) }
        if signingCertificates != nil { names.insert(.signingCertificates) }
        if requiresSignedRequests != nil { names.insert(.requiresSignedRequests) }
        if encryptionCertificates != nil { names.insert(.encryptionCertificate) }
        return names
    }
}

/// The same for WS-Federation.
package struct DeclaredRelyingParty: Sendable {
    package var realm: String
    package var replyURLs: [String]
    package var token: WSFederationRelyingParty.TokenVersion?
    package var nameID: SAMLServiceProvider.NameIDKind?
    package var attributes: [ReleasedAttribute]?
    let place: Declaration.Place

    init(_ object: inout DeclaredObject) throws(FileFault) {
        place = object.place("replyURLs")
        realm = try object.string("realm")
        replyURLs = try object.required("replyURLs", object.oneOrMore("replyURLs"))
        guard !replyURLs.isEmpty else { throw object.fault("replyURLs", "must name one address at least") }
        token = try object.choiceOrNil("token")
        nameID = try object.choiceOrNil("nameID")
        attributes = try object.releasedAttributesOrNil()
        try object.finish()
    }
}

extension DeclaredObject {
    /// `[{ name, source, nameFormat }]`.
    fileprivate mutating func releasedAttributesOrNil() throws(FileFault) -> [ReleasedAttribute]? {
        try list("attributes") { attribute throws(FileFault) in
            try ReleasedAttribute(
                attribute.string("name"), attribute.choice("source"), nameFormat: attribute.stringOrNil("nameFormat"))
        }
    }
}
