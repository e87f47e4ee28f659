import Directory
import FoundationEssentials

@testable import Access

/// Random settings and sign-ins, the same for the same seed.
struct RandomScenes {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func number(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }

    mutating func flag(oneIn chance: Int = 2) -> Bool { number(below: chance) == 0 }

    mutating func one<Value>(of values: [Value]) -> Value { values[number(below: values.count)] }

    mutating func some<Value: Hashable>(of values: [Value], oneIn chance: Int = 2) -> Set<Value> {
        var chosen: Set<Value> = []
        for value in values where flag(oneIn: chance) { chosen.insert(value) }
        return chosen
    }

    static let domain = Sample.sure(DomainName("contoso.com"))
    static let applications: [Application.AppID] = [Sample.id(31), Sample.id(33)]
    static let groups: [Group.ID] = [Sample.id(50), Sample.id(51)]
    static let homes = ["h1", "h2"]

    mutating func input() -> SignInInput {
        var home = HomeFacts(
            kind: one(of: [.tenant, .tenant, .tenant, .saml, .oidc, .emailCode, .localMember]), issuer: "i",
            partner: nil)
        if home.kind == .tenant { home.homeTenant = one(of: Self.homes) }
        home.homeUser = flag(oneIn: 8) ? nil : one(of: ["u1", "u2"])
        home.homeGroups = some(of: ["g1", "g2"]).sorted()
        home.emailDomain = Self.domain
        home.emailIsVerified = flag()
        var user = Sample.user(
            enabled: !flag(oneIn: 20), groups: some(of: Self.groups).sorted { $0.description < $1.description })
        user.userType = home.kind == .localMember ? .member : one(of: [.guest, .guest, .member])
        var input = Sample.input(user: user, home: home, application: one(of: Self.applications))
        input.redeemedDomain = flag(oneIn: 6) ? Self.domain : nil
        input.resource = flag(oneIn: 4) ? one(of: Self.applications) : nil
        input.network = NetworkFacts(
            address: one(of: ["198.51.100.7", "203.0.113.9", ""]), country: one(of: ["DE", "JP", nil]))
        input.client = ClientFacts(
            platform: one(of: ClientFacts.Platform.allCases), kind: one(of: ClientFacts.Kind.allCases))
        input.evidence = AuthenticationEvidence(
            authenticatedAt: Sample.now - Double(number(below: 7_200)),
            methods: some(of: ["pwd", "mfa", "fido", "sms"]).sorted(),
            multiFactor: one(of: [nil, true, false]), deviceIsCompliant: one(of: [nil, true, false]),
            deviceIsHybridJoined: one(of: [nil, true]))
        input.conditions = ConditionFacts(
            event: one(of: [.signIn, .signIn, .refresh]), mayShowPages: !flag(oneIn: 4),
            authenticationContexts: flag(oneIn: 6) ? ["c1"] : [],
            methods: flag(oneIn: 3) ? [one(of: [.softwareOath, .sms, .fido2])] : [],
            secondFactorAt: flag(oneIn: 3) ? Sample.now - Double(number(below: 7_200)) : nil,
            registeredMethods: flag() ? [.softwareOath] : [],
            askedHome: some(of: HomeProof.allCases, oneIn: 4).sorted { $0.rawValue < $1.rawValue },
            acceptedTerms: flag(oneIn: 3) ? [AcceptedTerms(id: "t", version: 1, at: Sample.now)] : [],
            declinedTerms: flag(oneIn: 8) ? ["t"] : [],
            device: flag(oneIn: 4)
                ? DeviceFacts(isCompliant: true, trustType: "AzureAD", attributes: ["model": "x"]) : nil,
            signInRisk: one(of: [nil, .low, .high]), userRisk: one(of: [nil, nil, .high]))
        return input
    }

    mutating func settings() -> AccessSettings {
        var settings = AccessSettings(
            tenant: Sample.tenant,
            application: Sample.application(requiresAssignment: flag(oneIn: 10), enabled: !flag(oneIn: 20)),
            partner: nil)
        settings.collaboration.domains = one(of: [
            .unrestricted, .unrestricted, .blocked([Self.domain]), .allowed([Self.domain]),
        ])
        settings.crossTenant = crossTenant()
        if flag(oneIn: 3) { settings.home = HomeSide(access: crossTenant(), destination: Sample.tenant) }
        settings.conditionalAccess = ConditionalAccessSettings(
            policies: (0..<number(below: 4)).map { policy(UInt8($0)) },
            locations: [
                "office": NamedLocation(
                    id: "office", displayName: "Office",
                    kind: .addresses([Sample.sure(AddressRange("198.51.100.0/24"))], isTrusted: true)),
                "de": NamedLocation(
                    id: "de", displayName: "Germany", kind: .countries(["DE"], includesUnknown: flag())),
            ], termsOfUse: ["t": TermsOfUse(id: "t", displayName: "Terms", version: 1)])
        return settings
    }

