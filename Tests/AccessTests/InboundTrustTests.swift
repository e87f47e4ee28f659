import Directory
import FoundationEssentials
import Testing

@testable import Access

@Suite("Inbound trust (access-policy §2)") struct InboundTrustTests {
    static let all = InboundTrust(
        acceptsMultiFactor: true, acceptsCompliantDevice: true, acceptsHybridJoinedDevice: true)

    static func home(_ kind: Partner.Kind) -> HomeFacts {
        var home = HomeFacts(kind: kind, issuer: "https://h.example", partner: nil)
        if kind == .tenant { home.homeTenant = "h" }
        return home
    }

    static func said(_ multiFactor: Bool?, methods: [String] = [], context: String? = nil) -> AuthenticationEvidence {
        AuthenticationEvidence(
            authenticatedAt: Sample.now, methods: methods, context: context, multiFactor: multiFactor,
            deviceIsCompliant: multiFactor, deviceIsHybridJoined: multiFactor)
    }

    static func access(default trust: InboundTrust, entry: (OrganizationIdentifier, InboundTrust?)? = nil)
        -> CrossTenantAccess
    {
        var access = CrossTenantAccess(defaults: .init(inboundTrust: trust))
        if let entry { access.organizations[entry.0] = OrganizationAccess(inboundTrust: entry.1) }
        return access
    }

    func trusted(_ evidence: AuthenticationEvidence?, _ kind: Partner.Kind, _ access: CrossTenantAccess)
        -> TrustedEvidence
    {
        TrustedEvidence(evidence, of: Self.home(kind), access: access)
    }

    @Test(arguments: HomeProof.allCases)
    func `by default no home's word counts; where it does, absence is no`(proof: HomeProof) {
        #expect(trusted(Self.said(true), .tenant, CrossTenantAccess()).word(on: proof) == .notAccepted)
        let trusting = Self.access(default: Self.all)
        #expect(trusted(Self.said(true), .tenant, trusting).word(on: proof) == .proven)
        #expect(trusted(Self.said(nil), .tenant, trusting).word(on: proof) == .notProven)
        #expect(trusted(Self.said(false), .tenant, trusting).word(on: proof) == .notProven)
        #expect(trusted(nil, .tenant, trusting).word(on: proof) == .notProven)
        #expect(trusted(Self.said(true), .tenant, trusting).reason(proof).met)
    }

    @Test(arguments: [Partner.Kind.oidc, .saml, .wsFederation])
    func `the default's trust is for tenants; another home counts by an entry of its own`(kind: Partner.Kind) {
        let name: OrganizationIdentifier =
            kind == .oidc ? .issuer("https://h.example") : .entityID("https://h.example")
        #expect(trusted(Self.said(true), kind, Self.access(default: Self.all)).multiFactor == .notAccepted)
        #expect(
            trusted(Self.said(true), kind, Self.access(default: Self.all, entry: (name, nil))).multiFactor
                == .notAccepted)
        #expect(
            trusted(Self.said(true), kind, Self.access(default: .none, entry: (name, Self.all))).multiFactor == .proven)
    }

    @Test func `a mailed code and a member's password prove nothing of the kind`() {
        let trusting = Self.access(default: Self.all)
        #expect(trusted(Self.said(true), .emailCode, trusting).multiFactor == .notAccepted)
        #expect(trusted(Self.said(true), .localMember, trusting).multiFactor == .notAccepted)
        #expect(TrustedEvidence(Self.said(true), of: nil, access: trusting).multiFactor == .notAccepted)
    }

    @Test func `row 29: an organisation's own trust wins over the default's`() {
        let access = Self.access(default: Self.all, entry: (.tenant("h"), InboundTrust.none))
        let trusted = trusted(Self.said(true), .tenant, access)
        #expect(trusted.compliantDevice == .notAccepted)
        #expect(trusted.setting == "policies/crossTenantAccessPolicy/partners/h/inboundTrust")
    }

    @Test func `a service provider's second factor always counts, its devices do not`() {
        var access = Self.access(default: .none, entry: (.tenant("h"), nil))
        access.organizations[.tenant("h")]?.isServiceProvider = true
        let trusted = trusted(Self.said(true), .tenant, access)
        #expect(trusted.multiFactor == .proven && trusted.compliantDevice == .notAccepted)
    }

    @Test(arguments: [
        (["pwd", "mfa"], nil, true as Bool?), (["ngcmfa"], nil, true), (["pwd"], nil, false), ([], nil, nil),
        ([], "https://refeds.org/profile/mfa", true),
        (["http://schemas.microsoft.com/claims/multipleauthn"], nil, true),
        ([], "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", false),
        ([], "phrh", true), (["MFA"], nil, false),
    ])
    func `which claim means several factors`(methods: [String], context: String?, means: Bool?) {
        let evidence = Self.said(nil, methods: methods, context: context)
        #expect(EvidenceMapping.standard.multiFactor(in: evidence) == means)
    }

    @Test func `an organisation may have words of its own`() {
        let mapping = EvidenceMapping(multiFactor: ["urn:contoso:strong"], methods: ["key": .fido2])
        #expect(mapping.multiFactor(in: Self.said(nil, context: "urn:contoso:strong")) == true)
        #expect(mapping.multiFactor(in: Self.said(nil, methods: ["mfa"])) == false)
        #expect(mapping.methods(in: Self.said(nil, methods: ["key", "pwd"])) == [.fido2])
    }

    @Test func `what a home is asked for, in the words of its protocol`() {
        func form(_ kind: Partner.Kind, _ proofs: Set<HomeProof>) -> HomeRequest.Form? {
            HomeRequest(
                for: proofs, at: Self.home(kind),
                mapping: EvidenceMapping(
                    multiFactor: [
                        "https://refeds.org/profile/mfa", "http://schemas.microsoft.com/claims/multipleauthn", "mfa",
                    ])
            )?.form
        }
        #expect(
            form(.saml, [.multiFactor])
                == .saml(contexts: [
                    "https://refeds.org/profile/mfa", "http://schemas.microsoft.com/claims/multipleauthn",
                ]))
        #expect(
            form(.wsFederation, [.multiFactor])
                == .wsFederation(context: "http://schemas.microsoft.com/claims/multipleauthn"))
        #expect(
            form(.oidc, [.multiFactor])
                == .openID(
                    contexts: [
                        "https://refeds.org/profile/mfa", "http://schemas.microsoft.com/claims/multipleauthn",
                    ], claims: [.init("amr", ["mfa"])]))
        #expect(
            form(.tenant, [.multiFactor, .compliantDevice])
                == .openID(
                    contexts: [], claims: [.init("vst_mfa", ["true"]), .init("vst_device_compliant", ["true"])]))
        for kind in [Partner.Kind.saml, .oidc, .wsFederation] { #expect(form(kind, [.compliantDevice]) == nil) }
        for kind in [Partner.Kind.emailCode, .localMember] { #expect(form(kind, [.multiFactor]) == nil) }
    }
}

