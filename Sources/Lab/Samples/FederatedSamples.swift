internal import Cryptography
internal import Outbound
internal import SAML

/// The sample applications of the host organisation that speak SAML and WS-Federation, where the scene registers them.
struct FederatedSamples: Sendable {
    let routes: [LabRoute]

    init(scene: LabScene, fetcher: Fetcher, environment: Environment) throws(LabError) {
        var routes: [LabRoute] = []
        for application in scene.applications {
            guard let kind = Kind(rawValue: application.authentication) else { continue }
            let source = MetadataSource(
                url: "\(scene.gateway)/\(application.tenant.id)/saml2/metadata", fetcher: fetcher,
                environment: environment)
            let sample = FederatedSample(
                name: application.name, path: "/\(kind.rawValue)", protocolName: kind.protocolName, look: kind.look,
                lead: "An application of \(application.tenant.name) that speaks \(kind.protocolName), as much of what "
                    + "companies run does.",
                tenant: application.tenant, scene: scene, environment: environment)
            let metadata = { @Sendable () async throws(LabError) in try await source.metadata() }
            switch kind {
            case .saml:
                routes += try SAMLSample(sample: sample, clientID: application.clientID, identityProvider: metadata)
                    .routes
            case .wsfed:
                routes += WSFederationSample(sample: sample, identityProvider: metadata).routes
            }
        }
        self.routes = routes
    }

    /// As the scene's file says it.
    enum Kind: String {
        case saml
        case wsfed

        var protocolName: String { self == .saml ? "SAML 2.0" : "WS-Federation" }
        var look: LabPage.Look { self == .saml ? .teal : .plum }
    }
}
