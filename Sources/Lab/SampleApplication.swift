internal import Cryptography

/// One of the registered applications that we play: where it lives, and how it proves itself to its organisation.
struct SampleApplication: Sendable {
    let name: String
    let tenant: LabScene.Tenant
    let clientID: String
    let clientSecret: Secret?
    /// `client_secret_basic`, `client_secret_post` or `none`.
    let authentication: String
    let redirectURI: String
    let postLogoutRedirectURI: String?
    /// Where its pages are: empty, or `/supplier`.
    let path: String
    let look: LabPage.Look
    let lead: String

    /// Its first page.
    var home: String { path.isEmpty ? "/" : path }

    /// In names of cookies.
    var key: String { path.isEmpty ? "app" : String(path.dropFirst()) }

    /// The applications whose registered redirect URI is `…/callback` of ours; others are for scripts and devices.
    static func all(in scene: LabScene) -> [SampleApplication] {
        var samples: [SampleApplication] = []
        for application in scene.applications {
            guard application.authentication != "private_key_jwt",
                let uri = application.redirectURIs.first(where: { $0.hasPrefix(scene.origin + "/") }),
                uri.hasSuffix("/callback")
            else { continue }
            let path = String(uri.dropFirst(scene.origin.count).dropLast("/callback".count))
            guard !["/mailbox", "/accounts", "/northwind"].contains(path), !samples.contains(where: { $0.path == path })
            else { continue }
            let isHost = application.tenant.id == scene.tenants.first?.id
            samples.append(
                SampleApplication(
                    name: application.name, tenant: application.tenant, clientID: application.clientID,
                    clientSecret: application.clientSecret, authentication: application.authentication,
                    redirectURI: uri,
                    postLogoutRedirectURI: application.postLogoutRedirectURIs.first {
                        $0.hasPrefix(scene.origin + "/")
                    },
                    path: path, look: isHost ? (path.isEmpty ? .fresh : .rust) : .violet,
                    lead: isHost
                        ? "An application of \(application.tenant.name). Partners and suppliers come in with the "
                            + "identity they already have: no new account, no new password."
                        : "An application of \(application.tenant.name), for its own people."))
        }
        return samples
    }

    /// The Authorization field for the token endpoint, and what goes into the body instead (RFC 6749 §2.3.1).
    var credential: (authorization: String?, fields: [(String, String)]) {
        let id = [("client_id", clientID)]
        guard let clientSecret else { return (nil, id) }
        let secret = clientSecret.withBytes { String(decoding: $0, as: UTF8.self) }
        if authentication == "client_secret_post" { return (nil, id + [("client_secret", secret)]) }
        return ("Basic " + Base64.encode(Array("\(formEncoded(clientID)):\(formEncoded(secret))".utf8)), [])
    }
}
