internal import XML

extension XMLWriter {
    /// In the shape of AD FS's documents, which is what readers in the field were written against. The prefix `fed` is
    /// declared by the root.
    mutating func federationRole(_ role: WSFederationRole) {
        element(
            SAMLPrefix.metadata, .metadata("RoleDescriptor"),
            [
                ("ServiceDisplayName", role.displayName), ("protocolSupportEnumeration", WSNamespace.federation),
            ],
            qualified: [
                XMLQualifiedAttribute(
                    SAMLPrefix.schemaInstance, XMLName(SAMLNamespace.schemaInstance, "type"),
                    "fed:" + role.kind.rawValue)
            ]
        ) { writer in
            writer.keys(role.keys)
            writer.claimTypes(role)
            if !role.targetScopes.isEmpty {
                writer.element("fed", .federation("TargetScopes")) { writer in
                    for scope in role.targetScopes { writer.endpointReference(scope) }
                }
            }
            if role.kind == .securityTokenService {
                for address in role.passiveEndpoints {
                    writer.element("fed", .federation("SecurityTokenServiceEndpoint")) {
                        $0.endpointReference(address)
                    }
                }
            }
            for address in role.passiveEndpoints {
                writer.element("fed", .federation("PassiveRequestorEndpoint")) { $0.endpointReference(address) }
            }
        }
    }

    private mutating func claimTypes(_ role: WSFederationRole) {
        guard !role.claimTypes.isEmpty else { return }
        let list = role.kind == .securityTokenService ? "ClaimTypesOffered" : "ClaimTypesRequested"
        element("fed", .federation(list)) { writer in
            for uri in role.claimTypes {
                writer.element(
                    "auth", XMLName(WSNamespace.authorization, "ClaimType"), [("Optional", "true"), ("Uri", uri)])
            }
        }
    }

    mutating func endpointReference(_ address: String) {
        element("wsa", .addressing("EndpointReference")) { writer in
            writer.element("wsa", .addressing("Address"), text: address)
        }
    }
}
