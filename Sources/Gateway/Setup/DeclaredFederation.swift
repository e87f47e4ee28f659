internal import Cryptography
package import Directory
internal import Upstream

/// A SAML or WS-Federation connection as a file declares it: by metadata, or by hand; nil where the file is silent.
package struct DeclaredFederation: Sendable {
    package var kind: Partner.Kind
    package var issuer: String?
    package var metadataURL: String?
    package var metadata: [UInt8]?
    package var metadataSigner: String?
    package var signInURL: String?
    package var signInBinding: FederationConnection.Binding?
    package var logoutURL: String?
    package var logoutBinding: FederationConnection.Binding?
    package var signingCertificates: [String]?
    package var requiredSignature: FederationConnection.RequiredSignature?
    package var signsRequests: Bool?
    package var acceptsUnsolicited: Bool?
    package var acceptsCBC: Bool?
    package var acceptsUnconfirmedSubject: Bool?
    package var nameIDFormat: String?
    package var requestedContexts: [String]?
    package var attributes: AttributeMapping?
    let place: Declaration.Place

    init(
        _ object: inout DeclaredObject, kind: Partner.Kind, _ reading: Declaration.FileReading
    ) throws(FileFault) {
        self.kind = kind
        place = object.place(
            object.has("metadataURL") ? "metadataURL" : object.has("metadataFile") ? "metadataFile" : "name")
        issuer = try object.stringOrNil("issuer")
        metadataSigner = try object.certificatesOrNil("metadataSigner", reading)?.first
        metadataURL = try object.stringOrNil("metadataURL")
        if let path = try object.stringOrNil("metadataFile") {
            guard metadataURL == nil else {
                throw object.fault("metadataFile", "and \"metadataURL\" are both there; one is enough")
            }
            metadata = try object.metadata(reading.entity(issuer, in: path, signer: metadataSigner))
        }
        signInURL = try object.stringOrNil("signInURL")
        signInBinding = try object.choiceOrNil("signInBinding")
        logoutURL = try object.stringOrNil("logoutURL")
        logoutBinding = try object.choiceOrNil("logoutBinding")
        signingCertificates = try object.certificatesOrNil("signingCertificates", reading)
        requiredSignature = try object.choiceOrNil("requiredSignature")
        signsRequests = try object.boolOrNil("signsRequests")
        acceptsUnsolicited = try object.boolOrNil("acceptsUnsolicited")
        acceptsCBC = try object.boolOrNil("acceptsCBC")
        acceptsUnconfirmedSubject = try object.boolOrNil("acceptsUnconfirmedSubject")
        nameIDFormat = try object.stringOrNil("nameIDFormat")
        requestedContexts = try object.stringsOrNil("requestedContexts")
        attributes = try object.attributeMappingOrNil()
        let isComplete = issuer != nil && signInURL != nil && signingCertificates != nil
        guard metadataURL != nil || metadata != nil || isComplete else {
            throw object.fault(
                "metadataURL",
                "is missing, and so is \"metadataFile\"; without either, issuer, signInURL and "
                    + "signingCertificates are needed")
        }
    }
}

extension DeclaredFederation {
    /// What the file says beside the metadata.
    var byHand: Set<MetadataProperty> {
        var names: Set<MetadataProperty> = []
        if signInURL != nil { names.insert(.signInURL) }
        if signInBinding != nil { names.insert(.signInBinding) }
        if logoutURL != nil { names.insert(.logoutURL) }
        if logoutBinding != nil { names.insert(.logoutBinding) }
        if signingCertificates != nil { names.insert(.signingCertificates) }
        if signsRequests != nil { names.insert(.signsRequests) }
        return names
    }
}

extension DeclaredObject {
    func metadata(_ file: Declaration.EntityFile) throws(FileFault) -> [UInt8] {
        switch file {
        case .document(let bytes): return bytes
        case .unreadable(let problem): throw fault("metadataFile", problem)
        }
    }

    /// Certificates as base64 DER, from PEM text, base64 DER, or names of files that hold either.
    mutating func certificatesOrNil(
        _ name: String, _ reading: Declaration.FileReading
    ) throws(FileFault) -> [String]? {
        guard let texts = try oneOrMore(name) else { return nil }
        var certificates: [String] = []
        for (index, text) in texts.enumerated() {
            let given = Array(text.utf8)
            let bytes = Self.isCertificateText(text) ? given : reading(text) ?? given
            guard let read = Self.certificates(bytes), !read.isEmpty else {
                throw fault(name, index, "is neither a certificate nor the name of a file that holds one")
            }
            certificates += read.map { Base64.encode($0.der) }
        }
        return certificates
    }

    private static func isCertificateText(_ text: String) -> Bool {
        text.hasPrefix("-----BEGIN") || text.hasPrefix("MII")
    }

    private static func certificates(_ bytes: [UInt8]) -> [Certificate]? {
        if let chain = try? Certificate.chain(pem: bytes) { return chain }
        if let certificate = try? Certificate(der: bytes) { return [certificate] }
        return Base64.decodeLenient(bytes).flatMap { try? Certificate(der: $0) }.map { [$0] }
    }

    /// A preset by name, or an object of names over one.
    mutating func attributeMappingOrNil() throws(FileFault) -> AttributeMapping? {
        guard has("attributes") else { return nil }
        if let name = try? stringOrNil("attributes") {
            guard let preset = AttributeMapping.Preset(rawValue: name) else {
                let known = AttributeMapping.Preset.allCases.map(\.rawValue).joined(separator: ", ")
                throw fault("attributes", "is \"\(name)\", not one of \(known)")
            }
            return AttributeMapping(preset)
        }
        guard var object = try childOrNil("attributes") else { return nil }
        var mapping = AttributeMapping(try object.choiceOrNil("preset") ?? AttributeMapping.Preset.standard)
        if let names = try object.oneOrMore("subject") { mapping.subject = names }
        if let names = try object.oneOrMore("email") { mapping.email = names }
        if let names = try object.oneOrMore("displayName") { mapping.displayName = names }
        if let names = try object.oneOrMore("givenName") { mapping.givenName = names }
        if let names = try object.oneOrMore("surname") { mapping.surname = names }
        if let names = try object.oneOrMore("groups") { mapping.groups = names }
        if let names = try object.oneOrMore("methods") { mapping.methods = names }
        if let values = try object.oneOrMore("multiFactorValues") { mapping.multiFactorValues = values }
        if let names = try object.oneOrMore("deviceIsCompliant") { mapping.deviceIsCompliant = names }
        if let names = try object.oneOrMore("deviceIsHybridJoined") { mapping.deviceIsHybridJoined = names }
        try object.finish()
        return mapping
    }
}
