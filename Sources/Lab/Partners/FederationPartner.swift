internal import Cryptography
internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import SAML

/// An organisation elsewhere whose identity provider does what its control page says, also what no honest one would. Two
/// of them stand beside the gateway: Contoso speaks SAML 2.0, Tailspin WS-Federation.
final class FederationPartner: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case saml
        case wsFederation
    }

    let kind: Kind
    /// In addresses and declarations.
    let name: String
    let displayName: String
    let domain: String
    let look: LabPage.Look
    let people: [PartnerPerson]
    let origin: String
    /// Where the gateway answers this partner: `{base}/{tenant}/federation/{name}`.
    let gatewayRoot: String
    /// What the gateway publishes of itself towards this partner; fetched when it is needed.
    let gatewayMetadata: @Sendable () async throws(LabError) -> SAMLMetadata
    let keys: PartnerKeys
    let switches: PartnerSwitches
    let sessions = PartnerSessions()
    let environment: Environment

    /// - Parameters:
    ///   - gateway: `{base}/{tenant}/federation`.
    ///   - metadata: How the gateway's metadata is had from its address.
    init(
        _ kind: Kind, origin: String, gateway: String, environment: Environment,
        metadata: (_ url: String) -> @Sendable () async throws(LabError) -> SAMLMetadata
    ) throws(LabError) {
        self.kind = kind
        switch kind {
        case .saml:
            (name, displayName, domain, look) = ("contoso", "Contoso", "contoso.example", .teal)
            people = PartnerPerson.contoso
        case .wsFederation:
            (name, displayName, domain, look) = ("tailspin", "Tailspin Toys", "tailspin.example", .plum)
            people = PartnerPerson.tailspin
        }
        self.origin = origin
        gatewayRoot = "\(gateway)/\(name)"
        gatewayMetadata = metadata("\(gatewayRoot)/metadata")
        self.environment = environment
        keys = try PartnerKeys(name: displayName, environment: environment)
        switches = PartnerSwitches(PartnerFault.all(for: kind))
    }

    // MARK: Names and addresses

    /// The entity ID, or the issuer of tokens.
    var entityID: String { kind == .saml ? metadataURL : "\(origin)/adfs/services/trust" }

    var metadataURL: String { "\(origin)\(metadataPath)" }

    /// The second is where AD FS has it.
    var metadataPath: String {
        kind == .saml ? "/metadata" : "/FederationMetadata/2007-06/FederationMetadata.xml"
    }

    var signInURL: String { origin + signInPath }
    var signInPath: String { kind == .saml ? "/saml/sso" : "/adfs/ls" }
    var logoutURL: String { "\(origin)/saml/logout" }
    var controlURL: String { "\(origin)/faults" }

    /// The gateway's own name towards this partner: the audience.
    var audience: String { "\(gatewayRoot)/metadata" }
    /// Where answers are posted.
    var consumerURL: String { kind == .saml ? "\(gatewayRoot)/acs" : "\(gatewayRoot)/wsfed" }

    /// What the clock on this partner's wall says.
    var now: Date { environment.now().addingTimeInterval(Double(switches.seconds("clock"))) }

    func person(_ email: String?) -> PartnerPerson? { people.first { $0.email == email?.lowercased() } }

    /// What the demo declares at the host organisation, and shows.
    var announcement: JSONValue {
        var object: JSONObject = [
            "name": .string(name), "displayName": .string(displayName), "kind": .string(kind.rawValue),
            "metadataURL": .string(metadataURL), "domains": [.string(domain)],
            "control_url": .string(controlURL),
            "accounts": .array(
                people.map { ["email": .string($0.email), "way": .string("come from a partner by \(protocolName)")] }),
        ]
        if kind == .saml { object["acceptsUnsolicited"] = true }
        return .object(object)
    }

    var protocolName: String { kind == .saml ? "SAML" : "WS-Federation" }
}

extension FederationPartner {
    /// A page of this organisation.
    func page(_ title: String, isNarrow: Bool = false) -> LabPage {
        LabPage(
            title: title, brand: displayName, home: "/", look: look,
            links: [("People", "/"), ("Faults", "/faults"), ("Metadata", metadataPath)], isNarrow: isNarrow,
            formTargets: nil, environment: environment)
    }

    func refusal(_ sentence: String, status: Int = 400) -> HTTPResponse {
        page("This can't go on", isNarrow: true).response(
            status: status, "<p class=\"problem\" role=\"alert\">\(sentence)</p>")
    }
}
