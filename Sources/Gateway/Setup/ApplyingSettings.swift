internal import Cryptography
internal import Directory
internal import HTTP
internal import Issuing
internal import OAuth
internal import SAML
internal import Storage

/// Applications and partners: what becomes part of the settings version.
extension DeclarationPlan {
    mutating func decideApplications() async throws(DeclarationRefusal) {
        let before = applications
        var made: [(declared: DeclaredApplication, position: Int, secret: String?)] = []
        for declared in declaration.applications {
            let position: Int
            if let known = applications.firstIndex(where: { $0.displayName == declared.name }) {
                position = known
            } else {
                applications.append(try newApplication(declared))
                position = applications.count - 1
            }
            do throws(FileFault) {
                let secret = try change(&applications[position], declared)
                if let saml = declared.saml {
                    let (provider, metadata) = try await serviceProvider(
                        saml, before: applications[position].saml)
                    applications[position].saml = provider
                    note(
                        KnownPeer(applications[position]), isRead: metadata != nil,
                        cacheDuration: metadata?.cacheDuration,
                        validUntil: metadata?.validUntil)
                }
                if let party = declared.wsFederation {
                    applications[position].wsFederation = try relyingParty(
                        party, before: applications[position].wsFederation)
                }
                made.append((declared, position, secret))
            } catch {
                throw .fault(error)
            }
        }
        // Grants may name an application that the file declares further down.
        for (declared, position, secret) in made {
            do throws(FileFault) { try grant(declared, at: position) } catch { throw .fault(error) }
            let application = applications[position]
            let change: AppliedDeclaration.Change =
                position >= before.count ? .created : application == before[position] ? .unchanged : .updated
            if change != .unchanged { changedSettings.append(SettingsObject(application)) }
            items.append(
                AppliedDeclaration.Item(
                    "application", application.displayName, change,
                    [("client_id", application.appID.description), ("id", application.id.description)],
                    madeSecret: secret))
        }
        try refuseSharedIdentifiers()
    }

    private func newApplication(_ declared: DeclaredApplication) throws(DeclarationRefusal) -> Application {
        guard let kind = declared.kind else {
            throw .fault(declared.place.fault("names a new application, which needs a \"kind\""))
        }
        let usual: Application.Authentication =
            switch kind {
            // One that only speaks SAML or WS-Federation never asks for a token.
            case .web where declared.redirectURIs == nil && (declared.saml != nil || declared.wsFederation != nil):
                .privateKeyJWT
            case .web: .clientSecretBasic
            case .spa, .native: .none
            case .daemon: declared.isOnlyAPI ? .privateKeyJWT : .clientSecretBasic
            }
        let random = installation.environment.randomBytes
        return Application(
            id: .random(random), appID: .random(random), servicePrincipalID: .random(random),
            displayName: declared.name, kind: kind, authentication: usual)
    }

    /// Lays the declaration over the application. Answers a secret that it made.
    private func change(
        _ application: inout Application, _ declared: DeclaredApplication
    ) throws(FileFault) -> String? {
        if let kind = declared.kind { application.kind = kind }
        if let authentication = declared.authentication { application.authentication = authentication }
        if let enabled = declared.isEnabled { application.isEnabled = enabled }
        if let jwks = declared.jwks { application.jwks = jwks }
        if let homepage = declared.homepageURL {
            guard LandingURL(homepage, allowsLoopback: installation.isDevelopment) != nil else {
                throw declared.homepagePlace.fault("is no https address: \(homepage)")
            }
            application.homepageURL = homepage
        }
        if let algorithm = declared.signingAlgorithm { application.signingAlgorithm = algorithm }
        if let required = declared.requiresAssignment { application.requiresAssignment = required }
        if let isURI = declared.audienceIsIdentifierURI { application.audienceIsIdentifierURI = isURI }
        if let scopes = declared.scopes { application.scopes = scopes }
        if let emits = declared.emitsGroups { application.emitsGroups = emits }
        if let lifetime = declared.accessTokenLifetime { application.accessTokenLifetime = lifetime }
        if let lifetime = declared.refreshTokenLifetime { application.refreshTokenLifetime = lifetime }
        if let uris = declared.identifierURIs { application.identifierURIs = try uris.map(identifierURI) }
        if let roles = declared.roles { changeRoles(of: &application, to: roles) }
        try changeRedirects(of: &application, declared)
        return try changeCredentials(of: &application, declared)
    }

    private func changeRedirects(
        of application: inout Application, _ declared: DeclaredApplication
    ) throws(FileFault) {
        let kind = RegisteredClient.Kind(application.kind)
        func checked(_ uri: String, _ place: Declaration.Place) throws(FileFault) -> String {
            do throws(RedirectURIFault) {
                return try RedirectURI(uri, forKind: kind, allowsLoopback: installation.isDevelopment).description
            } catch {
                throw place.fault("is \(uri), which can't be registered. \(error)")
            }
        }
        if let uris = declared.redirectURIs {
            if application.kind == .daemon, let first = uris.first {
                throw first.place.fault("is for people, and a daemon has none")
            }
            var list: [String] = []
            for (uri, place) in uris { list.append(try checked(uri, place)) }
            application.redirectURIs = list
        }
        if let uris = declared.postLogoutRedirectURIs {
            var list: [String] = []
            for (uri, place) in uris { list.append(try checked(uri, place)) }
            application.postLogoutRedirectURIs = list
        }
    }

