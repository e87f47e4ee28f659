internal import HTTP
internal import Upstream

/// Where a peer's metadata may lead people: nobody's declaration stands behind what is read again.
extension Installation {
    func requireAcceptable(_ peer: KnownPeer) throws(UpstreamError) {
        for url in peer.endpoints where !isAcceptableAddress(url) {
            throw .metadataMalformed("it leads to \(url), which is no https address")
        }
    }

    /// Plain http only in development, on loopback.
    func isAcceptableAddress(_ address: String) -> Bool {
        guard let url = HTTPURL(address) else { return false }
        return url.scheme == .https || (isDevelopment && url.isLoopback)
    }
}
