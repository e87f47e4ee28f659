internal import Cryptography

/// An enveloped XML signature written by hand, so that it can be one that no honest signer makes.
struct HandmadeSignature: Sendable {
    enum Method: Sendable {
        /// RSA with SHA-256, as it should be.
        case rsa(SigningKey)
        /// The same, under another algorithm's name.
        case claimed(SigningKey, uri: String)
        /// HMAC with SHA-256.
        case hmac(Secret)
    }

    private let method: Method
    private let digest: DigestAlgorithm
    private let certificate: Certificate?

    init(_ method: Method, digest: DigestAlgorithm = .sha256, certificate: Certificate?) {
        (self.method, self.digest, self.certificate) = (method, digest, certificate)
    }

    private static let namespace = "http://www.w3.org/2000/09/xmldsig#"
    private static let more = "http://www.w3.org/2001/04/xmldsig-more#"
    private static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"

    /// - Parameters:
    ///   - canonical: An element in exclusive canonical form, without a signature.
    ///   - id: Its ID.
    func element(over canonical: String, id: String) throws(LabError) -> String {
        let digestValue = Base64.encode(Digest.hash(digest, Array(canonical.utf8)))
        let parts = """
            \(empty("CanonicalizationMethod", Self.exclusive))\(empty("SignatureMethod", algorithm))\
            <ds:Reference URI="#\(id)"><ds:Transforms>\(empty("Transform", Self.namespace + "enveloped-signature"))\
            <ds:Transform Algorithm="\(Self.exclusive)">\
            <ec:InclusiveNamespaces xmlns:ec="\(Self.exclusive)" PrefixList="xs xsi"></ec:InclusiveNamespaces>\
            </ds:Transform></ds:Transforms>\(empty("DigestMethod", digestURI))\
            <ds:DigestValue>\(digestValue)</ds:DigestValue></ds:Reference>
            """
        let octets = Array("<ds:SignedInfo xmlns:ds=\"\(Self.namespace)\">\(parts)</ds:SignedInfo>".utf8)
        let keyInfo =
            certificate.map {
                "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>\(Base64.encode($0.der))</ds:X509Certificate>"
                    + "</ds:X509Data></ds:KeyInfo>"
            } ?? ""
        return """
            <ds:Signature xmlns:ds="\(Self.namespace)"><ds:SignedInfo>\(parts)</ds:SignedInfo>\
            <ds:SignatureValue>\(Base64.encode(try value(over: octets)))</ds:SignatureValue>\(keyInfo)</ds:Signature>
            """
    }

    private func empty(_ name: String, _ algorithm: String) -> String {
        "<ds:\(name) Algorithm=\"\(algorithm)\"></ds:\(name)>"
    }

    private var algorithm: String {
        switch method {
        case .rsa: Self.more + "rsa-sha256"
        case .claimed(_, let uri): uri
        case .hmac: Self.more + "hmac-sha256"
        }
    }

    private var digestURI: String {
        digest == .sha1 ? Self.namespace + "sha1" : "http://www.w3.org/2001/04/xmlenc#sha256"
    }

    private func value(over octets: [UInt8]) throws(LabError) -> [UInt8] {
        switch method {
        case .hmac(let secret):
            return MAC.hmac(.sha256, key: secret, octets)
        case .rsa(let key), .claimed(let key, _):
            do throws(CryptographyError) {
                return try key.sign(octets, .rsaPKCS1(.sha256))
            } catch {
                throw LabError("the message can't be signed: \(error)")
            }
        }
    }
}
