package import Cryptography
internal import FoundationEssentials
package import JOSE
package import Outbound

/// How partners are asked. A test passes a closure.
package struct PartnerFetch: Sendable {
    package var send: @Sendable (FetchRequest, EgressPolicy) async throws(FetchError) -> FetchResult

    package init(_ send: @escaping @Sendable (FetchRequest, EgressPolicy) async throws(FetchError) -> FetchResult) {
        self.send = send
    }

    package init(_ fetcher: Fetcher) {
        send = { request, policy throws(FetchError) in try await fetcher.send(request, policy: policy) }
    }
}

/// Providers' discovery documents and signing keys. Discovery and keys are kept as `Cache-Control` says, between five
/// minutes and a day; a `kid` that nobody knows has the keys fetched again at most once a minute and issuer, so that a
/// flood of invented ones costs the provider nothing (protocols-and-threats.md §2.2).
package final class PartnerKeys: Sendable {
    private let fetch: PartnerFetch
    private let documents: DocumentCache<ProviderMetadata>
    private let keySets: DocumentCache<JWKSet>

    package static let maximumKeyBytes = 256 * 1024

    package init(fetch: PartnerFetch, environment: Environment) {
        self.fetch = fetch
        documents = DocumentCache(now: environment.now)
        keySets = DocumentCache(now: environment.now)
    }

    package func metadata(ofIssuer issuer: String, policy: EgressPolicy) async throws(UpstreamError) -> ProviderMetadata
    {
        try await metadata(under: issuer, issuer: issuer, policy: policy)
    }

    func metadata(of provider: ProviderLocation, policy: EgressPolicy) async throws(UpstreamError) -> ProviderMetadata {
        switch provider {
        case .issuer(let issuer): try await metadata(under: issuer, issuer: issuer, policy: policy)
        case .document(let address, let issuer): try await metadata(under: address, issuer: issuer, policy: policy)
        case .fixed(let metadata): metadata
        }
    }

    private func metadata(
        under location: String, issuer: String, policy: EgressPolicy
    ) async throws(UpstreamError) -> ProviderMetadata {
        try await documents.value(for: .init(address: "\(location) \(issuer)", policy: policy)) { [fetch] in
            let address: String
            do throws(UpstreamError) {
                address = try ProviderMetadata.address(ofIssuer: location, policy: policy)
            } catch {
                return .failure(error)
            }
            return await Self.load("discovery document", address, ProviderMetadata.maximumBytes, policy, fetch) {
                bytes throws(UpstreamError) in
                try ProviderMetadata(bytes, issuer: issuer, policy: policy)
            }
        }
    }

    /// The keys that a token may be verified with: those of its issuer, fetched again when none could have signed it.
    package func keys(
        of provider: ProviderMetadata, for header: JWSHeader, policy: EgressPolicy
    ) async throws(UpstreamError) -> JWKSet {
        let (key, load) = keySet(of: provider, policy)
        let known = try await keySets.value(for: key, load: load)
        guard Self.couldBeUnknown(header, to: known) else { return known }
        return try await keySets.refetched(for: key, load: load) ?? known
    }

    /// The keys fetched again, for a signature by none of them; nil: they were, less than a minute ago.
    func refetched(of provider: ProviderMetadata, policy: EgressPolicy) async throws(UpstreamError) -> JWKSet? {
        let (key, load) = keySet(of: provider, policy)
        return try await keySets.refetched(for: key, load: load)
    }

    private func keySet(
        of provider: ProviderMetadata, _ policy: EgressPolicy
    ) -> (DocumentCache<JWKSet>.Key, DocumentCache<JWKSet>.Load) {
        let load: DocumentCache<JWKSet>.Load = { [fetch] in
            await Self.load("key set", provider.jwksURI, Self.maximumKeyBytes, policy, fetch) {
                bytes throws(UpstreamError) in
                do throws(JOSEError) {
                    return try JWKSet(bytes: bytes)
                } catch {
                    throw .keysMalformed("\(error)")
                }
            }
        }
        return (.init(address: provider.issuer + " " + provider.jwksURI, policy: policy), load)
    }

    private static func couldBeUnknown(_ header: JWSHeader, to keys: JWKSet) -> Bool {
        guard let algorithm = SignatureAlgorithm.named(header.algorithm) else { return false }
        guard let keyID = header.keyID else { return keys.candidates(keyID: nil, algorithm: algorithm).isEmpty }
        return !keys.keys.contains { $0.keyID == keyID }
    }

    private static func load<Value: Sendable>(
        _ what: String, _ address: String, _ limit: Int, _ policy: EgressPolicy, _ fetch: PartnerFetch,
        parse: @Sendable ([UInt8]) throws(UpstreamError) -> Value
    ) async -> Result<DocumentCache<Value>.Loaded, UpstreamError> {
        do throws(FetchError) {
            let request = FetchRequest(
                .get, address, fields: [("Accept", "application/json")], maximumBytes: limit)
            let answer = try await fetch.send(request, policy)
            guard answer.status == 200 else {
                return .failure(
                    .discoveryMalformed("the \(what) at \(address) was answered with status \(answer.status)"))
            }
            guard answer.body.count <= limit else {
                return .failure(.discoveryMalformed("the \(what) is larger than \(limit) bytes"))
            }
            do throws(UpstreamError) {
                return .success(.init(value: try parse(answer.body), lifetime: lifetime(answer.field("cache-control"))))
            } catch {
                return .failure(error)
            }
        } catch {
            return .failure(.unreachable(error, asking: what))
        }
    }

    /// Seconds of `max-age`; 0 where storing is forbidden, which our shortest time then overrides.
    static func lifetime(_ cacheControl: String?) -> TimeInterval? {
        guard let cacheControl else { return nil }
        for directive in cacheControl.lowercased().split(separator: ",") {
            let trimmed = directive.filter { $0 != " " && $0 != "\t" }
            if trimmed == "no-store" || trimmed == "no-cache" { return 0 }
            if trimmed.hasPrefix("max-age=") { return Int(trimmed.dropFirst(8)).map { Double(max(0, $0)) } }
        }
        return nil
    }
}
