package import Directory

/// What a policy may ask for that a home can prove.
package enum HomeProof: String, Sendable, Hashable, CaseIterable {
    case multiFactor
    /// A method of a strength; it rides on the trust in several factors.
    case strength
    case compliantDevice, hybridJoinedDevice
}

/// What the home's word on one thing comes to here.
package enum HomeWord: Sendable, Hashable {
    /// Inbound trust does not accept it, or the home is of a kind whose word never counts.
    case notAccepted
    /// Accepted, and the home said no, or nothing: absence counts as no.
    case notProven
    case proven
}

/// The home's evidence, as far as inbound trust accepts it (access-policy §2). Trust never waives a rule; it lets a claim
/// of the home satisfy it.
package struct TrustedEvidence: Sendable, Hashable {
    package var multiFactor: HomeWord
    package var compliantDevice: HomeWord
    package var hybridJoinedDevice: HomeWord
    /// Methods proven at home, where its word on several factors counts.
    package var methods: Set<AuthenticationMethod>
    /// Where the administrator looks.
    package var setting: String

    package func word(on proof: HomeProof) -> HomeWord {
        switch proof {
        case .multiFactor, .strength: multiFactor
        case .compliantDevice: compliantDevice
        case .hybridJoinedDevice: hybridJoinedDevice
        }
    }

    /// - Parameters:
    ///   - home: Who vouched; nil: nobody, and nothing is proven.
    ///   - access: This tenant's cross-tenant settings. The default's trust reaches tenants alone; another home counts once
    ///     an entry of its own says so. A service provider's second factor always counts.
    package init(
        _ evidence: AuthenticationEvidence?, of home: HomeFacts?, access: CrossTenantAccess,
        mapping: EvidenceMapping = .standard
    ) {
        setting = ""
        multiFactor = .notAccepted
        compliantDevice = .notAccepted
        hybridJoinedDevice = .notAccepted
        methods = []
        guard let home, let organization = HomeOrganization(home) else { return }
        let entry = access.entry(for: organization)
        let (trust, path) = access.inboundTrust(for: organization)
        setting = path
        guard organization.isTenant || entry?.1.inboundTrust != nil, home.kind != .emailCode else { return }
        let isProvider = entry?.1.isServiceProvider ?? false
        func word(_ isAccepted: Bool, _ said: Bool?) -> HomeWord {
            isAccepted ? (said == true ? .proven : .notProven) : .notAccepted
        }
        multiFactor = word(
            trust.acceptsMultiFactor || isProvider, evidence.flatMap { mapping.multiFactor(in: $0) })
        compliantDevice = word(trust.acceptsCompliantDevice, evidence?.deviceIsCompliant)
        hybridJoinedDevice = word(trust.acceptsHybridJoinedDevice, evidence?.deviceIsHybridJoined)
        methods = multiFactor == .notAccepted ? [] : evidence.map { mapping.methods(in: $0) } ?? []
        if multiFactor == .proven { methods.insert(.federatedMultiFactor) }
    }

    package func reason(_ proof: HomeProof) -> Reason {
        let name =
            switch proof {
            case .multiFactor, .strength: "several factors"
            case .compliantDevice: "a compliant device"
            case .hybridJoinedDevice: "a joined device"
            }
        let word = word(on: proof)
        let detail =
            switch word {
            case .notAccepted: "The home's word on \(name) is not accepted."
            case .notProven: "The home's word on \(name) would count, and it gave none."
            case .proven: "The home proved \(name), and its word counts."
            }
        return Reason("trust.\(proof.rawValue)", met: word == .proven, detail, setting: setting)
    }
}
