internal import COpenSSL
internal import FoundationEssentials

/// A certificate authority for development: `--tls` on loopback, where no public one issues.
package struct CertificateAuthority: Sendable {
    package let certificate: Certificate
    package let key: SigningKey

    /// One that was made before, from its files.
    package init(certificate: Certificate, key: SigningKey) throws(CryptographyError) {
        guard certificate.isAuthority, try certificate.publicKey() == key.publicKey else { throw .malformedCertificate }
        (self.certificate, self.key) = (certificate, key)
    }

    /// A new one, on P-256, that signs itself. It can't make another authority.
    package static func make(
        name: String, days: Int, environment: Environment
    ) throws(CryptographyError) -> CertificateAuthority {
        let key = try SigningKey.generate(.ec(.p256))
        let draft = try Draft()
        try draft.set(subject: name, key: key.publicKey, days: days, environment: environment)
        try draft.set(issuer: draft.pointer)
        try draft.add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0", issuer: draft.pointer)
        try draft.add(NID_key_usage, "critical,keyCertSign,cRLSign", issuer: draft.pointer)
        try draft.add(NID_subject_key_identifier, "hash", issuer: draft.pointer)
        try draft.add(NID_authority_key_identifier, "keyid", issuer: draft.pointer)
        return try CertificateAuthority(certificate: draft.signed(by: key), key: key)
    }

    /// A server certificate with a new P-256 key.
    ///
    /// - Parameter names: Host names (a wildcard may be the first label) and addresses; the first is the subject too.
    /// - Throws: `unsupportedName` for what is neither.
    package func issueServerCertificate(
        names: [String], days: Int, environment: Environment
    ) throws(CryptographyError) -> (certificate: Certificate, key: SigningKey) {
        guard let subject = names.first else { throw .unsupportedName("") }
        guard let issuer = derDecoding(certificate.der, free: X509_free, { d2i_X509(nil, $0, $1) }) else {
            throw .malformedCertificate
        }
        defer { X509_free(issuer) }
        let serverKey = try SigningKey.generate(.ec(.p256))
        let draft = try Draft()
        try draft.set(subject: subject, key: serverKey.publicKey, days: days, environment: environment)
        try draft.set(issuer: issuer)
        try draft.add(NID_basic_constraints, "critical,CA:FALSE", issuer: issuer)
        try draft.add(NID_key_usage, "critical,digitalSignature", issuer: issuer)
        try draft.add(NID_ext_key_usage, "serverAuth", issuer: issuer)
        try draft.add(NID_subject_key_identifier, "hash", issuer: issuer)
        try draft.add(NID_authority_key_identifier, "keyid", issuer: issuer)
        try draft.add(names: names)
        return (try draft.signed(by: key), serverKey)
    }
}

extension Certificate {
    /// A certificate that a key signs for itself: a container for the key, as SAML's metadata shows it. It makes no other.
    ///
    /// - Throws: `signatureFailed` for a key that can't sign certificates.
    package static func selfSigned(
        name: String, key: SigningKey, days: Int, environment: Environment
    ) throws(CryptographyError) -> Certificate {
        let draft = try Draft()
        try draft.set(subject: name, key: key.publicKey, days: days, environment: environment)
        try draft.set(issuer: draft.pointer)
        try draft.add(NID_basic_constraints, "critical,CA:FALSE", issuer: draft.pointer)
        try draft.add(NID_subject_key_identifier, "hash", issuer: draft.pointer)
        return try draft.signed(by: key)
    }
}

/// A certificate that is being filled in.
private struct Draft: ~Copyable {
    let pointer: OpaquePointer

    init() throws(CryptographyError) {
        guard let pointer = X509_new() else { throw .malformedCertificate }
        self.pointer = pointer
    }

    deinit { X509_free(pointer) }

    func set(
        subject: String, key: VerificationKey, days: Int, environment: Environment
    ) throws(CryptographyError) {
        let now = time_t(environment.now().timeIntervalSince1970)
        // A clock that is a little behind should not refuse it.
        let (start, end) = (now - 3600, now + time_t(days) * 86_400)
        let serial = try BigNumber([0x01] + environment.randomBytes(15))
        // The common name holds 64 characters; the names that count are in the extension.
        let common = Array(subject.utf8.prefix(64))
        guard X509_set_version(pointer, 2) == 1,
            BN_to_ASN1_INTEGER(serial.pointer, X509_get_serialNumber(pointer)) != nil,
            ASN1_TIME_set(X509_getm_notBefore(pointer), start) != nil,
            ASN1_TIME_set(X509_getm_notAfter(pointer), end) != nil,
            X509_NAME_add_entry_by_txt(
                X509_get_subject_name(pointer), "CN", Int32(V_ASN1_UTF8STRING), common, Int32(common.count), -1, 0)
                == 1,
            X509_set_pubkey(pointer, key.handle.pointer) == 1
        else {
            ERR_clear_error()
            throw .malformedCertificate
        }
    }

    func set(issuer: OpaquePointer) throws(CryptographyError) {
        guard X509_set_issuer_name(pointer, X509_get_subject_name(issuer)) == 1 else { throw .malformedCertificate }
    }

    func add(_ nid: Int32, _ value: String, issuer: OpaquePointer) throws(CryptographyError) {
        defer { ERR_clear_error() }
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer, pointer, nil, nil, 0)
        guard let made = X509V3_EXT_conf_nid(nil, &context, nid, value) else { throw .malformedCertificate }
        defer { X509_EXTENSION_free(made) }
        guard X509_add_ext(pointer, made, -1) == 1 else { throw .malformedCertificate }
    }

    func add(names: [String]) throws(CryptographyError) {
        defer { ERR_clear_error() }
        guard let list = shim_GENERAL_NAMES_new() else { throw .malformedCertificate }
        defer { GENERAL_NAMES_free(list) }
        for name in names {
            guard let entry = GENERAL_NAME_new() else { throw .malformedCertificate }
            guard Self.set(entry, name), shim_GENERAL_NAMES_push(list, entry) > 0 else {
                GENERAL_NAME_free(entry)
                throw .unsupportedName(name)
            }
        }
        guard X509_add1_ext_i2d(pointer, NID_subject_alt_name, UnsafeMutableRawPointer(list), 0, 0) == 1 else {
            throw .malformedCertificate
        }
    }

    private static func set(_ entry: UnsafeMutablePointer<GENERAL_NAME>, _ name: String) -> Bool {
        if let address = a2i_IPADDRESS(name) {
            GENERAL_NAME_set0_value(entry, GEN_IPADD, address)
            return true
        }
        let host = name.hasPrefix("*.") ? name.dropFirst(2) : name[...]
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isHostName = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { Self.hostCharacters.contains($0) }
        }
        guard isHostName, name.utf8.count <= 253, let string = ASN1_IA5STRING_new() else { return false }
        guard ASN1_STRING_set(string, name, Int32(name.utf8.count)) == 1 else {
            ASN1_IA5STRING_free(string)
            return false
        }
        GENERAL_NAME_set0_value(entry, GEN_DNS, string)
        return true
    }

    private static let hostCharacters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-".utf8)

    func signed(by key: SigningKey) throws(CryptographyError) -> Certificate {
        let digest: OpaquePointer? =
            switch key.kind {
            case .ed25519: nil
            case .ec(let curve): curve.digest.evp
            case .rsa: DigestAlgorithm.sha256.evp
            }
        guard X509_sign(pointer, key.handle.pointer, digest) > 0, let der = derEncoding({ i2d_X509(pointer, $0) })
        else {
            ERR_clear_error()
            throw .signatureFailed
        }
        return try Certificate(der: der)
    }
}
