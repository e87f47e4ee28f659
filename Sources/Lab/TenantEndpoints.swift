internal import HTTP
internal import JOSE
internal import JSON
internal import Outbound
internal import Synchronization

/// What an application reads of its identity provider before anything else: discovery and keys, kept for five minutes.
final class TenantEndpoints: Sendable {
    struct Metadata: Sendable {
        let issuer: String
        let authorization: String
        let token: String
        let userInfo: String?
        let keys: String
        let endSession: String?
        /// Whether every answer names its issuer (RFC 9207 §3).
        let namesIssuer: Bool
    }

    private struct Kept {
        var metadata: Metadata
        var keys: JWKSet
        var at: ContinuousClock.Instant
    }

    private let issuer: String
    private let fetcher: Fetcher
    private let kept = Mutex<Kept?>(nil)

    private static let freshness = Duration.seconds(300)
    /// However many unknown key ids come, the keys are asked for again this often.
    private static let refetchInterval = Duration.seconds(2)

    init(issuer: String, fetcher: Fetcher) {
        self.issuer = issuer
        self.fetcher = fetcher
    }

    func metadata() async throws(LabError) -> Metadata { try await current(olderThan: Self.freshness).metadata }

    /// The keys; asked for again where the token names one that is not among them.
    func keys(for token: String) async throws(LabError) -> JWKSet {
        let keys = try await current(olderThan: Self.freshness).keys
        guard let header = try? JWS.parse(token).header, let name = header.keyID,
            !keys.keys.contains(where: { $0.keyID == name })
        else { return keys }
        return try await current(olderThan: Self.refetchInterval).keys
    }

    private func current(olderThan limit: Duration) async throws(LabError) -> (metadata: Metadata, keys: JWKSet) {
        let now = ContinuousClock.now
        if let kept = kept.withLock({ $0 }), kept.at.duration(to: now) < limit { return (kept.metadata, kept.keys) }
        let document = try await json("\(issuer)/.well-known/openid-configuration")
        guard let named = document["issuer"]?.string, named.utf8.elementsEqual(issuer.utf8) else {
            throw LabError("the discovery document of \(issuer) is another issuer's")
        }
        guard let authorization = document["authorization_endpoint"]?.string,
            let token = document["token_endpoint"]?.string, let keysAddress = document["jwks_uri"]?.string
        else { throw LabError("the discovery document of \(issuer) lacks an endpoint") }
        let metadata = Metadata(
            issuer: issuer, authorization: authorization, token: token,
            userInfo: document["userinfo_endpoint"]?.string, keys: keysAddress,
            endSession: document["end_session_endpoint"]?.string,
            namesIssuer: document["authorization_response_iss_parameter_supported"]?.bool ?? false)
        let keys: JWKSet
        let published = try await json(metadata.keys)
        do throws(JOSEError) {
            keys = try JWKSet(published)
        } catch {
            throw LabError("the keys of \(issuer) can't be used: \(error)")
        }
        kept.withLock { $0 = Kept(metadata: metadata, keys: keys, at: now) }
        return (metadata, keys)
    }

    // MARK: Requests

    /// What a GET answers with 200.
    func json(_ url: String, bearer: String? = nil) async throws(LabError) -> JSONValue {
        let fields = [("accept", "application/json")] + (bearer.map { [("authorization", "Bearer \($0)")] } ?? [])
        let result = try await send(FetchRequest(.get, url, fields: fields.map { (name: $0.0, value: $0.1) }))
        guard result.status == 200 else { throw LabError("\(url) answered \(result.status)") }
        return try Self.parsed(result, url)
    }

    /// What the token endpoint answers, refusals included.
    func post(
        _ url: String, _ pairs: [(String, String)], authorization: String?
    ) async throws(LabError) -> (status: Int, json: JSONValue) {
        var fields = [
            (name: "content-type", value: "application/x-www-form-urlencoded"),
            (name: "accept", value: "application/json"),
        ]
        if let authorization { fields.append((name: "authorization", value: authorization)) }
        let result = try await send(FetchRequest(.post, url, fields: fields, body: Array(Form.encode(pairs).utf8)))
        return (result.status, try Self.parsed(result, url))
    }

    private func send(_ request: FetchRequest) async throws(LabError) -> FetchResult {
        do throws(FetchError) {
            return try await fetcher.send(request, policy: .development)
        } catch {
            throw LabError("\(error)")
        }
    }

    private static func parsed(_ result: FetchResult, _ url: String) throws(LabError) -> JSONValue {
        guard let value = try? JSONReader.read(result.body), value.object != nil else {
            throw LabError("\(url) answered \(result.status) with something that is no JSON object")
        }
        return value
    }
}
