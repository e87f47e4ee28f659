package import Cryptography
package import Directory
package import FoundationEssentials
package import Outbound
internal import SAML

/// What a partner's metadata says that a connection keeps: where to send people, and what answers are signed with.
package struct FederationMetadata: Sendable, Equatable {
    package var issuer: String
    package var signInURL: String
    package var signInBinding: FederationConnection.Binding
    /// The first of each binding.
    package var signInURLs: [FederationConnection.Binding: String]
    package var logoutURL: String?
    package var logoutBinding: FederationConnection.Binding
    package var logoutResponseURL: String?
    /// Base64 DER, each.
    package var signingCertificates: [String]
    package var wantsSignedRequests: Bool
    package var validUntil: Date?
    /// Seconds.
    package var cacheDuration: Double?
    /// What was left out, and why.
    package var warnings: [String]

    /// An aggregate is for the import command, in a process of its own.
    package static let maximumBytes = 2 * 1024 * 1024

    /// - Parameters:
    ///   - issuer: Whose metadata it must be; nil: whoever's it is.
    ///   - signer: The pinned certificate; nil: the place it came from vouches for it.
    package init(
        _ bytes: [UInt8], kind: Partner.Kind, issuer: String?, signer: Certificate?, now: Date
    ) throws(UpstreamError) {
        let metadata: SAMLMetadata
        do throws(SAMLRejection) {
            let signers: [VerificationKey]? = try signer.map { certificate throws(SAMLRejection) in
                guard let key = try? certificate.publicKey() else {
                    throw SAMLRejection(.weakKey, "The pinned signer's key can't be used.")
                }
                return [key]
            }
            metadata = try SAMLMetadata.read(bytes, entityID: issuer, signers: signers, now: now)
        } catch {
            throw .assertion(error)
        }
        self.issuer = metadata.entityID
        validUntil = metadata.validUntil
        cacheDuration = metadata.cacheDuration
        warnings = metadata.warnings
        logoutURL = nil
        logoutBinding = .redirect
        logoutResponseURL = nil
        signInBinding = .redirect
        let keys: SAMLKeys
        if kind == .wsFederation {
            guard let role = metadata.federationRoles.first(where: { $0.kind == .securityTokenService }),
                let endpoint = role.passiveEndpoints.first
            else { throw .metadataMalformed("it describes no security token service with a passive endpoint") }
            signInURL = endpoint
            signInURLs = [.redirect: endpoint]
            logoutURL = endpoint
            wantsSignedRequests = false
            keys = role.keys
        } else {
            guard let role = metadata.identityProvider else {
                throw .metadataMalformed("it describes no SAML 2.0 identity provider")
            }
            guard let endpoint = role.singleSignOn.first(.redirect) ?? role.singleSignOn.first(.post) else {
                throw .metadataMalformed("no single sign-on endpoint takes a redirect or a POST")
            }
            signInURL = endpoint.location
            signInBinding = endpoint.binding == .post ? .post : .redirect
            signInURLs = [:]
            signInURLs[.redirect] = role.singleSignOn.first(.redirect)?.location
            signInURLs[.post] = role.singleSignOn.first(.post)?.location
            if let logout = role.singleLogout.first(.redirect) ?? role.singleLogout.first(.post) {
                logoutURL = logout.location
                logoutBinding = logout.binding == .post ? .post : .redirect
                logoutResponseURL = logout.responseLocation
            }
            wantsSignedRequests = role.wantsAuthnRequestsSigned
            keys = role.keys
        }
        signingCertificates = keys.signing.compactMap { $0.certificate.map { Base64.encode($0.der) } }
        guard !signingCertificates.isEmpty else {
            throw .metadataMalformed("it holds no signing certificate that can be used")
        }
    }
}

