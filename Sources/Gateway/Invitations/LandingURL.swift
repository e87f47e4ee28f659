internal import HTTP

/// Where a guest lands after redemption: an absolute https URL, or plain http to loopback while developing.
struct LandingURL: Sendable {
    let description: String

    init?(_ raw: String, allowsLoopback: Bool) {
        guard raw.utf8.count <= 2_048, let url = HTTPURL(raw) else { return nil }
        switch url.scheme {
        case .https: break
        case .http where allowsLoopback && url.isLoopback: break
        default: return nil
        }
        description = raw
    }
}
