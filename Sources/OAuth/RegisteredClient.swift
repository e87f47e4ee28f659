package import Cryptography
package import FoundationEssentials

/// The view of an application that these rules need. Built by Gateway from the settings.
package struct RegisteredClient: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case web, spa, native, daemon
    }

    /// The one registered method (`token_endpoint_auth_method`, RFC 7591 §2).
    package enum Authentication: String, Sendable, Hashable, CaseIterable {
        case secretBasic = "client_secret_basic"
        case secretPost = "client_secret_post"
        case privateKeyJWT = "private_key_jwt"
        case none
    }

    /// A secret that we made: SHA-256 of its 256 random bits' text form.
    package struct SecretDigest: Sendable, Hashable {
        package var keyID: String
        package var digest: [UInt8]
        package var expiresAt: Date?

        package init(keyID: String, digest: [UInt8], expiresAt: Date?) {
            self.keyID = keyID
            self.digest = digest
            self.expiresAt = expiresAt
        }
    }

    package var appID: String
    package var kind: Kind
    package var authentication: Authentication
    package var isEnabled: Bool
    package var redirectURIs: [String]
    package var postLogoutRedirectURIs: [String]
    package var secretDigests: [SecretDigest]

    package init(
        appID: String, kind: Kind, authentication: Authentication, isEnabled: Bool = true, redirectURIs: [String] = [],
        postLogoutRedirectURIs: [String] = [], secretDigests: [SecretDigest] = []
    ) {
        self.appID = appID
        self.kind = kind
        self.authentication = authentication
        self.isEnabled = isEnabled
        self.redirectURIs = redirectURIs
        self.postLogoutRedirectURIs = postLogoutRedirectURIs
        self.secretDigests = secretDigests
    }

    /// RFC 6749 §2.1: whether it can't keep a credential.
    package var isPublic: Bool { authentication == .none }

    package enum SecretVerdict: Sendable, Hashable {
        case valid(keyID: String)
        case expired(keyID: String)
        case wrong
    }

    /// Compares with every registered secret, in a time that does not depend on which one fits.
    package func check(_ secret: Secret, at now: Date) -> SecretVerdict {
        let digest = secret.withBytes { Digest.sha256($0) }
        var fitting: SecretDigest?
        for registered in secretDigests where constantTimeEqual(registered.digest, digest) { fitting = registered }
        guard let fitting else { return .wrong }
        if let expiresAt = fitting.expiresAt, expiresAt <= now { return .expired(keyID: fitting.keyID) }
        return .valid(keyID: fitting.keyID)
    }

    /// Which grants an application of this kind may use. `client_credentials` needs a credential; a daemon has no
    /// person to send anywhere.
    package func allows(_ grantType: String) -> Bool {
        switch grantType {
        case "authorization_code", "refresh_token": kind != .daemon
        case "client_credentials": !isPublic && kind != .spa
        default: false
        }
    }
}
