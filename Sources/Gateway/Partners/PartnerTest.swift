internal import Access
internal import Cryptography
package import Directory
package import FoundationEssentials
internal import HTTP
internal import Pages
package import Storage
internal import Synchronization
package import Upstream

/// What walking a sign-in at a partner showed.
package struct PartnerTestResult: Sendable {
    /// A claim as it arrived, and what it stands for.
    package struct Claim: Sendable {
        package let name: String
        package let values: [String]
        package let properties: [String]
    }

    package let partner: Partner
    package let at: Date
    /// The rule that refused it, and why; nil: it would be accepted.
    package let refusal: (rule: String, cause: String)?
    /// Every comparison until then, in order.
    package let checks: [Check]
    package let claims: [Claim]
    /// What the gateway would know of the person, by name.
    package let identity: [(name: String, value: String)]
    /// The user principal name of the guest who has this identity already.
    package let guest: String?
}

/// Results of tests, by their link: they are the administrator's who waits for them, and nobody else's.
final class PartnerTests: Sendable {
    private static let capacity = 256

    private let results = Mutex<[OneTimeLink.ID: PartnerTestResult]>([:])

    func keep(_ result: PartnerTestResult, of test: OneTimeLink.ID) {
        results.withLock { results in
            if results.count >= Self.capacity { results.removeAll() }
            results[test] = result
        }
    }

    func result(of test: OneTimeLink.ID) -> PartnerTestResult? { results.withLock { $0[test] } }
}

extension Installation {
    /// A link, good once and for ten minutes, that walks a sign-in at a partner without issuing anything. A partner that is
    /// disabled can be tried too.
    package func newPartnerTest(
        _ partner: Partner, in tenant: Tenant.ID
    ) async throws(StorageError) -> (id: OneTimeLink.ID, url: String, expiresAt: Date) {
        let secret = environment.randomBytes(32)
        let link = OneTimeLink(
            tenant: tenant, purpose: PartnerTestFeature.purpose, id: newID(), secretDigest: Digest.sha256(secret),
            user: nil, payload: ["partner": .string(partner.id.description)],
            expiresAt: now.addingTimeInterval(PartnerTestFeature.lifetime))
        try await store.commit([.insertLink(link)])
        let text = "\(Base64URL.encode(link.id.bytes)).\(Base64URL.encode(secret))"
        return (link.id, "\(base)/\(tenant)/federation/\(partner.name)/test?link=\(text)", link.expiresAt)
    }

    package func partnerTestResult(_ id: OneTimeLink.ID) -> PartnerTestResult? { partnerTests.result(of: id) }
}

/// The pages of a test: one that begins it, and the way out to the partner.
struct PartnerTestFeature {
    static let purpose = "partner-test"
    static let lifetime: Double = 600

    let installation: Installation

    var routes: [Route] {
        [
            Route(.get, "/{tenant}/federation/{partner}/test", .person, show),
            Route(.post, "/{tenant}/federation/{partner}/test", .person, begin),
        ]
    }

    private func show(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let text = try exchange.query().text("link")
        let (_, _, partner) = try await link(text, exchange, at: snapshot)
        let frame = PageFrames(installation: installation).frame(
            for: exchange.request, tenant: snapshot.tenant, uiLocales: [])
        return beginTestPage(
            BeginTestPage(
                home: partner.displayName,
                target: FormTarget(action: "/\(snapshot.tenant.id)/federation/\(partner.name)/test", token: text)),
            in: frame
        ).response()
    }

    private func begin(_ exchange: Exchange) async throws(Failure) -> HTTPResponse {
        let snapshot = try await exchange.tenant()
        let form = try exchange.form()
        let text = try form.text("token")
        let (link, secret, partner) = try await link(text, exchange, at: snapshot)
        try FormGuard(installation: installation).check(form, token: text, exchange.request)
        let taken = try await storing { () async throws(StorageError) in
            try await installation.store.applies([
                .takeLink(
                    link.id, purpose: Self.purpose, secretDigest: Digest.sha256(secret), in: snapshot.tenant.id,
                    at: installation.now)
            ])
        }
        guard taken else { throw .refused(.invitationUnknown) }
        var signIn = SignIn(
            id: installation.newID(), startedAt: installation.now, formToken: installation.newFormToken())
        signIn.test = link.id
        let turn = try await installation.turn(signIn, at: snapshot, exchange.request)
        return try await SignInFlow(installation: installation).sendToPartner(turn, partner)
    }

