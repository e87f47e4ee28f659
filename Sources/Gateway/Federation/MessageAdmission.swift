internal import HTTP

extension Installation {
    /// Counts a message of SAML or WS-Federation, before anything reads it: what is in it costs a parse, and mostly a
    /// signature check and a decryption, before anybody is known.
    ///
    /// - Throws: 429 beyond `Limits.federationMessagesPerNetwork`.
    func admitMessage(_ request: HTTPRequest) throws(Failure) {
        let network = request.peer.remoteAddress
        let limit = limits.federationMessagesPerNetwork
        guard counters.admits("message/\(network)", limit: limit, seconds: 60, at: now) else {
            throw .refused(
                .tooManyTries,
                ["what": "SAML and WS-Federation messages from \(network)", "limit": "\(limit) a minute"])
        }
    }
}
