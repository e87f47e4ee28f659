internal import Directory
internal import HTTP

/// Providers that are known by their names.
extension DeclarationPlan {
    /// - Throws: For a base that is no https address.
    func home(
        _ declared: DeclaredTenantHome, named name: String, before: Partner?
    ) throws(FileFault) -> Partner.Connection {
        guard let base = declared.base, let clientID = declared.clientID else {
            return .tenant(home: declared.home, base: nil)
        }
        guard isAcceptable(base) else { throw declared.basePlace.fault("is \(base), which is no https address") }
        var secretName = declared.clientSecret == nil ? nil : "partner/\(name)/client_secret"
        if secretName == nil, case .tenant(_, .some, let old?)? = before?.connection { secretName = old.secretName }
        return .tenant(
            home: declared.home, base: base.hasSuffix("/") ? String(base.dropLast()) : base,
            registration: Partner.TenantRegistration(clientID: clientID, secretName: secretName))
    }

    private func isAcceptable(_ origin: String) -> Bool {
        guard let url = HTTPURL(origin), url.query == nil, url.fragment == nil else { return false }
        return url.scheme == .https || (installation.isDevelopment && url.isLoopback)
    }

    /// - Throws: For an origin that is no origin, and for a secret that is nowhere.
    func provider(
        _ declared: DeclaredProvider, named name: String, before: Partner?
    ) throws(FileFault) -> ProviderConnection {
        var old: ProviderConnection?
        if case .provider(let connection)? = before?.connection, connection.provider.kind == declared.provider.kind {
            old = connection
        }
        if old == nil, declared.secret == nil { throw declared.secretPlace.fault("is missing") }
        var connection = ProviderConnection(
            declared.provider, clientID: declared.clientID, secretName: "partner/\(name)/client_secret",
            origin: declared.origin ?? old?.origin,
            trustsVerifiedEmail: declared.trustsVerifiedEmail ?? old?.trustsVerifiedEmail
                // LinkedIn says itself that it verifies nobody.
                ?? (declared.provider != .linkedIn))
        guard let origin = connection.origin else { return connection }
        guard isAcceptable(origin) else {
            throw declared.originPlace.fault("is \(origin), which is no https address")
        }
        connection.origin = origin.hasSuffix("/") ? String(origin.dropLast()) : origin
        return connection
    }
}
