internal import JSON
internal import Outbound

/// Asks a provider's userinfo endpoint (OpenID Connect Core §5.3). What it says counts only for the `sub` it names.
struct UserInfoRequest {
    let endpoint: String
    let policy: EgressPolicy
    let fetch: PartnerFetch

    static let maximumBytes = 256 * 1024

    func claims(_ accessToken: String) async throws(UpstreamError) -> Claims {
        guard accessToken.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .tokenResponseMalformed("its access token holds what no header may")
        }
        let answer: FetchResult
        do throws(FetchError) {
            answer = try await fetch.send(
                FetchRequest(
                    .get, endpoint,
                    fields: [("Authorization", "Bearer \(accessToken)"), ("Accept", "application/json")],
                    maximumBytes: Self.maximumBytes), policy)
        } catch {
            throw .unreachable(error, asking: "userinfo endpoint")
        }
        guard answer.status == 200 else { throw .userInfoMalformed("its status is \(answer.status)") }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONReader.read(answer.body, limits: JSONLimits(bytes: Self.maximumBytes, depth: 32))
        } catch {
            throw .userInfoMalformed("\(error)")
        }
        guard case .object(let object) = value else { throw .userInfoMalformed("it is \(value.kind), not an object") }
        return Claims(object)
    }
}
