// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import Directory
import FoundationEssentials
import HTTP
import SAML

/// An outside security token service of WS-Federation, as `FakeSAMLPartner` is one of SAML.
struct FakeSTS: Sendable {
    let gateway: TestGateway
    var partner: Partner
    var signer = FederationKeys.partner
    var token = WSFederationResponseWriter.Token.saml11
    var trust = WSFederationResponseWriter.Trust.february2005

    static let issuer = "http://sts.litware.test/adfs/services/trust"

    var federation: FederationConnection { partner.federation! }

    static func partner(
        _ name: String = "litware", issuer: String = issuer, domains: [String] = ["litware.test"],
        _ change: (inout FederationConnection) -> Void = { _ in }
    ) -> Partner {
        var federation = FederationConnection(
            issuer: issuer, signInURL: "https://sts.\(name).test/adfs/ls/",
            signingCertificates: [FederationKeys.partner.certificateText])
        change(&federation)
        return Partner(
            id: .random(Environment.live.randomBytes), name: name, displayName: "\(name.capitalized) STS",
            connection: .wsFederation(federation), domains: domains.map { DomainName($0)! })
    }

    func asked(_ browser: Visitor) throws -> WSFederationSignIn {
        let parts = (browser.destination ?? "").split(separator: "?", maxSplits: 1)
        guard parts.count == 2, parts[0] == federation.signInURL else {
            throw FakeSAMLPartner.NotHere(page: browser.page)
        }
        let pairs = try Form.parse(String(parts[1])).pairs
        guard case .signIn(let signIn) = try WSFederationRequest.parse(pairs.map { (name: $0.name, value: $0.value) })
        else { throw FakeSAMLPartner.NotHere(page: browser.page) }
        return signIn
    }

    func assertion(_ person: FakePerson) -> SAMLAssertion {
        let root = "\(TestGateway.base)/\(gateway.woodgrove.id)/federation/\(partner.name)"
        var assertion = SAMLAssertion(
            id: SAMLMessageID.make(.live), issued: gateway.now, issuer: federation.issuer, subject: person.nameID,
            audience: "\(root)/metadata", recipient: "\(root)/wsfed", inResponseTo: nil, authenticatedAt: gateway.now,
            contextClass: person.context)
        assertion.attributes = person.attributes
        return assertion
    }

    func form(_ assertion: SAMLAssertion, context: String?) throws -> PostedForm {
        PostedForm(
            try WSFederationResponseWriter(signer: signer, token: token, trust: trust).answer(
                assertion, context: context))
    }

    func answer(
        _ browser: Visitor, _ person: FakePerson, change: (inout SAMLAssertion) -> Void = { _ in },
        alter: (String) -> String = { $0 }
    ) throws -> PostedForm {
        let asked = try asked(browser)
        var assertion = assertion(person)
        change(&assertion)
        return try form(assertion, context: asked.context).altering(alter)
    }
}

extension TestGateway {
    func addSTS(
        _ name: String = "litware", issuer: String = FakeSTS.issuer, domains: [String] = ["litware.test"],
        _ change: (inout FederationConnection) -> Void = { _ in }
    ) async throws -> FakeSTS {
        let partner = FakeSTS.partner(name, issuer: issuer, domains: domains, change)
        try await add(partner)
        return FakeSTS(gateway: self, partner: partner)
    }
}