    private mutating func crossTenant() -> CrossTenantAccess {
        var access = CrossTenantAccess()
        for flow in CrossTenantFlow.allCases where flag(oneIn: 6) { access.defaults.settings[flow] = whole() }
        access.defaults.inboundTrust = trust()
        let names: [OrganizationIdentifier] = [
            .tenant("h1"), .tenant("h2"), .issuer("i"), .entityID("i"), .domain(Self.domain),
            .tenant(Sample.tenant.id.description),
        ]
        for name in names where flag(oneIn: 3) {
            var entry = OrganizationAccess(inboundTrust: flag() ? trust() : nil)
            for flow in CrossTenantFlow.allCases where flag(oneIn: 3) {
                let setting = whole()
                entry.settings[flow] = AccessSetting(
                    people: flag(oneIn: 4) ? nil : setting.people,
                    applications: flag(oneIn: 4) ? nil : setting.applications)
            }
            access.organizations[name] = entry
        }
        return access
    }

    private mutating func trust() -> InboundTrust {
        InboundTrust(acceptsMultiFactor: flag(), acceptsCompliantDevice: flag(), acceptsHybridJoinedDevice: flag())
    }

    mutating func whole() -> WholeAccessSetting {
        WholeAccessSetting(
            people: PeopleTargets(
                one(of: AccessType.allCases), everyone: flag(), users: some(of: ["u1", "u2"]),
                groups: some(of: ["g1", "g2"])),
            applications: ApplicationTargets(
                one(of: AccessType.allCases), everything: flag(), applications: some(of: Self.applications)))
    }

    mutating func policy(_ number: UInt8) -> ConditionalAccessPolicy {
        let grants: [GrantControls?] = [
            nil, GrantControls(.any, [.mfa]), GrantControls(.any, [.mfa, .compliantDevice]),
            GrantControls(.all, [.mfa, .compliantDevice]), GrantControls(.any, [.domainJoinedDevice]),
            GrantControls(.any, [], strength: AuthenticationStrength(one(of: AuthenticationStrength.BuiltIn.allCases))),
            GrantControls(.all, [.mfa], termsOfUse: ["t"]), GrantControls(.any, [.block]),
            GrantControls(.all, [.mfa, .passwordChange]),
        ]
        return ConditionalAccessPolicy(
            id: Sample.id(100 + number), displayName: "P\(number)",
            state: one(of: [.enabled, .enabled, .reportOnly, .disabled]), conditions: conditions(),
            grant: one(of: grants),
            session: SessionControls(
                frequency: flag(oneIn: 4) ? .init(.time(1_800 + self.number(below: 7_200))) : nil,
                persistentBrowser: flag(oneIn: 6) ? .never : nil))
    }

    mutating func conditions() -> PolicyConditions {
        var conditions = PolicyConditions(
            users: PeopleCondition(include: scope(), exclude: flag(oneIn: 3) ? scope() : .init()),
            applications: ApplicationCondition(
                everything: flag(), include: some(of: Self.applications),
                exclude: some(of: Self.applications, oneIn: 6),
                authenticationContexts: flag(oneIn: 6) ? ["c1"] : []))
        if flag(oneIn: 4) { conditions.clientKinds = some(of: ClientFacts.Kind.allCases) }
        if flag(oneIn: 4) {
            conditions.platforms = PlatformCondition(
                everything: flag(), include: some(of: ClientFacts.Platform.allCases),
                exclude: some(of: ClientFacts.Platform.allCases, oneIn: 5))
        }
        if flag(oneIn: 4) {
            conditions.locations = LocationCondition(
                include: .init(everywhere: flag(), locations: some(of: ["office", "de"])),
                exclude: .init(trusted: flag(oneIn: 3)))
        }
        if flag(oneIn: 6), let rule = try? DeviceRule(#"device.isCompliant -ne True"#) {
            conditions.devices = DeviceFilter(mode: one(of: [.include, .exclude]), rule: rule)
        }
        if flag(oneIn: 6) { conditions.signInRisk = some(of: RiskLevel.allCases) }
        return conditions
    }

    private mutating func scope() -> PeopleCondition.Scope {
        PeopleCondition.Scope(
            everyone: flag(oneIn: 3), groups: some(of: Self.groups, oneIn: 4),
            guests: flag(oneIn: 3)
                ? [
                    .init(
                        types: some(of: GuestOrExternalUserType.allCases),
                        tenants: flag() ? .all : .enumerated(some(of: Self.homes)))
                ] : [])
    }
}
