internal import XML

extension SAMLMetadata {
    mutating func readFederationRoles(of entity: XMLElement) {
        for role in entity.children(.metadata("RoleDescriptor")) {
            guard let kind = role.federationKind else { continue }
            federationRoles.append(
                WSFederationRole(
                    kind: kind, keys: keys(of: role),
                    passiveEndpoints: role.addresses(within: .federation("PassiveRequestorEndpoint")).filter {
                        $0.isWebAddress
                    },
                    displayName: role.attribute("ServiceDisplayName"),
                    claimTypes: role.claimTypes,
                    targetScopes: role.addresses(within: .federation("TargetScopes"))))
        }
    }
}

extension XMLName {
    static func federation(_ local: String) -> XMLName { XMLName(WSNamespace.federation, local) }
    static func addressing(_ local: String) -> XMLName { XMLName(WSNamespace.addressing, local) }
}

enum WSNamespace {
    static let federation = "http://docs.oasis-open.org/wsfed/federation/200706"
    static let authorization = "http://docs.oasis-open.org/wsfed/authorization/200706"
    static let addressing = "http://www.w3.org/2005/08/addressing"
    static let policy = "http://schemas.xmlsoap.org/ws/2004/09/policy"
    static let utility =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
    static let trust2005 = "http://schemas.xmlsoap.org/ws/2005/02/trust"
    static let trust13 = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
}

extension XMLElement {
    /// The role's `xsi:type`, its prefix resolved where it stands.
    fileprivate var federationKind: WSFederationRole.Kind? {
        guard let type = attribute(XMLName(SAMLNamespace.schemaInstance, "type")) else { return nil }
        let parts = type.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (prefix, local) = parts.count == 2 ? (parts[0], parts[1]) : ("", type)
        guard namespace(forPrefix: prefix) == WSNamespace.federation else { return nil }
        return WSFederationRole.Kind(rawValue: local)
    }

    /// The wsa:Address of each EndpointReference in the children of this name.
    fileprivate func addresses(within name: XMLName) -> [String] {
        children(name).flatMap { endpoint in
            endpoint.children(.addressing("EndpointReference")).compactMap {
                $0.child(.addressing("Address"))?.trimmedText
            }
        }
    }

    fileprivate var claimTypes: [String] {
        [XMLName.federation("ClaimTypesOffered"), .federation("ClaimTypesRequested")].flatMap { list in
            child(list)?.children(XMLName(WSNamespace.authorization, "ClaimType")).compactMap { $0.attribute("Uri") }
                ?? []
        }
    }
}