@Suite("Authentication strengths (access-policy §6.4)") struct AuthenticationStrengthTests {
    static let rows: [(AuthenticationStrength.BuiltIn, Set<AuthenticationMethod>, Bool)] = [
        (.phishingResistant, [.fido2], true), (.phishingResistant, [.password, .sms], false),
        (.phishingResistant, [.federatedMultiFactor], false), (.phishingResistant, [.deviceBasedPush], false),
        (.passwordless, [.deviceBasedPush], true), (.passwordless, [.x509CertificateMultiFactor], true),
        (.multiFactor, [.federatedSingleFactor, .sms], true), (.multiFactor, [.federatedMultiFactor], true),
        (.multiFactor, [.password], false), (.multiFactor, [.federatedSingleFactor], false),
        (.multiFactor, [.sms], false), (.multiFactor, [.email, .password], false),
        (.multiFactor, [.password, .softwareOath], true), (.multiFactor, [.temporaryAccessPassOneTime], true),
    ]

    @Test(arguments: rows)
    func `built-in strengths`(strength: AuthenticationStrength.BuiltIn, methods: Set<AuthenticationMethod>, met: Bool) {
        #expect(AuthenticationStrength(strength).isMet(by: methods) == met)
    }

    @Test func `custom ones are read, or refused`() {
        let strength = AuthenticationStrength(
            id: "x", displayName: "Keys", allowedCombinations: ["fido2", "password,hardwareOath"])
        #expect(strength?.isMet(by: [.hardwareOath, .password]) == true)
        #expect(strength?.isMet(by: [.hardwareOath]) == false)
        #expect(AuthenticationStrength(id: "x", displayName: "", allowedCombinations: []) == nil)
        #expect(AuthenticationStrength(id: "x", displayName: "", allowedCombinations: ["fido2,"]) == nil)
        #expect(AuthenticationStrength(id: "x", displayName: "", allowedCombinations: ["abacus"]) == nil)
    }
}