extension FederationConnection {
    /// The connection as the metadata says now. What metadata does not speak of stays, and so does what is written by
    /// hand.
    package mutating func adopt(_ metadata: FederationMetadata) {
        issuer = metadata.issuer
        if !byHand.contains(.signInBinding) { signInBinding = metadata.signInBinding }
        if !byHand.contains(.signInURL) { signInURL = metadata.signInURLs[signInBinding] ?? metadata.signInURL }
        if !byHand.contains(.logoutURL) {
            logoutURL = metadata.logoutURL
            logoutResponseURL = metadata.logoutResponseURL
        }
        if !byHand.contains(.logoutBinding) { logoutBinding = metadata.logoutBinding }
        if !byHand.contains(.signingCertificates) { signingCertificates = metadata.signingCertificates }
        if metadata.wantsSignedRequests, !byHand.contains(.signsRequests) { signsRequests = true }
    }
}

extension UpstreamProviders {
    /// Fetches a partner's metadata.
    ///
    /// - Parameter signer: The pinned certificate, base64 DER; nil: TLS vouches for the document.
    package func federationMetadata(
        at url: String, kind: Partner.Kind, issuer: String?, signer: String?, policy: EgressPolicy, now: Date
    ) async throws(UpstreamError) -> FederationMetadata {
        let document = try await metadataDocument(at: url, entityID: issuer, signer: signer, policy: policy)
        var certificate: Certificate?
        if let signer, !document.isVerified {
            guard let der = Base64.decode(signer), let read = try? Certificate(der: der) else {
                throw .misconfigured("the certificate that metadata must be signed with can't be read")
            }
            certificate = read
        }
        return try FederationMetadata(document.bytes, kind: kind, issuer: issuer, signer: certificate, now: now)
    }

    /// Fetches a metadata document.
    ///
    /// - Parameters:
    ///   - entityID: Whose metadata it must hold; needed where that is one of thousands.
    ///   - signer: The pinned certificate, base64 DER.
    /// - Returns: The document, and whether the signer's signature over it was verified on the way.
    package func metadataDocument(
        at url: String, entityID: String?, signer: String? = nil, policy: EgressPolicy
    ) async throws(UpstreamError) -> (bytes: [UInt8], isVerified: Bool) {
        let answer: FetchResult
        do throws(FetchError) {
            answer = try await fetch.send(Self.request(url), policy)
        } catch .tooLarge {
            return (try await entity(entityID, at: url, signer: signer, policy: policy), signer != nil)
        } catch {
            throw .unreachable(error, asking: "metadata")
        }
        try Self.requireSuccess(answer, at: url)
        return (answer.body, false)
    }

    /// One entity of an aggregate, which never is in this process's memory.
    private func entity(
        _ entityID: String?, at url: String, signer: String?, policy: EgressPolicy
    ) async throws(UpstreamError) -> [UInt8] {
        guard let entityID else {
            throw .metadataMalformed("\(shown(url)) is a federation's; say by the issuer whose metadata is meant")
        }
        let file: TemporaryFile
        let answer: FetchResult
        do throws(FetchError) {
            file = try TemporaryFile()
            var request = Self.request(url)
            (request.file, request.maximumBytes) = (file.descriptor, LargeMetadata.maximumBytes)
            request.timeout = LargeMetadata.timeout
            answer = try await fetch.send(request, policy)
        } catch {
            throw .unreachable(error, asking: "metadata")
        }
        try Self.requireSuccess(answer, at: url)
        switch await large.entity(entityID, file.descriptor, signer) {
        case .success(let bytes): return bytes
        case .failure(let rejection): throw .assertion(rejection)
        }
    }

    private static func request(_ url: String) -> FetchRequest {
        FetchRequest(
            .get, url, fields: [("Accept", "application/samlmetadata+xml, application/xml, text/xml")],
            timeout: .seconds(10), maximumBytes: FederationMetadata.maximumBytes)
    }

    private static func requireSuccess(_ answer: FetchResult, at url: String) throws(UpstreamError) {
        guard answer.status == 200 else {
            throw .metadataMalformed("\(shown(url)) was answered with status \(answer.status)")
        }
    }
}
