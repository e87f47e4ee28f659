internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Issuing
internal import SAML
internal import Storage
internal import Synchronization

/// The metadata documents of a tenant, signed.
struct MetadataFeature {
    let installation: Installation

    var routes: [Route] {
        [
            Route(.get, "/{tenant}/federation/{partner}/metadata", .person, towardsPartner),
            Route(.get, "/{tenant}/saml2/metadata", .person, towardsApplications),
            // Where Microsoft's products look.
            Route(
                .get, "/{tenant}/federationmetadata/2007-06/federationmetadata.xml", .person, towardsApplications),
        ]
    }

    private func towardsPartner(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        guard let partner = snapshot.partner(named: exchange.parameters["partner"] ?? ""), partner.federation != nil
        else { throw .noSuchPage }
        let context = try await SignInFlow(installation: installation).partnerContext(partner, at: snapshot)
        let own = OwnMetadata(snapshot: snapshot, base: installation.base)
        return try answer("partner/\(partner.id)", snapshot, .samlRequests) { () throws(IssuingError) in
            try own.serviceProvider(towards: context)
        }
    }

    private func towardsApplications(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let own = OwnMetadata(snapshot: snapshot, base: installation.base)
        return try answer("applications", snapshot, .samlAssertions) { () throws(IssuingError) in
            try own.identityProvider()
        }
    }

    /// Signed once for each version of the settings: anybody may ask, and a signature costs more than all the rest.
    private func answer(
        _ name: String, _ snapshot: TenantSnapshot, _ purpose: KeyRecord.Purpose,
        _ make: () throws(IssuingError) -> SAMLMetadata
    ) throws(Failure) -> HTTPResponse {
        let key = "\(snapshot.tenant.id)/\(snapshot.version)/\(name)"
        let document: [UInt8]
        if let known = installation.metadataDocuments.document(key) {
            document = known
        } else {
            do {
                document = try make().document(
                    id: SAMLMessageID.make(installation.environment), signer: snapshot.signer(purpose))
            } catch {
                throw .ours("metadata: \(error)")
            }
            installation.metadataDocuments.keep(document, key)
        }
        return HTTPResponse(
            status: 200, body: document,
            fields: [
                ("content-type", "application/samlmetadata+xml"), ("cache-control", "public, max-age=300"),
            ])
    }
}

/// Signed metadata documents, kept until there are too many.
final class MetadataDocuments: Sendable {
    private static let capacity = 1024

    private let documents = Mutex<[String: [UInt8]]>([:])

    func document(_ key: String) -> [UInt8]? { documents.withLock { $0[key] } }

    func keep(_ document: [UInt8], _ key: String) {
        documents.withLock { documents in
            if documents.count >= Self.capacity { documents.removeAll() }
            documents[key] = document
        }
    }
}
