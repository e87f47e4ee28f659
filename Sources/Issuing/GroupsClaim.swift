internal import Cryptography
internal import Directory
internal import JSON

/// As many groups as fit a token; with more, the token says where to ask instead (Entra's limit for JWTs).
let groupsLimit = 200

/// `groups`, or with too many the pointer of OpenID Connect Core §5.6.2 (distributed claims) to the directory.
func writeGroups(
    _ groups: [Group.ID], of user: User.ID, base: String, to writer: inout JSONWriter
) {
    guard groups.count > groupsLimit else {
        writer.member("groups", ifAny: groups.map(\.description))
        return
    }
    writer.object("_claim_names") { $0.member("groups", "src1") }
    writer.object("_claim_sources") { writer in
        writer.object("src1") { $0.member("endpoint", "\(base)/graph/v1.0/users/\(user)/getMemberObjects") }
    }
}

/// `uti` and `jti` as Entra writes them: base64url.
func uniqueTokenID(_ bytes: [UInt8]) -> String { Base64URL.encode(bytes) }
