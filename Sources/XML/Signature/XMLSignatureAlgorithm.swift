package import Cryptography

/// A signature algorithm of XML Signature, by its identifier (RFC 9231 §2.3).
package struct XMLSignatureAlgorithm: Sendable, Hashable {
    package let uri: String
    /// As a log shows it: `rsa-sha256`.
    package let name: String
    package let scheme: SignatureScheme
    /// Of the content as well, where we sign.
    package let digest: DigestAlgorithm

    package static let rsaSHA256 = Self(more + "rsa-sha256", "rsa-sha256", .rsaPKCS1(.sha256), .sha256)
    package static let rsaSHA384 = Self(more + "rsa-sha384", "rsa-sha384", .rsaPKCS1(.sha384), .sha384)
    package static let rsaSHA512 = Self(more + "rsa-sha512", "rsa-sha512", .rsaPKCS1(.sha512), .sha512)
    package static let rsaPSSSHA256 = Self(pss + "sha256-rsa-MGF1", "rsa-pss-sha256", .rsaPSS(.sha256), .sha256)
    package static let rsaPSSSHA384 = Self(pss + "sha384-rsa-MGF1", "rsa-pss-sha384", .rsaPSS(.sha384), .sha384)
    package static let rsaPSSSHA512 = Self(pss + "sha512-rsa-MGF1", "rsa-pss-sha512", .rsaPSS(.sha512), .sha512)
    package static let ecdsaSHA256 = Self(more + "ecdsa-sha256", "ecdsa-sha256", .ecdsa(.sha256), .sha256)
    package static let ecdsaSHA384 = Self(more + "ecdsa-sha384", "ecdsa-sha384", .ecdsa(.sha384), .sha384)
    package static let ecdsaSHA512 = Self(more + "ecdsa-sha512", "ecdsa-sha512", .ecdsa(.sha512), .sha512)

    /// What a signature may be made with.
    package static let all: [XMLSignatureAlgorithm] = [
        rsaSHA256, rsaSHA384, rsaSHA512, rsaPSSSHA256, rsaPSSSHA384, rsaPSSSHA512, ecdsaSHA256, ecdsaSHA384,
        ecdsaSHA512,
    ]

    /// Only for a person who looks at an old message.
    private static let legacy: [XMLSignatureAlgorithm] = [
        Self("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "rsa-sha1", .rsaPKCS1(.sha1), .sha1),
        Self(more + "ecdsa-sha1", "ecdsa-sha1", .ecdsa(.sha1), .sha1),
    ]

    /// Broken, and refused by that name.
    private static let weak: Set<String> = [
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1", "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        more + "rsa-md5", more + "hmac-md5",
    ]

    private static let more = "http://www.w3.org/2001/04/xmldsig-more#"
    private static let pss = "http://www.w3.org/2007/05/xmldsig-more#"

    private init(_ uri: String, _ name: String, _ scheme: SignatureScheme, _ digest: DigestAlgorithm) {
        (self.uri, self.name, self.scheme, self.digest) = (uri, name, scheme, digest)
    }

    /// There is no entry for HMAC: a verifier that takes both would check a MAC whose key is the public one.
    static func named(_ uri: String, _ policy: XMLSignaturePolicy) throws(XMLSignatureError) -> XMLSignatureAlgorithm {
        if let found = all.first(where: { $0.uri == uri }) { return found }
        if let old = legacy.first(where: { $0.uri == uri }) {
            guard policy.allowsSHA1 else { throw .weakAlgorithm(old.name) }
            return old
        }
        throw weak.contains(uri) ? .weakAlgorithm(uri.shown) : .unsupportedAlgorithm(uri.shown)
    }

    /// What a key signs with where nothing else is asked for; `nil` for Ed25519, which partners cannot read.
    package static func usual(for kind: KeyKind) -> XMLSignatureAlgorithm? {
        all.first { $0.scheme == kind.usualScheme }
    }
}

/// The digests of references and of OAEP, by identifier (RFC 9231 §2.1, XML Encryption 1.1 §5.8).
enum XMLDigest {
    static func uri(_ algorithm: DigestAlgorithm) -> String {
        switch algorithm {
        case .sha1: sha1
        case .sha256: "http://www.w3.org/2001/04/xmlenc#sha256"
        case .sha384: "http://www.w3.org/2001/04/xmldsig-more#sha384"
        case .sha512: "http://www.w3.org/2001/04/xmlenc#sha512"
        }
    }

    static func name(_ algorithm: DigestAlgorithm) -> String {
        switch algorithm {
        case .sha1: "sha1"
        case .sha256: "sha256"
        case .sha384: "sha384"
        case .sha512: "sha512"
        }
    }

    private static let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1"
    private static let md5 = "http://www.w3.org/2001/04/xmldsig-more#md5"

    static func named(_ uri: String) -> DigestAlgorithm? { DigestAlgorithm.allCases.first { self.uri($0) == uri } }

    /// For a reference: SHA-1 and MD5 are weak.
    static func named(_ uri: String, _ policy: XMLSignaturePolicy) throws(XMLSignatureError) -> DigestAlgorithm {
        guard uri != md5 else { throw .weakAlgorithm("md5") }
        guard let algorithm = named(uri) else { throw .unsupportedAlgorithm(uri.shown) }
        guard algorithm != .sha1 || policy.allowsSHA1 else { throw .weakAlgorithm("sha1") }
        return algorithm
    }
}
