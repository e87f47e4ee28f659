internal import Directory

/// What a home is asked for when a person is sent back there for proof, in the words of its protocol.
package struct HomeRequest: Sendable, Hashable {
    package enum Form: Sendable, Hashable {
        /// OpenID Connect Core §3.1.2.1 and §5.5: `acr_values`, and essential claims of the ID Token with the values
        /// that serve (none: any). The answer is to be checked, because a provider may pass over both.
        case openID(contexts: [String], claims: [Claim])
        /// SAML Core §3.3.2.2.1: `RequestedAuthnContext`, compared exactly.
        case saml(contexts: [String])
        /// WS-Federation §13.2.2: `wauth`.
        case wsFederation(context: String?)
    }

    /// A value `true` is the boolean.
    package struct Claim: Sendable, Hashable {
        package var name: String
        package var values: [String]
        package init(_ name: String, _ values: [String]) {
            self.name = name
            self.values = values
        }
    }

    package var form: Form
    /// The person has to authenticate again: `max_age=0`, `ForceAuthn`, `wfresh=0`.
    package var isFresh: Bool
    package var proofs: Set<HomeProof>
    /// Those that would serve; empty: any second factor.
    package var methods: Set<AuthenticationMethod>

    package init(form: Form, isFresh: Bool, proofs: Set<HomeProof>, methods: Set<AuthenticationMethod> = []) {
        self.form = form
        self.isFresh = isFresh
        self.proofs = proofs
        self.methods = methods
    }

    /// - Parameter methods: Those that would serve, where a strength asks for one; none: any second factor.
    /// - Returns: Nil where the home can't be asked: a mailed code and a member's password have no such words, and on
    ///   devices only tenants can be asked.
    package init?(
        for proofs: Set<HomeProof>, isFresh: Bool = false, methods: Set<AuthenticationMethod> = [],
        at home: HomeFacts, mapping: EvidenceMapping = .standard
    ) {
        let aboutDevices = !proofs.isSubset(of: [.multiFactor, .strength])
        let words = mapping.words(for: proofs, methods: methods)
        let contexts = words.filter { $0.contains(":") || $0.hasPrefix("phr") }
        let references = words.filter { !$0.contains(":") && !$0.hasPrefix("phr") }
        let form: Form
        switch home.kind {
        case .emailCode, .localMember: return nil
        // These take no such words, and say nothing that would answer them.
        case .google, .microsoftAccount, .entra, .facebook, .apple, .gitHub, .linkedIn: return nil
        case .saml:
            guard !aboutDevices else { return nil }
            form = .saml(contexts: contexts.filter { $0.contains(":") })
        case .wsFederation:
            guard !aboutDevices else { return nil }
            form = .wsFederation(
                context: contexts.first { $0.hasPrefix("http://schemas.microsoft.com/") } ?? contexts.first)
        case .oidc:
            guard !aboutDevices else { return nil }
            form = .openID(
                contexts: contexts.filter { !$0.hasPrefix("urn:oasis:") },
                claims: references.isEmpty ? [] : [Claim("amr", references)])
        case .tenant:
            var claims: [Claim] = []
            if proofs.contains(.multiFactor) || proofs.contains(.strength) { claims.append(Claim("vst_mfa", ["true"])) }
            if proofs.contains(.strength), !references.isEmpty { claims.append(Claim("amr", references)) }
            if proofs.contains(.compliantDevice) { claims.append(Claim("vst_device_compliant", ["true"])) }
            if proofs.contains(.hybridJoinedDevice) { claims.append(Claim("vst_device_joined", ["true"])) }
            form = .openID(contexts: [], claims: claims)
        }
        self.init(form: form, isFresh: isFresh, proofs: proofs, methods: methods)
    }
}

extension EvidenceMapping {
    /// What would prove it, in the home's words: those of a strength's methods, else those of several factors.
    fileprivate func words(for proofs: Set<HomeProof>, methods wanted: Set<AuthenticationMethod>) -> [String] {
        if proofs.contains(.strength), !wanted.isEmpty {
            return methods.filter { wanted.contains($0.value) }.map(\.key).sorted()
        }
        return proofs.isDisjoint(with: [.multiFactor, .strength]) ? [] : multiFactor
    }
}
