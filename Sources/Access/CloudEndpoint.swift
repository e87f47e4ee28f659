/// One of Microsoft's separate clouds, by the name that `allowedCloudEndpoints` has for it. Tenants of this gateway count
/// to the global one unless set otherwise.
package enum CloudEndpoint: String, Sendable, Hashable, CaseIterable {
    case global = "microsoftonline.com"
    case governmentUS = "microsoftonline.us"
    case china = "partner.microsoftonline.cn"

    /// The cloud of an issuer's host; nil for a host of no such cloud.
    package init?(issuer: String) {
        let hosts: [(String, CloudEndpoint)] = [
            ("login.microsoftonline.com", .global), ("sts.windows.net", .global),
            ("login.microsoftonline.us", .governmentUS), ("login.partner.microsoftonline.cn", .china),
            ("sts.chinacloudapi.cn", .china),
        ]
        guard let cloud = hosts.first(where: { issuer.hasPrefix("https://\($0.0)/") })?.1 else { return nil }
        self = cloud
    }

    /// Only the global cloud is joined with others (access-policy §4).
    package func canWork(with other: CloudEndpoint) -> Bool {
        self == other || self == .global || other == .global
    }
}
