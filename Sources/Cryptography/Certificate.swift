internal import COpenSSL
package import FoundationEssentials
import Glibc

/// A name that a certificate vouches for, RFC 5280 §4.2.1.6.
package enum CertificateName: Hashable, Sendable {
    case dns(String)
    /// 4 or 16 bytes.
    case ip([UInt8])
    case email(String)
    case uri(String)
}

/// An X.509 certificate, read. Reading one believes nothing: who issued it is for the caller to check.
package struct Certificate: Sendable, Hashable {
    package let der: [UInt8]
    /// RFC 2253, the most specific part first: `CN=login.example,O=Example`.
    package let subject: String
    package let issuer: String
    /// Big-endian.
    package let serialNumber: [UInt8]
    package let notBefore: Date
    package let notAfter: Date
    package let names: [CertificateName]
    package let isAuthority: Bool
    /// The SubjectPublicKeyInfo as it stands in the certificate.
    package let spkiDER: [UInt8]

    /// - Throws: `malformedCertificate`, also for bytes after its end.
    package init(der: [UInt8]) throws(CryptographyError) {
        defer { ERR_clear_error() }
        let decoded = derDecoding(der, free: X509_free) { d2i_X509(nil, $0, $1) }
        guard let certificate = decoded else { throw .malformedCertificate }
        defer { X509_free(certificate) }
        guard let notBefore = date(X509_get0_notBefore(certificate)),
            let notAfter = date(X509_get0_notAfter(certificate)),
            let subject = text(X509_get_subject_name(certificate)),
            let issuer = text(X509_get_issuer_name(certificate)),
            let spki = derEncoding({ i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), $0) }),
            let names = alternativeNames(certificate)
        else { throw .malformedCertificate }
        (self.der, self.subject, self.issuer, self.names) = (der, subject, issuer, names)
        (self.notBefore, self.notAfter, spkiDER) = (notBefore, notAfter, spki)
        serialNumber = serial(certificate)
        isAuthority = X509_check_ca(certificate) == 1
    }

    /// From the first `CERTIFICATE` block.
    package init(pem: [UInt8]) throws(CryptographyError) {
        guard let first = try Self.chain(pem: pem).first else { throw .malformedCertificate }
        self = first
    }

    /// Every `CERTIFICATE` block, in order; at least one.
    package static func chain(pem: [UInt8]) throws(CryptographyError) -> [Certificate] {
        guard let blocks = PEM.blocks(in: pem) else { throw .malformedCertificate }
        var chain: [Certificate] = []
        for block in blocks where block.label == "CERTIFICATE" { chain.append(try Certificate(der: block.der)) }
        guard !chain.isEmpty else { throw .malformedCertificate }
        return chain
    }

    package func pem() -> [UInt8] { PEM.encode("CERTIFICATE", der) }

    /// SHA-256 of the DER: `x5t#S256`, and what pins a client certificate (RFC 8705).
    package var sha256Thumbprint: [UInt8] { Digest.sha256(der) }

    /// `x5t`, RFC 7517 §4.8.
    package var sha1Thumbprint: [UInt8] { Digest.hash(.sha1, der) }

    package func publicKey(
        minimumBits: Int = VerificationKey.minimumRSABits
    ) throws(CryptographyError) -> VerificationKey {
        try VerificationKey(spkiDER: spkiDER, minimumBits: minimumBits)
    }

    package func isValid(at now: Date) -> Bool { notBefore <= now && now <= notAfter }

    /// Whether the holder of this key signed the certificate.
    package func isSigned(by key: VerificationKey) -> Bool {
        defer { ERR_clear_error() }
        guard let certificate = derDecoding(der, free: X509_free, { d2i_X509(nil, $0, $1) }) else { return false }
        defer { X509_free(certificate) }
        return X509_verify(certificate, key.handle.pointer) == 1
    }
}

private func date(_ time: UnsafePointer<ASN1_TIME>?) -> Date? {
    var parts = tm()
    guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
    return Date(timeIntervalSince1970: Double(timegm(&parts)))
}

private func text(_ name: OpaquePointer?) -> String? {
    guard let name, let output = BIO_new(BIO_s_mem()) else { return nil }
    defer { BIO_free(output) }
    guard X509_NAME_print_ex(output, name, 0, shim_name_flags) >= 0 else { return nil }
    var data: UnsafeMutablePointer<CChar>?
    let count = shim_BIO_get_mem_data(output, &data)
    guard let data else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: data, count: count), as: UTF8.self)
}

private func serial(_ certificate: OpaquePointer) -> [UInt8] {
    guard let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil) else { return [] }
    defer { BN_free(number) }
    var bytes = [UInt8](repeating: 0, count: (Int(BN_num_bits(number)) + 7) / 8)
    BN_bn2bin(number, &bytes)
    return bytes
}

/// The subject's alternative names of the four kinds; `nil` if the extension is there twice or can't be read.
private func alternativeNames(_ certificate: OpaquePointer) -> [CertificateName]? {
    var critical: Int32 = 0
    guard let extensionValue = X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, nil) else {
        return critical == -1 ? [] : nil
    }
    let list = OpaquePointer(extensionValue)
    defer { GENERAL_NAMES_free(list) }
    var names: [CertificateName] = []
    for index in 0..<shim_GENERAL_NAME_num(list) {
        guard let name = shim_GENERAL_NAME_value(list, index) else { return nil }
        switch name.pointee.type {
        case GEN_DNS: names.append(.dns(ascii(name.pointee.d.dNSName)))
        case GEN_EMAIL: names.append(.email(ascii(name.pointee.d.rfc822Name)))
        case GEN_URI: names.append(.uri(ascii(name.pointee.d.uniformResourceIdentifier)))
        case GEN_IPADD: names.append(.ip(bytes(name.pointee.d.iPAddress)))
        default: continue
        }
    }
    return names
}

private func bytes(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
    Array(UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string))))
}

/// Not cut at a NUL: a name that holds one equals no name that anyone asks for.
private func ascii(_ string: UnsafePointer<ASN1_STRING>?) -> String { String(decoding: bytes(string), as: UTF8.self) }
