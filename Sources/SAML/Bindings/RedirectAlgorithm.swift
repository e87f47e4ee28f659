internal import XML

extension XMLSignatureAlgorithm {
    /// What a redirect's SigAlg names.
    ///
    /// - Throws: `weak_algorithm`, `unsupported_algorithm`.
    static func redirect(_ uri: String) throws(SAMLRejection) -> XMLSignatureAlgorithm {
        if let found = all.first(where: { $0.uri.isExactly(uri) }) { return found }
        // Known, and refused by name: so that a log says more than "unsupported".
        let isWeak = ["sha1", "md5", "dsa-", "hmac-"].contains { uri.contains($0) }
        throw SAMLRejection(
            isWeak ? .weakAlgorithm : .unsupportedAlgorithm, "\(uri.shown) is not accepted.", at: "SigAlg")
    }
}
