internal import Cryptography

/// A passkey as it is kept.
package struct Passkey: Sendable, Equatable {
    package let id: [UInt8]
    package let key: COSEKey
    package var signCount: UInt32
    package let aaguid: [UInt8]
    /// The RP id that it was made for: it serves nowhere else.
    package let relyingParty: String
    /// Random, of one user of one tenant; says nothing about who it is.
    package let userHandle: [UInt8]

    package init(
        id: [UInt8], key: COSEKey, signCount: UInt32, aaguid: [UInt8], relyingParty: String, userHandle: [UInt8]
    ) {
        self.id = id
        self.key = key
        self.signCount = signCount
        self.aaguid = aaguid
        self.relyingParty = relyingParty
        self.userHandle = userHandle
    }
}

/// Registering a passkey (Web Authentication Level 2 §7.1).
package struct PasskeyRegistration: Sendable {
    package let ceremony: PasskeyCeremony
    /// That the authenticator was given.
    package let userHandle: [UInt8]

    package init(_ ceremony: PasskeyCeremony, userHandle: [UInt8]) {
        self.ceremony = ceremony
        self.userHandle = userHandle
    }

    /// Attestation `none`, and `packed` by the credential itself or by a certificate: then the signature is checked, and
    /// the certificate is taken as it is, because no rule here asks for a make of authenticator.
    ///
    /// The caller refuses a credential id that is known already (§7.1 step 22).
    package func verify(clientData: [UInt8], attestationObject: [UInt8]) throws(PasskeyFault) -> Passkey {
        try ceremony.check(clientData: clientData, .create)
        let object: CBOR
        do { object = try CBOR.read(attestationObject) } catch { throw .dataMalformed }
        guard let format = object["fmt"]?.text, let statement = object["attStmt"], case .map(let members) = statement,
            let bytes = object["authData"]?.bytes
        else { throw .dataMalformed }
        let data = try AuthenticatorData(bytes)
        try ceremony.check(data)
        guard let credential = data.credential else { throw .dataMalformed }
        switch format {
        case "none": guard members.isEmpty else { throw .attestationInvalid }
        case "packed": try checkPacked(statement, credential, signed: bytes + Digest.sha256(clientData))
        default: throw .attestationUnsupported
        }
        return Passkey(
            id: credential.id, key: credential.key, signCount: data.signCount, aaguid: credential.aaguid,
            relyingParty: ceremony.relyingParty, userHandle: userHandle)
    }

    /// §8.2.
    private func checkPacked(
        _ statement: CBOR, _ credential: AuthenticatorData.Credential, signed: [UInt8]
    ) throws(PasskeyFault) {
        guard let number = statement["alg"]?.integer, let signature = statement["sig"]?.bytes else {
            throw .attestationInvalid
        }
        guard let chain = statement["x5c"] else {
            guard number == credential.key.algorithm.rawValue, credential.key.isValid(signature, for: signed) else {
                throw .attestationInvalid
            }
            return
        }
        guard let algorithm = PasskeyAlgorithm(rawValue: number), let der = chain.array?.first?.bytes else {
            throw .attestationInvalid
        }
        do {
            let certificate = try Certificate(der: der)
            let key = try COSEKey(algorithm: algorithm, spkiDER: certificate.spkiDER)
            guard !certificate.isAuthority, key.isValid(signature, for: signed) else {
                throw PasskeyFault.attestationInvalid
            }
        } catch {
            throw .attestationInvalid
        }
    }
}
