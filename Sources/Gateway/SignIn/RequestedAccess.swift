internal import Directory
internal import OAuth

/// What an application asks for, resolved against the tenant's applications: OpenID Connect scopes, and scopes of at most
/// one API.
struct RequestedAccess: Sendable {
    var openID: [String]
    /// Nil: our own userinfo.
    var resource: Application?
    /// Names of the API's delegated scopes, in the order of the request; each exists and is enabled.
    var scopes: [Application.Scope]
    /// The `aud` of the access token.
    var audience: String
    /// As the application spelled the API; nil: it named none.
    var resourceAsAsked: String?
    var isDefault = false

    /// As the token answers it and the grant keeps it: OpenID Connect scopes, then the API's names.
    var scopeNames: [String] { openID + scopes.map(\.value) }

    /// As the token endpoint answers it: the API's scopes by the name that the application gave the API, and `.default`
    /// too where it was asked for. MSAL finds tokens in its cache by these.
    var answered: String {
        let prefix = resourceAsAsked.map { "\($0)/" } ?? ""
        let named = scopes.map { prefix + $0.value } + (isDefault ? ["\(prefix)\(ScopeRequest.defaultScope)"] : [])
        return (openID + named).joined(separator: " ")
    }
}

/// The resources that a scope can name in a tenant.
struct Resources: Sendable {
    let base: String
    let snapshot: TenantSnapshot

    /// The appId that a resource identifier stands for.
    func resolve(_ identifier: String) -> String? {
        snapshot.application(resource: identifier)?.appID.description
    }

    func application(_ appID: Application.AppID) -> Application? {
        appID == ManagementAPI.appID ? snapshot.managementAPI : snapshot.application(appID)
    }

    func audience(of resource: Application?) -> String {
        guard let resource else { return "\(base)/\(snapshot.tenant.id)/openid/userinfo" }
        if resource.audienceIsIdentifierURI, let uri = resource.identifierURIs.first { return uri }
        return resource.appID.description
    }

    /// - Parameter application: Who asks; its administrator's grants are what `.default` means.
    func access(_ scopes: [String], for application: Application?) throws(OAuthError) -> RequestedAccess {
        let asked = try ScopeRequest.parse(scopes, defaultResource: nil, resolve: resolve)
        guard let name = asked.resource else {
            return RequestedAccess(openID: asked.openID, resource: nil, scopes: [], audience: audience(of: nil))
        }
        guard let id = Application.AppID(name), let resource = self.application(id), resource.isEnabled else {
            throw .resourceUnknown(asked.resourceAsAsked ?? name)
        }
        let granted = application?.adminGrants.first { $0.resource == resource.appID }?.scopes ?? []
        // Entra gives every application the reading of the person's own profile.
        let isOurs = resource.appID == ManagementAPI.appID
        let byDefault = granted.isEmpty && isOurs ? [ManagementAPI.baseline] : granted
        let names = asked.isDefault ? byDefault : asked.names
        if asked.isDefault, names.isEmpty { throw .scopeInvalid("\(asked.resourceAsAsked ?? name)/.default") }
        var found: [Application.Scope] = []
        for name in names {
            guard let scope = resource.scopes.first(where: { $0.value == name && $0.isEnabled }) else {
                throw .scopeInvalid(name)
            }
            found.append(scope)
        }
        return RequestedAccess(
            openID: asked.openID, resource: resource, scopes: found, audience: audience(of: resource),
            resourceAsAsked: asked.resourceAsAsked, isDefault: asked.isDefault)
    }

    /// What nobody has allowed yet. OpenID Connect scopes of the tenant's own applications were allowed by whoever
    /// registered them; `prompt=consent` asks for everything again.
    func consentNeed(
        _ access: RequestedAccess, for application: Application, consented: Set<String>, asksAgain: Bool
    ) -> ConsentNeed {
        guard let resource = access.resource else { return .none }
        let byAdmin = Set(application.adminGrants.first { $0.resource == resource.appID }?.scopes ?? [])
        let isOurs = resource.appID == ManagementAPI.appID
        let missing = access.scopes.filter {
            !byAdmin.contains($0.value) && !(isOurs && $0.value == ManagementAPI.baseline)
        }
        let needsAdmin = missing.filter(\.requiresAdminConsent)
        if !needsAdmin.isEmpty { return .administrator(needsAdmin) }
        if asksAgain, !access.scopes.isEmpty { return .person(access.scopes) }
        let open = missing.filter { !consented.contains($0.value) }
        return open.isEmpty ? .none : .person(open)
    }
}
