/// How somebody proved who they are: Graph's `authenticationMethodModes`, as strengths name them.
package enum AuthenticationMethod: String, Sendable, Hashable, CaseIterable {
    case password, sms, voice, softwareOath, hardwareOath, fido2, windowsHelloForBusiness
    case microsoftAuthenticatorPush, deviceBasedPush
    case temporaryAccessPassOneTime, temporaryAccessPassMultiUse
    case x509CertificateSingleFactor, x509CertificateMultiFactor
    case federatedSingleFactor, federatedMultiFactor
    /// A code mailed to the address: proves the address, and is no part of any strength.
    case email
}

extension AuthenticationMethod {
    /// Whether the method by itself is several factors.
    package var isMultiFactor: Bool {
        switch self {
        case .fido2, .windowsHelloForBusiness, .deviceBasedPush, .x509CertificateMultiFactor, .federatedMultiFactor,
            .temporaryAccessPassOneTime, .temporaryAccessPassMultiUse:
            true
        default: false
        }
    }

    /// Whether it serves as the second factor after another one.
    package var isSecondFactor: Bool {
        switch self {
        case .sms, .voice, .softwareOath, .hardwareOath, .microsoftAuthenticatorPush: true
        default: isMultiFactor
        }
    }
}

/// Which ways of authenticating satisfy a policy (access-policy §6.4): each combination is enough.
package struct AuthenticationStrength: Sendable, Hashable {
    package enum ID: Sendable, Hashable {
        case builtIn(BuiltIn)
        case custom(String)
    }

    package enum BuiltIn: String, Sendable, Hashable, CaseIterable {
        case multiFactor = "00000000-0000-0000-0000-000000000002"
        case passwordless = "00000000-0000-0000-0000-000000000003"
        case phishingResistant = "00000000-0000-0000-0000-000000000004"
    }

    package var id: ID
    package var displayName: String
    package var combinations: Set<Set<AuthenticationMethod>>

    package init(id: ID, displayName: String, combinations: Set<Set<AuthenticationMethod>>) {
        self.id = id
        self.displayName = displayName
        self.combinations = combinations
    }

    /// Reads `allowedCombinations`, each `method,method`.
    ///
    /// - Returns: Nil where a combination is empty or names what is no method.
    package init?(id: String, displayName: String, allowedCombinations: [String]) {
        var combinations: Set<Set<AuthenticationMethod>> = []
        for text in allowedCombinations {
            let names = text.split(separator: ",", omittingEmptySubsequences: false).map {
                String($0.drop { $0 == " " })
            }
            let methods = names.compactMap(AuthenticationMethod.init(rawValue:))
            guard methods.count == names.count else { return nil }
            combinations.insert(Set(methods))
        }
        guard !combinations.isEmpty else { return nil }
        self.init(id: .custom(id), displayName: displayName, combinations: combinations)
    }

    package init(_ builtIn: BuiltIn) {
        let phishingResistant: Set<Set<AuthenticationMethod>> = [
            [.windowsHelloForBusiness], [.fido2], [.x509CertificateMultiFactor],
        ]
        let passwordless = phishingResistant.union([[.deviceBasedPush]])
        switch builtIn {
        case .phishingResistant:
            self.init(
                id: .builtIn(builtIn), displayName: "Phishing-resistant MFA", combinations: phishingResistant)
        case .passwordless:
            self.init(id: .builtIn(builtIn), displayName: "Passwordless MFA", combinations: passwordless)
        case .multiFactor:
            var all = passwordless.union([
                [.temporaryAccessPassOneTime], [.temporaryAccessPassMultiUse], [.federatedMultiFactor],
                [.password, .x509CertificateSingleFactor], [.password, .x509CertificateMultiFactor],
            ])
            let seconds: [AuthenticationMethod] = [
                .microsoftAuthenticatorPush, .softwareOath, .hardwareOath, .sms, .voice,
            ]
            for second in seconds { all.formUnion([[.password, second], [.federatedSingleFactor, second]]) }
            self.init(id: .builtIn(builtIn), displayName: "Multifactor authentication", combinations: all)
        }
    }

    package func isMet(by methods: Set<AuthenticationMethod>) -> Bool {
        combinations.contains { $0.isSubset(of: methods) }
    }

    /// Whether some of these methods, added to those used, would meet it.
    package func couldBeMet(by methods: Set<AuthenticationMethod>, adding available: Set<AuthenticationMethod>) -> Bool
    {
        isMet(by: methods.union(available))
    }
}
