internal import Directory
internal import FoundationEssentials
internal import Issuing
internal import OAuth

/// The client credentials grant, RFC 6749 §4.4: an application for itself, with the roles it was granted at one resource.
/// Never a refresh token (§4.4.3), and no row: such a token is counted, not recorded.
struct ClientCredentialsGrant {
    let installation: Installation
    let snapshot: TenantSnapshot

    func redeem(_ scopes: [String], by client: ProvenClient) async throws(Failure) -> TokenAnswer {
        guard let application = client.client.application else { throw .oauth(.grantNotAllowed("client_credentials")) }
        let resources = Resources(base: installation.base, snapshot: snapshot)
        let asked: ScopeRequest
        do {
            asked = try ScopeRequest.parseForClientCredentials(scopes, resolve: resources.resolve)
        } catch {
            throw .oauth(error)
        }
        guard let name = asked.resource, let resource = snapshot.application(resource: name), resource.isEnabled else {
            throw .oauth(.resourceUnknown(asked.resourceAsAsked ?? ""))
        }
        let held = application.roleGrants.filter { $0.resource == resource.appID }.map(\.role)
        let roles = resource.roles.filter {
            $0.isEnabled && held.contains($0.value) && $0.allowedMemberTypes.contains(.application)
        }.map(\.value)
        if resource.requiresAssignment, roles.isEmpty {
            throw .refused(.notAssigned, ["application": resource.displayName])
        }
        return try TokenIssuing(installation: installation, snapshot: snapshot).applicationToken(
            for: application, client.client, audience: resources.audience(of: resource), roles: roles)
    }
}
