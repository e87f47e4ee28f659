internal import Cryptography
internal import Outbound
internal import SAML
internal import Synchronization

/// The gateway's metadata at one address, fetched when it is needed and kept for a moment.
final class MetadataSource: Sendable {
    private let url: String
    private let fetcher: Fetcher
    private let environment: Environment
    private let kept = Mutex<(metadata: SAMLMetadata, at: ContinuousClock.Instant)?>(nil)

    private static let freshness = Duration.seconds(2)

    init(url: String, fetcher: Fetcher, environment: Environment) {
        (self.url, self.fetcher, self.environment) = (url, fetcher, environment)
    }

    func metadata() async throws(LabError) -> SAMLMetadata {
        let now = ContinuousClock.now
        if let kept = kept.withLock({ $0 }), kept.at.duration(to: now) < Self.freshness { return kept.metadata }
        let result: FetchResult
        do throws(FetchError) {
            result = try await fetcher.send(FetchRequest(.get, url), policy: .development)
        } catch {
            throw LabError("\(error)")
        }
        guard result.status == 200 else { throw LabError("\(url) answered \(result.status)") }
        do throws(SAMLRejection) {
            let metadata = try SAMLMetadata.read(result.body, now: environment.now())
            kept.withLock { $0 = (metadata, now) }
            return metadata
        } catch {
            throw LabError("the metadata at \(url) can't be used: \(error)")
        }
    }
}
