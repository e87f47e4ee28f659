internal import Directory
internal import FoundationEssentials
internal import HTTP
internal import Pages
internal import Storage

/// The page a person lands on when no application asked: who they are here, and where they can go.
struct AccountFeature {
    let installation: Installation

    var routes: [Route] { [Route(.get, "/{tenant}/account", .person, account)] }

    private func account(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let tenant = snapshot.tenant.id
        let sessions = Sessions(installation: installation, tenant: tenant)
        guard let session = try await sessions.current(exchange.request), snapshot.stands(session.identity),
            let user = try await storing({ () async throws(StorageError) in
                try await installation.store.user(tenant, session.user)
            }), user.accountEnabled
        else { return try await signIn(exchange, at: snapshot) }
        let frame = PageFrames(installation: installation).frame(
            for: exchange.request, tenant: snapshot.tenant, uiLocales: [])
        let homeName = try await homeName(of: session.identity, at: snapshot)
        return accountPage(
            AccountPage(
                name: user.displayName, address: user.mail?.description ?? user.userPrincipalName,
                userType: user.userType.rawValue,
                homeName: homeName,
                applications: snapshot.applications.filter {
                    $0.isEnabled && $0.homepageURL != nil && !$0.requiresAssignment
                }
                .map { (name: $0.displayName, url: $0.homepageURL) },
                signOut: FormTarget(
                    action: "/\(tenant)/signout", token: SessionForms(installation: installation).token(session))),
            in: frame
        ).response()
    }

    private func homeName(of identity: ExternalIdentity, at snapshot: TenantSnapshot) async throws(Failure) -> String? {
        switch identity.kind {
        case .emailCode: return nil
        case .localMember: return snapshot.tenant.displayName
        default: break
        }
        if let partner = identity.partner.flatMap({ snapshot.partner($0) }) { return partner.displayName }
        let hosted = try await storing { () async throws(StorageError) in
            try await installation.settings.hostedTenants()
        }
        return hosted.first { $0.id.description == identity.homeTenant }?.displayName ?? identity.key.issuer
    }

    /// A sign-in that leads to this page and to no application.
    private func signIn(_ exchange: Exchange, at snapshot: TenantSnapshot) async throws(Failure) -> HTTPResponse {
        let signIn = SignIn(
            id: installation.newID(), startedAt: installation.now, formToken: installation.newFormToken())
        let turn = try await installation.turn(signIn, at: snapshot, exchange.request)
        return try await SignInFlow(installation: installation).proceed(turn)
    }
}
