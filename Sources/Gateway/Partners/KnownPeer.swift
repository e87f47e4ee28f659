internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import SAML
internal import Storage
internal import Upstream

/// A partner or an application as the settings know it by metadata, whichever of the two it is.
enum KnownPeer: Sendable, Hashable {
    case partner(Partner, FederationConnection)
    case application(Application, SAMLServiceProvider)

    init?(_ partner: Partner) {
        guard let federation = partner.federation else { return nil }
        self = .partner(partner, federation)
    }

    init?(_ application: Application) {
        guard let provider = application.saml else { return nil }
        self = .application(application, provider)
    }

    var peer: Peer {
        switch self {
        case .partner(let partner, _): .partner(partner.id)
        case .application(let application, _): .application(application.id)
        }
    }

    var name: String {
        switch self {
        case .partner(let partner, _): partner.name
        case .application(let application, _): application.displayName
        }
    }

    var issuer: String {
        switch self {
        case .partner(_, let federation): federation.issuer
        case .application(_, let provider): provider.entityID
        }
    }

    var metadataURL: String? {
        switch self {
        case .partner(_, let federation): federation.metadataURL
        case .application(_, let provider): provider.metadataURL
        }
    }

    /// Base64 DER, each.
    var certificates: [String] {
        switch self {
        case .partner(_, let federation): federation.signingCertificates
        case .application(_, let provider): provider.signingCertificates
        }
    }

    var endpoints: [String] {
        switch self {
        case .partner(_, let federation):
            [federation.signInURL] + [federation.logoutURL, federation.logoutResponseURL].compactMap { $0 }
        case .application(_, let provider):
            provider.assertionConsumers.map(\.url)
                + [provider.logoutURL, provider.logoutResponseURL].compactMap { $0 }
        }
    }

    /// When the last of the signing certificates ends.
    var certificateEndsAt: Date? {
        certificates.compactMap { Base64.decode($0).flatMap { try? Certificate(der: $0) }?.notAfter }.max()
    }

    var setting: SettingsObject {
        switch self {
        case .partner(let partner, _): SettingsObject(partner)
        case .application(let application, _): SettingsObject(application)
        }
    }
}

extension TenantSnapshot {
    func known(_ peer: Peer) -> KnownPeer? {
        switch peer {
        case .partner(let id): partner(id).flatMap { KnownPeer($0) }
        case .application(let id): applications.first { $0.id == id }.flatMap { KnownPeer($0) }
        }
    }

    /// Everyone who is known by metadata, or could be.
    var knownPeers: [KnownPeer] {
        partners.compactMap { KnownPeer($0) } + applications.compactMap { KnownPeer($0) }
    }
}

/// What was read: the peer as it says it is now, and how long that may be used.
struct ReadMetadata: Sendable {
    var peer: KnownPeer
    var cacheDuration: Double?
    var validUntil: Date?

    var terms: MetadataTerms {
        MetadataTerms(
            cacheDuration: cacheDuration, validUntil: validUntil, certificateEndsAt: peer.certificateEndsAt)
    }
}

extension Installation {
    /// Reads the metadata that a peer publishes. It must be the same entity's; nothing is changed by this.
    func readMetadata(of known: KnownPeer) async throws(UpstreamError) -> ReadMetadata {
        guard let url = known.metadataURL else { throw .misconfigured("it has no metadata address") }
        switch known {
        case .partner(var partner, var federation):
            let metadata = try await upstream.federationMetadata(
                at: url, kind: partner.kind, issuer: federation.issuer, signer: federation.metadataSigner,
                policy: egress, now: now)
            federation.adopt(metadata)
            partner.connection = partner.kind == .saml ? .saml(federation) : .wsFederation(federation)
            try requireAcceptable(.partner(partner, federation))
            return ReadMetadata(
                peer: .partner(partner, federation), cacheDuration: metadata.cacheDuration,
                validUntil: metadata.validUntil)
        case .application(var application, var provider):
            let bytes = try await upstream.metadataDocument(at: url, entityID: provider.entityID, policy: egress).bytes
            let metadata: SAMLMetadata
            do throws(SAMLRejection) {
                metadata = try SAMLMetadata.read(bytes, entityID: provider.entityID, now: now)
            } catch {
                throw .assertion(error)
            }
            guard metadata.serviceProvider != nil else {
                throw .metadataMalformed("it describes no SAML 2.0 service provider")
            }
            let encrypts = provider.encryptionCertificate != nil
            provider.adopt(metadata, encrypts: encrypts)
            guard !encrypts || provider.encryptionCertificate.flatMap({ SAMLKey(encryptingTo: $0) }) != nil else {
                throw .metadataMalformed("it names no key that assertions could be encrypted to, as they were")
            }
            guard !provider.assertionConsumers.isEmpty else {
                throw .metadataMalformed("it has no assertion consumer service with the POST binding")
            }
            application.saml = provider
            try requireAcceptable(.application(application, provider))
            return ReadMetadata(
                peer: .application(application, provider), cacheDuration: metadata.cacheDuration,
                validUntil: metadata.validUntil)
        }
    }
}