    private func changeCredentials(
        of application: inout Application, _ declared: DeclaredApplication
    ) throws(FileFault) -> String? {
        let place = declared.authenticationPlace
        switch (application.kind, application.authentication) {
        case (.spa, .none), (.native, .none), (.web, _): break
        case (.daemon, let method) where method != .none: break
        case (let kind, let method):
            throw place.fault("is \(method.rawValue), which an application of the kind \(kind.rawValue) can't be")
        }
        if let secrets = declared.secrets {
            let digests = secrets.map { Hex.encode(Digest.sha256(Array($0.utf8))) }
            if digests != application.secrets.map(\.digest) {
                application.secrets = zip(secrets, digests).map { secret, digest in
                    application.secrets.first { $0.digest == digest } ?? newSecret(secret)
                }
            }
        }
        switch application.authentication {
        case .clientSecretBasic, .clientSecretPost:
            guard application.secrets.isEmpty else { return nil }
            let secret = installation.newSecret()
            application.secrets = [newSecret(secret)]
            return secret
        case .privateKeyJWT where application.jwks == nil && !application.redirectURIs.isEmpty:
            throw place.fault("is private_key_jwt, which needs \"jwks\"")
        case .privateKeyJWT, .none: return nil
        }
    }

    private func newSecret(_ secret: String) -> Application.ClientSecret {
        let id: Directory.ID<Application.ClientSecret> = .random(installation.environment.randomBytes)
        return Application.ClientSecret(
            keyID: id.description, hint: String(secret.prefix(3)),
            digest: Hex.encode(Digest.sha256(Array(secret.utf8))), expiresAt: nil)
    }

    /// A role keeps its id as long as it has its value.
    private func changeRoles(of application: inout Application, to roles: [DeclaredApplication.Role]) {
        application.roles = roles.map { role in
            Application.Role(
                id: application.roles.first { $0.value == role.value }?.id
                    ?? .random(installation.environment.randomBytes),
                value: role.value, displayName: role.displayName, allowedMemberTypes: role.allowedMemberTypes)
        }
    }

    private func identifierURI(_ uri: String, _ place: Declaration.Place) throws(FileFault) -> String {
        guard !ManagementAPI.identifiers(base: installation.base).contains(uri) else {
            throw place.fault("is \(uri), which names the management API")
        }
        let isAPI = uri.hasPrefix("api://") && uri.utf8.count > 6 && uri.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard uri.utf8.count <= 256, isAPI || HTTPURL(uri)?.scheme == .https else {
            throw place.fault("is \(uri), which begins neither with api:// nor with https://")
        }
        return uri
    }

    private func refuseSharedIdentifiers() throws(DeclarationRefusal) {
        var owners: [String: Application.ID] = [:]
        for application in applications {
            let names =
                application.identifierURIs.map { ("identifier URI", $0) }
                + [application.saml.map { ("entityID", $0.entityID) }].compactMap(\.self)
                + [application.wsFederation.map { ("realm", $0.realm) }].compactMap(\.self)
            for (what, name) in names {
                let key = "\(what) \(name)"
                if let other = owners[key], other != application.id {
                    let declared = declaration.applications.last { $0.name == application.displayName }
                    let sentence = "has the \(what) \(name), which another application has too"
                    if let declared { throw .fault(declared.place.fault(sentence)) }
                    throw .storage(.refused("\(application.displayName) \(sentence)"))
                }
                owners[key] = application.id
            }
        }
    }

    // MARK: Grants

    private mutating func grant(_ declared: DeclaredApplication, at position: Int) throws(FileFault) {
        if let grants = declared.adminGrants {
            var list: [Application.AdminGrant] = []
            for grant in grants {
                let resource = try resource(grant.resource)
                for scope in grant.scopes where !resource.scopes.contains(where: { $0.value == scope }) {
                    throw grant.resource.place.fault("is \(grant.resource.name), which has no scope \(scope)")
                }
                list.append(Application.AdminGrant(resource: resource.appID, scopes: grant.scopes))
            }
            applications[position].adminGrants = list
        }
        if let grants = declared.roleGrants {
            var list: [Application.RoleGrant] = []
            for grant in grants {
                let resource = try resource(grant.resource)
                let role = resource.roles.first { $0.value == grant.role }
                guard let role, role.allowedMemberTypes.contains(.application) else {
                    throw grant.resource.place.fault(
                        "is \(grant.resource.name), which has no role \(grant.role) for applications")
                }
                list.append(Application.RoleGrant(resource: resource.appID, role: grant.role))
            }
            applications[position].roleGrants = list
        }
    }

    private func resource(_ reference: DeclaredApplication.ResourceReference) throws(FileFault) -> Application {
        let name = reference.name
        if ManagementAPI.identifiers(base: installation.base).contains(name) || name == "graph" {
            return ManagementAPI.application(base: installation.base)
        }
        let found = applications.first {
            $0.displayName == name || $0.appID.description == name || $0.identifierURIs.contains(name)
        }
        guard let found else { throw reference.place.fault("is \"\(name)\", and there is no such application") }
        return found
    }
}
