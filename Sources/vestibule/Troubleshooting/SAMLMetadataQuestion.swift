import Cryptography
import FoundationEssentials
import JSON
import SAML
import Upstream

extension Question {
    /// What an import makes of metadata.
    static let samlMetadata = Question(
        name: "saml metadata", summary: "Read a partner's or an application's metadata as its import does.",
        kind: .samlMetadata, input: .files,
        options: [
            Option(name: "entity-id", value: "URI", summary: "whose it must be; needed for an aggregate"),
            Option(
                name: "signer-cert", value: "PEM", summary: "the pinned signer's certificate or key",
                isRepeatable: true),
            Option(name: "require-signature", value: nil, summary: "refuse it if it is not signed"),
            Option(name: "role", value: "ROLE", summary: "what it must describe: idp or sp"),
        ],
        details: """
            Prints keys, endpoints and flags. One entity of a large aggregate is taken out by a process of its own, as the
            import does; --entity-id names it, and the signer's certificate is one.
            """
    ) { subject, circumstances throws(CommandFailure) in
        let arguments = circumstances.arguments
        var finding = Finding(.samlMetadata, circumstances)
        guard let signers = try circumstances.verificationKeys("signer-cert", &finding) else { return finding }
        try arguments.checkMetadataOptions()
        do throws(SAMLRejection) {
            let metadata = try SAMLMetadata.read(
                subject.message(circumstances), entityID: arguments.value("entity-id"),
                signers: signers.isEmpty ? nil : signers, now: circumstances.now)
            finding.add(metadata.signature)
            try finding.add(metadata, arguments, isSigned: !signers.isEmpty)
        } catch {
            finding.reject(error)
        }
        return finding
    }.examiningLarge(Finding.largeMetadata)
}

extension Finding {
    /// - Throws: `wrong_root` if the entity has not the role that the command line names.
    mutating func add(
        _ metadata: SAMLMetadata, _ arguments: Arguments, isSigned: Bool
    ) throws(SAMLRejection) {
        let entityID = arguments.value("entity-id")
        add([
            SAMLCheck(
                "entity_id", entityID == nil ? .skipped : .pass, expected: entityID, actual: metadata.entityID),
            SAMLCheck("signature", isSigned ? .pass : .skipped, actual: metadata.signature?.algorithm),
            SAMLCheck("valid_until", .pass, actual: metadata.validUntil.map { SAMLInstant.write($0) }),
        ])
        try metadata.require(arguments.value("role"))
        more.append(("metadata", .object(metadata.json)))
    }
}

extension SAMLMetadata {
    fileprivate func require(_ role: String?) throws(SAMLRejection) {
        let services = federationRoles.map(\.kind)
        let isThere =
            switch role {
            case "idp": identityProvider != nil || services.contains(.securityTokenService)
            case "sp": serviceProvider != nil || services.contains(.applicationService)
            default: true
            }
        guard isThere else { throw SAMLRejection(.wrongRoot, "The entity has no role \(role ?? "").") }
    }

    fileprivate var json: JSONObject {
        var object = JSONObject()
        object["entity_id"] = .string(entityID)
        if let validUntil { object["valid_until"] = .string(SAMLInstant.write(validUntil)) }
        if let cacheDuration { object["cache_duration"] = .integer(Int64(cacheDuration)) }
        if let role = identityProvider {
            object["idp"] = .object([
                "signing_keys": role.keys.signing.json, "encryption_keys": role.keys.encryption.json,
                "want_authn_requests_signed": .bool(role.wantsAuthnRequestsSigned),
                "single_sign_on": role.singleSignOn.json, "single_logout": role.singleLogout.json,
                "name_id_formats": .array(role.nameIDFormats.map { .string($0) }),
            ])
        }
        if let role = serviceProvider {
            object["sp"] = .object([
                "signing_keys": role.keys.signing.json, "encryption_keys": role.keys.encryption.json,
                "authn_requests_signed": .bool(role.signsAuthnRequests),
                "want_assertions_signed": .bool(role.wantsAssertionsSigned),
                "assertion_consumers": role.assertionConsumers.json, "single_logout": role.singleLogout.json,
                "name_id_formats": .array(role.nameIDFormats.map { .string($0) }),
                "requested_attributes": .array(role.requestedAttributes.map { .string($0.name) }),
            ])
        }
        if !federationRoles.isEmpty {
            object["wsfed"] = .array(
                federationRoles.map { role in
                    .object([
                        "type": .string(role.kind.rawValue), "signing_keys": role.keys.signing.json,
                        "passive_endpoints": .array(role.passiveEndpoints.map { .string($0) }),
                    ])
                })
        }
        object["scopes"] = .array(scopes.map { .string($0.value) })
        object["warnings"] = .array(warnings.map { .string($0) })
        return object
    }
}

extension [SAMLKey] {
    fileprivate var json: JSONValue {
        .array(
            map { key in
                var object: JSONObject = ["key": .string(key.identity)]
                if case .rsa(let bits) = key.key.kind { object["bits"] = .integer(Int64(bits)) }
                if let certificate = key.certificate {
                    object["subject"] = .string(certificate.subject)
                    object["not_after"] = .string(SAMLInstant.write(certificate.notAfter))
                }
                return .object(object)
            })
    }
}

extension [SAMLEndpoint] {
    fileprivate var json: JSONValue {
        .array(
            map { endpoint in
                var object: JSONObject = [
                    "binding": .string(endpoint.binding.uri), "location": .string(endpoint.location),
                ]
                if let index = endpoint.index { object["index"] = .integer(Int64(index)) }
                if let isDefault = endpoint.isDefault { object["is_default"] = .bool(isDefault) }
                return .object(object)
            })
    }
}
