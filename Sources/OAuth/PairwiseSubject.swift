package import Cryptography

/// A subject that only one application knows (OIDC Core §8.1): HMAC-SHA-256 under the tenant's pairwise key, in base64url.
///
/// - Parameters:
///   - key: The tenant's, of 256 bits, never rotated: a new key would make everyone a stranger.
///   - sector: The application's own client id, for good (as in Entra).
///   - user: The user's object id.
package func pairwiseSubject(key: Secret, sector: String, user: [UInt8]) -> String {
    // The sector's length goes first, so that no sector and user run together into another pair.
    let sector = Array(sector.utf8)
    let length = UInt32(truncatingIfNeeded: sector.count)
    var message = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) }
    message += sector
    message += user
    return Base64URL.encode(MAC.hmac(.sha256, key: key, message))
}

/// Entra's `client_info`, which MSAL asks for to name the account in its cache: base64url of
/// `{"uid":"<oid>","utid":"<tid>"}`. Both are GUIDs, so nothing needs escaping.
package func clientInfo(user: String, tenant: String) -> String {
    precondition(
        (user + tenant).utf8.allSatisfy { isUnreserved($0) }, "client_info is made of two identifiers, not of free text"
    )
    return Base64URL.encode(Array(#"{"uid":"\#(user)","utid":"\#(tenant)"}"#.utf8))
}
