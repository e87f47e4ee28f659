internal import Cryptography
package import Directory
package import Issuing

/// One numbered version of a tenant's settings, ready to decide over: immutable, replaced whole. A class, because every
/// step of every request holds it, and a copy would count a dozen references.
package final class TenantSnapshot: Sendable {
    package let tenant: Tenant
    /// The number of the settings version this is.
    package let version: Int64
    package let tokens: TokenIssuer
    /// The management API as this tenant's applications ask for it.
    let managementAPI: Application
    private let managementAPINames: Set<String>
    private let clientsByAppID: [String: Client]
    private let applicationsByAppID: [Application.AppID: Application]
    /// By appId and by identifier URI.
    private let applicationsByResource: [String: Application]
    private let applicationsByEntityID: [String: Application]
    private let applicationsByRealm: [String: Application]
    private let userFlowsByApplication: [Application.AppID: UserFlow]
    private let connectorsByID: [APIConnector.ID: APIConnector]
    private let partnersByName: [String: Partner]
    private let partnersByID: [Partner.ID: Partner]
    private let partnersByVouchingID: [Partner.ID: Partner]
    /// In the order of their names.
    package let applications: [Application]
    package let partners: [Partner]

    package init(
        tenant: Tenant, version: Int64, tokens: TokenIssuer, applications: [Application], partners: [Partner],
        userFlows: [UserFlow] = [], apiConnectors: [APIConnector] = []
    ) {
        self.tenant = tenant
        self.version = version
        self.tokens = tokens
        managementAPI = ManagementAPI.application(base: tokens.base)
        managementAPINames = Set(managementAPI.identifierURIs + [ManagementAPI.appID.description])
        clientsByAppID = Dictionary(
            applications.map { ($0.appID.description, Client($0)) }, uniquingKeysWith: { first, _ in first })
        applicationsByAppID = Dictionary(
            applications.map { ($0.appID, $0) }, uniquingKeysWith: { first, _ in first })
        applicationsByResource = Dictionary(
            applications.map { ($0.appID.description, $0) }
                + applications.flatMap { application in application.identifierURIs.map { ($0, application) } },
            uniquingKeysWith: { first, _ in first })
        applicationsByEntityID = Dictionary(
            applications.compactMap { application in application.saml.map { ($0.entityID, application) } },
            uniquingKeysWith: { first, _ in first })
        applicationsByRealm = Dictionary(
            applications.compactMap { application in application.wsFederation.map { ($0.realm, application) } },
            uniquingKeysWith: { first, _ in first })
        partnersByName = Dictionary(partners.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        partnersByID = Dictionary(partners.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        partnersByVouchingID = Dictionary(
            partners.flatMap { partner in partner.vouchingIDs.map { ($0, partner) } },
            uniquingKeysWith: { first, second in first.isEnabled ? second : first })
        userFlowsByApplication = Dictionary(
            userFlows.flatMap { flow in flow.applications.map { ($0, flow) } }, uniquingKeysWith: { first, _ in first })
        connectorsByID = Dictionary(apiConnectors.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.applications = applicationsByAppID.values.sorted { $0.displayName < $1.displayName }
        self.partners = partnersByName.values.sorted { $0.displayName < $1.displayName }
    }

    package var keys: KeyRing { tokens.keys }

    package func application(_ appID: Application.AppID) -> Application? { applicationsByAppID[appID] }

    /// The application that a `client_id` names, byte for byte, as it authenticates: its keys and secrets were read with
    /// the settings.
    func client(_ clientID: String) -> Client? { clientsByAppID[clientID] }

    /// The application that a resource identifier names: an appId or one of its identifier URIs, byte for byte. The
    /// management API's names are nobody else's.
    package func application(resource: String) -> Application? {
        if managementAPINames.contains(resource) { return managementAPI }
        return applicationsByResource[resource]
    }

    /// The application with this SAML entity id, byte for byte: a dictionary takes `é` in one code point and in two for
    /// one key.
    func application(entityID: String) -> Application? {
        applicationsByEntityID[entityID].flatMap { $0.saml?.entityID.isExactly(entityID) == true ? $0 : nil }
    }

    /// The application with this WS-Federation realm, byte for byte.
    func application(realm: String) -> Application? {
        applicationsByRealm[realm].flatMap { $0.wsFederation?.realm.isExactly(realm) == true ? $0 : nil }
    }

    /// How a stranger signs up at the application; nil: not at all.
    package func userFlow(of application: Application.AppID) -> UserFlow? { userFlowsByApplication[application] }

    package func apiConnector(_ id: APIConnector.ID) -> APIConnector? { connectorsByID[id] }

    package func partner(named name: String) -> Partner? { partnersByName[name] }

    package func partner(_ id: Partner.ID) -> Partner? { partnersByID[id] }

    /// The setting of who vouched under this id: of the partner itself, or of the hosted tenant that vouched by its own id
    /// before it had a setting.
    package func partner(vouching id: Partner.ID) -> Partner? { partnersByID[id] ?? partnersByVouchingID[id] }
}
