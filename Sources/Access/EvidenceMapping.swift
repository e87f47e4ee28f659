internal import Directory

/// What an organisation's words for how somebody authenticated mean: authentication contexts (`acr`, AuthnContext) and
/// method references (RFC 8176 `amr`, Microsoft's `authnmethodsreferences`).
package struct EvidenceMapping: Sendable, Hashable {
    /// Contexts and method references that prove several factors. The first is what the home is asked for.
    package var multiFactor: [String]
    /// Those that stand for a method of a strength.
    package var methods: [String: AuthenticationMethod]

    package init(
        multiFactor: [String] = Self.standardMultiFactor, methods: [String: AuthenticationMethod] = Self.standardMethods
    ) {
        self.multiFactor = multiFactor
        self.methods = methods
    }

    package static let standard = EvidenceMapping()

    /// REFEDS, Microsoft's and OpenID's words, and the contexts of SAML that mean two factors.
    package static let standardMultiFactor =
        AttributeMapping.multiFactorContexts + [
            "mfa", "ngcmfa", "phr", "phrh", "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
        ]

    /// `phr` and `phrh` are OpenID's phishing-resistant contexts (EAP ACR Values §2).
    package static let standardMethods: [String: AuthenticationMethod] = [
        "pwd": .password, "sms": .sms, "tel": .voice, "otp": .softwareOath, "fido": .fido2, "phr": .fido2,
        "phrh": .fido2, "ngcmfa": .windowsHelloForBusiness, "sc": .x509CertificateMultiFactor,
        "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI": .x509CertificateMultiFactor,
        "urn:oasis:names:tc:SAML:2.0:ac:classes:X509": .x509CertificateSingleFactor,
        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport": .password,
        "urn:oasis:names:tc:SAML:2.0:ac:classes:Password": .password,
    ]

    /// - Returns: The home's word that several factors were used; nil where it said nothing of the kind.
    func multiFactor(in evidence: AuthenticationEvidence) -> Bool? {
        if evidence.multiFactor == true { return true }
        let said = evidence.methods + (evidence.context.map { [$0] } ?? [])
        if said.contains(where: multiFactor.contains) { return true }
        return evidence.multiFactor ?? (said.isEmpty ? nil : false)
    }

    func methods(in evidence: AuthenticationEvidence) -> Set<AuthenticationMethod> {
        let said = evidence.methods + (evidence.context.map { [$0] } ?? [])
        return Set(said.compactMap { methods[$0] })
    }
}