    private func link(
        _ text: String, _ exchange: Exchange, at snapshot: TenantSnapshot
    ) async throws(Failure) -> (link: OneTimeLink, secret: [UInt8], partner: Partner) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let id = Base64URL.decode(String(parts[0])).flatMap({ OneTimeLink.ID(bytes: $0) }),
            let secret = Base64URL.decode(String(parts[1]))
        else { throw .refused(.invitationUnknown) }
        let found = try await storing { () async throws(StorageError) in
            try await installation.store.oneTimeLink(snapshot.tenant.id, purpose: Self.purpose, id)
        }
        guard let found, constantTimeEqual(found.secretDigest, Digest.sha256(secret)), found.takenAt == nil,
            found.expiresAt > installation.now,
            let partner = snapshot.partner(named: exchange.parameters["partner"] ?? ""),
            found.payload["partner"]?.string == partner.id.description
        else { throw .refused(.invitationUnknown) }
        return (found, secret, partner)
    }
}

extension SignInFlow {
    /// The end of a test: what arrived, rule by rule. What can be used once is spent, as in a sign-in.
    func finishTest(
        _ test: OneTimeLink.ID, of partner: Partner, _ turn: Turn, _ transaction: UpstreamTransaction, _ answer: Form
    ) async throws(Failure) -> HTTPResponse {
        let response = answer.pairs.map { (name: $0.name, value: $0.value) }
        var checks: [Check] = []
        var vouched: VouchedIdentity?
        var refusal: (rule: String, cause: String)?
        do throws(Failure) {
            vouched = try await evidence(of: partner, at: turn.snapshot) { context throws(UpstreamError) in
                checks = []
                return try await installation.upstream.finish(
                    context, transaction, response: response, checks: &checks)
            }.vouched
        } catch {
            guard case .upstream(let failure, _) = error else { throw error }
            refusal = (failure.rule, failure.cause)
        }
        if let spends = vouched?.spends, !spends.isEmpty {
            let steps = spends.map {
                Step.spendID($0.id, purpose: $0.purpose, in: turn.tenant.id, until: $0.until)
            }
            if try await !commit(steps) { refusal = ("replay", "The assertion was used before.") }
        }
        let result = PartnerTestResult(
            partner: partner, at: installation.now, refusal: refusal, checks: checks,
            claims: (vouched?.claims ?? []).map {
                let properties = partner.federation?.attributes.properties(of: $0.name) ?? []
                return PartnerTestResult.Claim(name: $0.name, values: $0.values, properties: properties)
            },
            identity: try await identityFacts(vouched?.identity, of: partner, turn),
            guest: try await guest(vouched?.identity, turn))
        installation.partnerTests.keep(result, of: test)
        var shown = testResultPage(result.page, in: turn.frame).response()
        SignInCookies.clear(turn.signIn.id, on: &shown)
        return shown
    }

    private func guest(_ identity: ExternalIdentity?, _ turn: Turn) async throws(Failure) -> String? {
        guard let identity else { return nil }
        return try await storing { () async throws(StorageError) in
            try await installation.store.guest(turn.tenant.id, identity.key)
        }?.user.userPrincipalName
    }

    private func identityFacts(
        _ identity: ExternalIdentity?, of partner: Partner, _ turn: Turn
    ) async throws(Failure) -> [(name: String, value: String)] {
        guard let identity else { return [] }
        var facts = [("issuer", identity.key.issuer), ("subject", identity.key.subject)]
        func add(_ name: String, _ value: String?) { if let value { facts.append((name, value)) } }
        add("email", identity.email?.description)
        if let federation = partner.federation, let address = identity.email {
            let voice = try await storing { () async throws(StorageError) in
                try await installation.voice(
                    of: partner, at: federation.signInURL, for: address.domain, in: turn.tenant)
            }
            add("email is proven", voice.isHeard ? "yes" : "no: our own code asks for it")
        } else if identity.email != nil {
            add("email is proven", identity.emailIsVerified ? "yes" : "no: our own code asks for it")
        }
        add("displayName", identity.displayName)
        add("givenName", identity.givenName)
        add("surname", identity.surname)
        if !identity.homeGroups.isEmpty { add("groups", identity.homeGroups.joined(separator: ", ")) }
        let evidence = identity.authentication
        add("authenticated at", evidence.authenticatedAt.iso8601)
        add("context", evidence.context)
        if !evidence.methods.isEmpty { add("methods", evidence.methods.joined(separator: ", ")) }
        add("several factors", evidence.multiFactor.map { $0 ? "yes" : "no" })
        add("device is compliant", evidence.deviceIsCompliant.map { $0 ? "yes" : "no" })
        add("device is joined", evidence.deviceIsHybridJoined.map { $0 ? "yes" : "no" })
        return facts.map { (name: $0.0, value: $0.1) }
    }
}

extension PartnerTestResult {
    fileprivate var page: TestResultPage {
        TestResultPage(
            home: partner.displayName, refusal: refusal.map { "\($0.rule): \($0.cause)" }, guest: guest,
            rules: checks.map {
                TestResultPage.Rule(
                    name: $0.name, isMet: $0.passed, expected: $0.expected, actual: $0.actual)
            },
            claims: claims.map { (name: $0.name, values: $0.values, meaning: $0.properties) }, identity: identity)
    }
}
