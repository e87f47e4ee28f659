internal import Cryptography
package import Directory
package import FoundationEssentials
internal import HTTP
internal import JSON
internal import OAuth
package import Storage

/// Why an application's registration was not taken.
package struct RegistrationFault: Error, Sendable {
    /// For whoever wrote it.
    package let sentence: String
}

extension Installation {
    /// Publishes settings over the version that the caller decided over, with what belongs into the same commit.
    ///
    /// - Returns: Whether that version was still in force; if not, nothing was written.
    package func publish(
        _ changes: [SettingsObject], over snapshot: TenantSnapshot, by author: String, with steps: [Step]
    ) async throws(StorageError) -> Bool {
        let tenant = snapshot.tenant.id
        let isApplied = try await store.applies(
            Step.publish(changes, in: tenant, over: snapshot.version, by: author, at: now) + steps)
        settings.forget(tenant)
        return isApplied
    }

    /// Checks what an application says of itself: addresses that may be returned to, and names that nobody else has.
    package func checkRegistration(
        _ application: Application, in snapshot: TenantSnapshot
    ) throws(RegistrationFault) {
        for uri in application.redirectURIs + application.postLogoutRedirectURIs {
            do throws(RedirectURIFault) {
                _ = try RedirectURI(
                    uri, forKind: RegisteredClient.Kind(application.kind), allowsLoopback: isDevelopment)
            } catch {
                throw RegistrationFault(sentence: "The redirect URI \(uri) can't be registered. \(error)")
            }
        }
        if let homepage = application.homepageURL, LandingURL(homepage, allowsLoopback: isDevelopment) == nil {
            throw RegistrationFault(sentence: "homePageUrl must be an https address.")
        }
        for uri in application.identifierURIs {
            let isAPI =
                uri.hasPrefix("api://") && uri.utf8.count > 6 && uri.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            guard uri.utf8.count <= 256, isAPI || HTTPURL(uri)?.scheme == .https else {
                throw RegistrationFault(
                    sentence: "The identifier URI \(uri) begins neither with api:// nor with https://.")
            }
            let owner = snapshot.application(resource: uri)
            guard owner == nil || owner?.id == application.id else {
                throw RegistrationFault(
                    sentence: "Another object with the same value for property identifierUris already exists.")
            }
        }
    }

    /// A secret for a client, made now: told once, and kept as its digest.
    package func newClientSecret(
        expiresAt: Date?
    ) -> (text: String, secret: Application.ClientSecret) {
        let text = newSecret()
        let id: Directory.ID<Application.ClientSecret> = .random(environment.randomBytes)
        return (
            text,
            Application.ClientSecret(
                keyID: id.description, hint: String(text.prefix(3)),
                digest: Hex.encode(Digest.sha256(Array(text.utf8))), expiresAt: expiresAt)
        )
    }
}

extension SettingsObject {
    /// What tells one version of the object from another.
    package var digest: String {
        Hex.encode(Array(Digest.sha256(JSONWriter.write(body ?? .null)).prefix(8)))
    }
}

extension Installation {
    /// Whether people may be sent there: an https address, or plain http to loopback while developing.
    package func isLandingPage(_ url: String) -> Bool { LandingURL(url, allowsLoopback: isDevelopment) != nil }
}
