internal import Cryptography

/// The caller's key that made a signature.
struct TrustedKey: Sendable {
    let name: String
    let bits: Int
    let index: Int

    init(_ key: VerificationKey, index: Int) {
        name = Self.name(key.thumbprint)
        bits = key.kind.bits
        self.index = index
    }

    static func name(_ thumbprint: [UInt8]) -> String { "sha256:" + Hex.encode(thumbprint) }
}

extension KeyKind {
    fileprivate var bits: Int {
        switch self {
        case .rsa(let bits): bits
        case .ec(.p256): 256
        case .ec(.p384): 384
        case .ec(.p521): 521
        case .ed25519: 255
        }
    }
}

extension SignatureReading {
    /// The first of the keys that made this signature.
    func verify(_ keys: [VerificationKey], _ policy: XMLSignaturePolicy) throws(XMLSignatureError) -> TrustedKey {
        let octets: [UInt8]
        do throws(XMLError) {
            octets = try signedInfo.canonical(canonicalization.method, inclusivePrefixes: canonicalization.prefixes)
        } catch {
            throw .content(error)
        }
        var weakest: Int?
        for (index, key) in keys.enumerated() {
            if case .rsa(let bits) = key.kind, bits < VerificationKey.minimumRSABits, !policy.allowsRSA1024 {
                weakest = bits
                continue
            }
            let valid = key.isValidXMLSignature(
                value, for: octets, algorithm.scheme, allowingSHA1: policy.allowsSHA1)
            if valid { return TrustedKey(key, index: index) }
        }
        if let weakest { throw .weakKey(bits: weakest) }
        throw refusal(keys)
    }

    /// Whether the signature is bad, or somebody else's. The certificate that the sender put there serves only to say
    /// whose key is missing.
    private func refusal(_ keys: [VerificationKey]) -> XMLSignatureError {
        guard !keys.isEmpty else { return .untrustedKey("no key is known") }
        guard let text = element.child(.keyInfo)?.child(.x509Data)?.child(.x509Certificate)?.onlyTextNode,
            text.utf8.count <= 16_384, let der = Base64.decodeLenient(text.utf8),
            let claimed = (try? Certificate(der: der)).map({ Digest.sha256($0.spkiDER) }),
            !keys.contains(where: { $0.thumbprint == claimed })
        else { return .signatureInvalid }
        return .untrustedKey("it names \(TrustedKey.name(claimed)), which is not configured")
    }
}
