internal import Cryptography
package import Directory
internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import Pages
package import Storage

/// The first administrator: a link of 256 bits, for a day, that makes a member with a password and the role Global
/// Administrator. Until somebody has that role, nothing but this page and the health checks answers.
struct ClaimFeature {
    static let purpose = "claim"
    static let lifetime: Double = 24 * 3_600

    let installation: Installation

    var routes: [Route] {
        [Route(.get, "/{tenant}/claim", .person, show), Route(.post, "/{tenant}/claim", .person, claim)]
    }

    private func show(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let text = try exchange.query().text("link")
        _ = try await link(text, at: snapshot)
        return page(exchange, snapshot, text, problem: nil)
    }

    private func claim(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let form = try exchange.form()
        let text = try form.text("token")
        let (link, secret) = try await link(text, at: snapshot)
        try FormGuard(installation: installation).check(form, token: text, exchange.request)
        guard let address = EmailAddress(try form.text("email").trimmedASCII),
            snapshot.tenant.domains.contains(address.domain)
        else {
            let domains = snapshot.tenant.domains.map(\.description).joined(separator: " or ")
            return page(
                exchange, snapshot, text,
                problem: FieldProblem(
                    field: "email", message: "The name must be an address in \(domains)."))
        }
        let password = try form.text("password")
        if let problem = Self.problem(with: password, repeated: try form.text("confirm")) {
            return page(exchange, snapshot, text, problem: problem)
        }
        let name = try form.text("name").trimmedASCII
        let hash = await PasswordHash.make(Secret(utf8: password), environment: installation.environment)
        let tenant = snapshot.tenant.id
        let (user, steps) = installation.memberSteps(
            tenant, name: address, displayName: name.isEmpty ? address.description : name, passwordHash: hash,
            roles: [.globalAdministrator])
        let take = Step.takeLink(
            link.id, purpose: Self.purpose, secretDigest: Digest.sha256(secret), in: tenant, at: installation.now)
        let others = Step.discardLinks(purpose: Self.purpose, in: tenant)
        let audit = installation.audit(
            "Add member to role", category: "RoleManagement", in: tenant,
            actor: AuditParty(user: nil, name: "claim link"), targets: [AuditParty(user: user.id, name: name)])
        do {
            guard try await installation.store.applies([take, others] + steps + [audit]) else {
                throw Failure.refused(.invitationUnknown)
            }
        } catch let failure as Failure {
            throw failure
        } catch let error as StorageError {
            if case .conflict = error {
                return page(
                    exchange, snapshot, text,
                    problem: FieldProblem(
                        field: "email", message: "There is a member with this name already."))
            }
            throw .storage(error)
        } catch {
            throw .ours("\(error)")
        }
        installation.claims.forget()
        return .redirect(to: "/\(tenant)/account")
    }

    /// NIST SP 800-63B §5.1.1: length, and nothing about kinds of characters.
    private static func problem(with password: String, repeated: String) -> FieldProblem? {
        if password.utf8.count < 12 {
            return FieldProblem(field: "password", message: "Use at least 12 characters.")
        }
        if password.utf8.count > 256 {
            return FieldProblem(field: "password", message: "Use at most 256 characters.")
        }
        return password == repeated
            ? nil : FieldProblem(field: "confirm", message: "The two passwords are not the same.")
    }

    private func link(_ text: String, at snapshot: TenantSnapshot) async throws(Failure) -> (OneTimeLink, [UInt8]) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let idBytes = Base64URL.decode(String(parts[0])),
            let id = OneTimeLink.ID(bytes: idBytes), let secret = Base64URL.decode(String(parts[1]))
        else { throw .refused(.invitationUnknown) }
        let found = try await storing { () async throws(StorageError) in
            try await installation.store.oneTimeLink(snapshot.tenant.id, purpose: Self.purpose, id)
        }
        guard let found, constantTimeEqual(found.secretDigest, Digest.sha256(secret)), found.takenAt == nil,
            found.expiresAt > installation.now
        else { throw .refused(.invitationUnknown) }
        return (found, secret)
    }

    private func page(
        _ exchange: Exchange, _ snapshot: TenantSnapshot, _ text: String, problem: FieldProblem?
    ) -> HTTPResponse {
        let frame = PageFrames(installation: installation).frame(
            for: exchange.request, tenant: snapshot.tenant, uiLocales: [])
        return claimPage(
            ClaimPage(
                base: installation.base, domain: snapshot.tenant.initialDomain.description, address: nil,
                target: FormTarget(action: "/\(snapshot.tenant.id)/claim", token: text), problem: problem),
            in: frame
        ).response()
    }
}

extension Installation {
    /// A fresh claim link for the tenant. Others that are open stay so until one of them is taken.
    package func newClaimLink(_ tenant: Tenant.ID) async throws(StorageError) -> String {
        let (step, url) = claimLink(tenant)
        try await store.commit([step])
        return url
    }

    /// Mails a fresh claim link.
    package func mailClaimLink(to address: EmailAddress, of tenant: Tenant) async throws(StorageError) {
        let (step, url) = claimLink(tenant.id)
        let content = claimMail(organization: tenant.displayName, url: url)
        try await store.commit([step, .enqueueMail(outgoingMail(to: address, content, from: tenant))])
        wakeOutbox()
    }

    private func claimLink(_ tenant: Tenant.ID) -> (step: Step, url: String) {
        let secret = environment.randomBytes(32)
        let link = OneTimeLink(
            tenant: tenant, purpose: ClaimFeature.purpose, id: newID(), secretDigest: Digest.sha256(secret), user: nil,
            expiresAt: now.addingTimeInterval(ClaimFeature.lifetime))
        return (
            .insertLink(link),
            "\(base)/\(tenant)/claim?link=\(Base64URL.encode(link.id.bytes)).\(Base64URL.encode(secret))"
        )
    }
}
