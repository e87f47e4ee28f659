/// RFC 6749 §3.3: `%x21 / %x23-5B / %x5D-7E`.
func isScopeToken(_ text: String) -> Bool {
    !text.isEmpty
        && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
}

/// Scopes sorted into OpenID Connect's own and those of at most one resource.
///
/// A request names one resource, as in Entra: `<identifier URI or appId>/<scope>` or `<…>/.default`. A bare name belongs
/// to the default resource (Graph, in Entra). OIDC scopes alone are for our own userinfo.
package struct ScopeRequest: Sendable, Hashable {
    /// What OIDC Core §5.4 and §11 define.
    package static let openIDScopes: Set<String> = ["openid", "profile", "email", "address", "phone", "offline_access"]
    /// Everything that was granted in the settings.
    package static let defaultScope = ".default"

    /// OIDC scopes, in the order asked for.
    package var openID: [String]
    /// The resource as `resolve` named it; nil: our own userinfo.
    package var resource: String?
    /// The resource as the request wrote it, the first spelling if there were several.
    package var resourceAsAsked: String?
    /// Names of the resource's scopes, without the resource; empty with `.default`.
    package var names: [String]
    package var isDefault: Bool

    package init(
        openID: [String], resource: String? = nil, resourceAsAsked: String? = nil, names: [String] = [],
        isDefault: Bool = false
    ) {
        self.openID = openID
        self.resource = resource
        self.resourceAsAsked = resourceAsAsked
        self.names = names
        self.isDefault = isDefault
    }

    package var wantsRefreshToken: Bool { openID.contains("offline_access") }

    /// Sorts scopes.
    ///
    /// - Parameters:
    ///   - defaultResource: What a bare name belongs to; nil: a bare name that is not OIDC's is refused.
    ///   - resolve: The resource that an identifier URI or appId names, in one canonical spelling; nil if there is none.
    ///     An identifier may end with a slash, so `https://api.example.com//.default` asks for `https://api.example.com/`.
    package static func parse(
        _ scopes: [String], defaultResource: String?, resolve: (String) -> String?
    ) throws(OAuthError) -> ScopeRequest {
        var request = ScopeRequest(openID: [])
        var conflicting: [String] = []
        for scope in scopes {
            guard isScopeToken(scope) else { throw .scopeInvalid(scope) }
            if openIDScopes.contains(scope) {
                if !request.openID.contains(scope) { request.openID.append(scope) }
                continue
            }
            guard let (asked, name) = split(scope, defaultResource) else { throw .scopeInvalid(scope) }
            guard let resource = resolve(asked) else { throw .resourceUnknown(asked) }
            if let known = request.resource, known != resource {
                conflicting.append(asked)
                continue
            }
            request.resource = resource
            if request.resourceAsAsked == nil { request.resourceAsAsked = asked }
            if name == defaultScope {
                request.isDefault = true
            } else if !request.names.contains(name) {
                request.names.append(name)
            }
        }
        if let first = request.resourceAsAsked, !conflicting.isEmpty { throw .severalResources([first] + conflicting) }
        // `.default` is what was granted beforehand; beside a scope by name it would say two things (AADSTS70011).
        if request.isDefault, let name = request.names.first { throw .scopeInvalid(name) }
        return request
    }

    /// Client credentials ask for exactly one `<resource>/.default` (AADSTS1002012): nobody is there to agree to more.
    package static func parseForClientCredentials(
        _ scopes: [String], resolve: (String) -> String?
    ) throws(OAuthError) -> ScopeRequest {
        guard !scopes.isEmpty else { throw .scopeMissing }
        let request = try parse(scopes, defaultResource: nil, resolve: resolve)
        guard request.openID.isEmpty else { throw .scopeInvalid(request.openID[0]) }
        guard request.isDefault else { throw .scopeInvalid(scopes[0]) }
        return request
    }

    private static func split(_ scope: String, _ defaultResource: String?) -> (resource: String, name: String)? {
        let utf8 = scope.utf8
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return defaultResource.map { ($0, scope) } }
        let resource = String(scope[..<slash])
        let name = String(scope[utf8.index(after: slash)...])
        return resource.isEmpty || name.isEmpty ? nil : (resource, name)
    }
}

/// A refresh asks for the granted scopes again, or for fewer (RFC 6749 §6).
///
/// - Returns: The scopes to issue, in the granted order.
package func narrowed(_ asked: [String]?, from granted: [String]) throws(OAuthError) -> [String] {
    guard let asked, !asked.isEmpty else { return granted }
    let known = Set(granted)
    if let wider = asked.first(where: { !known.contains($0) }) { throw .scopeWidened(wider) }
    let wanted = Set(asked)
    return granted.filter(wanted.contains)
}
