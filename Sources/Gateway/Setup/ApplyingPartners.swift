internal import Cryptography
internal import Directory
internal import HTTP
internal import Issuing
internal import Storage
internal import Upstream

/// Partners, with the secrets that we present to them.
extension DeclarationPlan {
    mutating func decidePartners() async throws(DeclarationRefusal) {
        for declared in declaration.partners {
            let known = partners.firstIndex { $0.name == declared.name }
            let before = known.map { partners[$0] }
            var partner =
                before
                ?? Partner(
                    id: .random(installation.environment.randomBytes), name: declared.name,
                    displayName: declared.displayName ?? declared.name, connection: .emailCode)
            let isSecretNew: Bool
            var metadata: FederationMetadata?
            do throws(FileFault) {
                if case .federation(let federation) = declared.connection {
                    (partner.connection, metadata) = try await self.federation(federation, before: before)
                } else {
                    partner.connection = try connection(declared, before: before)
                }
            } catch {
                throw .fault(error)
            }
            isSecretNew = try await changeSecret(of: partner, declared)
            if let name = declared.displayName { partner.displayName = name }
            if let domains = declared.domains { partner.domains = domains }
            if let enabled = declared.isEnabled { partner.isEnabled = enabled }
            if let offered = declared.isOffered { partner.isOffered = offered }
            if let lifetime = declared.proofLifetime { partner.proofLifetime = lifetime }
            if let known { partners[known] = partner } else { partners.append(partner) }
            try refuseSharedDomains(partner, declared)
            try refuseSharedIssuer(partner, declared)
            note(
                KnownPeer(partner), isRead: metadata != nil, cacheDuration: metadata?.cacheDuration,
                validUntil: metadata?.validUntil)
            if let federation = partner.federation {
                do {
                    steps += try await installation.partnerDomainSteps(
                        partner, at: federation.signInURL, in: tenant.id, asOperator: asOperator)
                } catch {
                    throw .storage(error)
                }
            }
            let change: AppliedDeclaration.Change =
                before == nil ? .created : partner == before && !isSecretNew ? .unchanged : .updated
            if partner != before { changedSettings.append(SettingsObject(partner)) }
            if let before, before.isEnabled != partner.isEnabled {
                steps += installation.containmentSteps(partner, in: tenant.id)
            }
            var facts = [(name: "id", value: partner.id.description)]
            let root = "\(installation.base)/\(tenant.id)/federation/\(partner.name)"
            switch partner.kind {
            case .oidc, .google, .microsoftAccount, .entra, .facebook, .apple, .gitHub, .linkedIn:
                facts.append((name: "callback", value: "\(root)/callback"))
            case .saml, .wsFederation: facts.append((name: "metadata", value: "\(root)/metadata"))
            case .tenant, .emailCode, .localMember: break
            }
            items.append(AppliedDeclaration.Item("partner", partner.name, change, facts))
        }
    }

    private func connection(
        _ declared: DeclaredPartner, before: Partner?
    ) throws(FileFault) -> Partner.Connection {
        switch declared.connection {
        case .emailCode, .federation: return .emailCode
        case .tenant(let home): return try self.home(home, named: declared.name, before: before)
        case .provider(let provider):
            return .provider(try self.provider(provider, named: declared.name, before: before))
        case .oidc(let oidc):
            guard let url = HTTPURL(oidc.issuer), url.query == nil, url.fragment == nil,
                url.scheme == .https || (installation.isDevelopment && url.isLoopback)
            else { throw oidc.issuerPlace.fault("is \(oidc.issuer), which is no https address") }
            var old: Partner.OIDCConnection?
            if case .oidc(let connection)? = before?.connection { old = connection }
            let method =
                oidc.clientAuthentication
                ?? (oidc.clientSecret == nil ? old?.clientAuthentication ?? .privateKeyJWT : .clientSecretBasic)
            let secretName = method == .privateKeyJWT ? nil : "partner/\(declared.name)/client_secret"
            if secretName != nil, oidc.clientSecret == nil, old?.secretName == nil {
                throw oidc.secretPlace.fault("is missing, and \(method.rawValue) needs it")
            }
            if secretName == nil, oidc.clientSecret != nil {
                throw oidc.secretPlace.fault("is of no use with private_key_jwt")
            }
            var connection =
                old
                ?? Partner.OIDCConnection(
                    issuer: oidc.issuer, clientID: oidc.clientID, clientAuthentication: method, secretName: secretName)
            connection.issuer = oidc.issuer
            connection.clientID = oidc.clientID
            connection.clientAuthentication = method
            connection.secretName = secretName
            if let scopes = oidc.scopes { connection.scopes = scopes }
            if let algorithms = oidc.algorithms { connection.algorithms = algorithms }
            if let uses = oidc.usesUserInfo { connection.usesUserInfo = uses }
            if let claims = oidc.claims { connection.claims = claims }
            if let trusts = oidc.trustsVerifiedEmail { connection.trustsVerifiedEmail = trusts }
            return .oidc(connection)
        }
    }

    /// Stores the declared secret unless it is the one that is stored.
    private mutating func changeSecret(
        of partner: Partner, _ declared: DeclaredPartner
    ) async throws(DeclarationRefusal) -> Bool {
        guard let name = partner.secretName, let secret = declared.secret else { return false }
        let place = SecretRecord.associatedData(tenant.id, name)
        if !isNew {
            let stored: SecretRecord?
            do { stored = try await installation.store.secret(tenant.id, name: name) } catch { throw .storage(error) }
            if let stored, let known = try? installation.masterKey.unwrap(stored.wrapped, associatedData: place),
                known == secret
            {
                return false
            }
        }
        let wrapped = installation.masterKey.wrap(
            secret, associatedData: place, environment: installation.environment)
        steps.append(.putSecret(SecretRecord(tenant: tenant.id, name: name, wrapped: wrapped)))
        return true
    }

    /// People are found by their issuer and their subject there, and a SAML or WS-Federation partner gives itself its
    /// name: it may bear neither another partner's nor one of ours.
    private func refuseSharedIssuer(_ partner: Partner, _ declared: DeclaredPartner) throws(DeclarationRefusal) {
        let base = installation.base
        if let issuer = partner.federation?.issuer {
            guard issuer != EmailOneTimeCode.issuer, issuer != base, !issuer.hasPrefix(base + "/") else {
                throw .fault(declared.place.fault("has the issuer \(issuer), which is a name of this installation"))
            }
        }
        guard let issuer = partner.issuer else { return }
        let other = partners.first {
            $0.id != partner.id && $0.issuer == issuer && ($0.federation != nil || partner.federation != nil)
        }
        if let other {
            throw .fault(declared.place.fault("has the issuer \(issuer), which the partner \(other.name) has too"))
        }
    }

    /// An address leads to one home.
    private func refuseSharedDomains(_ partner: Partner, _ declared: DeclaredPartner) throws(DeclarationRefusal) {
        for domain in partner.domains {
            if tenant.domains.contains(domain) {
                throw .fault(declared.place.fault("has the domain \(domain), which is this organisation's own"))
            }
            if let other = partners.first(where: { $0.id != partner.id && $0.domains.contains(domain) }) {
                throw .fault(
                    declared.place.fault("has the domain \(domain), which the partner \(other.name) has too"))
            }
        }
    }
}

extension Partner {
    /// Of the identities that it vouches for, where its setting says.
    fileprivate var issuer: String? {
        switch connection {
        case .oidc(let connection): connection.issuer
        case .saml(let federation), .wsFederation(let federation): federation.issuer
        case .tenant, .provider, .emailCode: nil
        }
    }
}
