import Cryptography
import FoundationEssentials
import SAML
import XML

/// Messages of SAML and WS-Federation, by POST and by redirect. What verifies with the seeds' key is what was signed with
/// it. What the input has of an unsigned message is signed here, so that the rules behind the signature are reached; what
/// they then accept keeps to what they promise.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    if let verified = try? response(bytes, Seeds.keys) { expect(Seeds.isHonest(verified), "a forged response") }
    if let verified = try? token(bytes, Seeds.keys) { expect(Seeds.isHonest(verified), "a forged token") }
    if let message = try? logout(bytes, Seeds.keys) { expect(Seeds.logouts.contains(message), "a forged logout") }
    if let request = try? authnRequest(bytes, Seeds.keys) { expect(request == Seeds.request, "a forged request") }
    redirect(String(decoding: bytes, as: UTF8.self))
    for signed in Signing.variants(of: bytes) {
        if let verified = try? response(signed, Signing.keys) { judge(verified) }
        if let verified = try? token(signed, Signing.keys) { judge(verified) }
        if case .request(let request)? = try? logout(signed, Signing.keys) { judge(request.nameID) }
        if let request = try? authnRequest(signed, Signing.keys), let subject = request.subject { judge(subject) }
        examine(signed)
    }
    return 0
}

private let partner = "https://idp.partner.example/saml"
private let us = "https://login.vestibule.example/saml/contoso"
private let endpoint = us + "/sso"
/// 2026-01-31T12:00:00Z, when the seeds were made.
private let now = Date(timeIntervalSince1970: 1_769_860_800)

private func response(_ bytes: [UInt8], _ keys: [VerificationKey]) throws -> VerifiedAssertion {
    var expected = SAMLResponseExpectations(
        audience: us, acsURL: us + "/acs", answering: .request("_request1"), issuer: partner, keys: keys)
    expected.requiredSignature = .either
    expected.decryptionKeys = [Signing.decryption]
    expected.allowsCBC = true
    return try SAMLReceivedResponse(xml: bytes).verify(expecting: expected, now: now)
}

private func token(_ bytes: [UInt8], _ keys: [VerificationKey]) throws -> VerifiedAssertion {
    let expected = WSFederationExpectations(realm: us, recipient: us + "/acs", issuer: partner, keys: keys)
    return try WSFederationReceivedToken(xml: bytes).verify(expecting: expected, now: now)
}

private func logout(
    _ bytes: [UInt8], _ keys: [VerificationKey]
) throws -> SAMLReceivedLogout.Verified.Message {
    try verified(SAMLReceivedLogout(xml: bytes), keys)
}

private func verified(
    _ received: SAMLReceivedLogout, _ keys: [VerificationKey]
) throws -> SAMLReceivedLogout.Verified.Message {
    try received.verified(
        SAMLReceivedLogout.Expectations(issuer: partner, keys: keys, endpoint: endpoint, requestID: "_logout1"),
        now: now
    ).message
}

private func authnRequest(_ bytes: [UInt8], _ keys: [VerificationKey]) throws -> SAMLAuthnRequest {
    try validated(SAMLReceivedRequest(xml: bytes), keys)
}

private func validated(_ received: SAMLReceivedRequest, _ keys: [VerificationKey]) throws -> SAMLAuthnRequest {
    var metadata = SAMLMetadata(entityID: partner)
    metadata.serviceProvider = SAMLServiceProviderRole(
        keys: SAMLKeys(signing: keys.map { SAMLKey(key: $0) }), signsAuthnRequests: true,
        assertionConsumers: [SAMLEndpoint(.post, us + "/acs", index: 0)])
    let valid = try received.validated(for: metadata, at: endpoint, now: now)
    expect(valid.assertionConsumer.location == us + "/acs", "an answer to elsewhere")
    return valid.request
}

private func redirect(_ query: String) {
    if let received = try? SAMLReceivedRequest(redirectQuery: query) {
        if let request = try? validated(received, Seeds.keys) { expect(request == Seeds.request, "a forged request") }
    }
    if let received = try? SAMLReceivedLogout(redirectQuery: query) {
        if let message = try? verified(received, Seeds.keys) {
            expect(Seeds.logouts.contains(message), "a forged logout")
        }
    }
}

/// A command's view, with every leniency: it may accept more, and never stops.
private func examine(_ bytes: [UInt8]) {
    var terms = SAMLExaminationTerms()
    terms.keys = Signing.keys
    terms.leniencies = Set(SAMLLeniency.allCases)
    if let received = try? SAMLReceivedResponse(xml: bytes, allowsComments: true) {
        let examination = received.examine(on: terms, now: now)
        if case .failure(let rejection) = examination.verdict {
            expect(rejection.checks == examination.checks, "a verdict with other checks")
        }
    }
    var tokenTerms = WSFederationExaminationTerms()
    (tokenTerms.keys, tokenTerms.leniencies) = (Signing.keys, Set(SAMLLeniency.allCases))
    if let received = try? WSFederationReceivedToken(xml: bytes, allowsComments: true) {
        _ = received.examine(on: tokenTerms, now: now)
    }
}

private func judge(_ assertion: VerifiedAssertion) {
    judge(assertion.subject)
    expect(assertion.issuer == partner, "another's assertion")
    expect(!assertion.id.isEmpty && assertion.oneTimeUse.assertionID == assertion.id, "no ID to spend")
    expect(assertion.oneTimeUse.until > now && assertion.notOnOrAfter > now - 60, "one of yesterday")
    expect(!assertion.signatures.isEmpty, "nobody signed")
    expect(assertion.checks.allSatisfy { $0.result == .pass }, "a check that did not pass")
    let names = assertion.attributes.map { "\($0.name) \($0.nameFormat)" }
    expect(Set(names).count == names.count, "one attribute twice")
}

private func judge(_ subject: SAMLNameID) {
    expect(SAMLNameID.isIdentifier(subject.value), "a subject that nobody can be known by")
}

private enum Seeds {
    /// It signed the seeds and was not kept.
    static let keys: [VerificationKey] = {
        let spki = Hex.decode(
            "3059301306072a8648ce3d020106082a8648ce3d03010703420004b26899b3e80a4ba1ba302c8cad789276ab7d2e46a6086dd5e1"
                + "234a1aaebe8c79d99204f590b9feec3d90a746678f57fa395e5f58b19919e61b71674e4b7fd042")
        guard let spki, let key = try? VerificationKey(spkiDER: spki) else { fatalError("the seeds' key") }
        return [key]
    }()

    static func isHonest(_ assertion: VerifiedAssertion) -> Bool {
        assertion.subject.value == "guest-4711" && assertion.id == "_assertion1"
            && assertion.attributes.allSatisfy { attribute in
                attribute.values.allSatisfy { ["ada@partner.example", "staff", "research"].contains($0) }
            }
    }

    static let request = authnRequest
    static let logouts: [SAMLReceivedLogout.Verified.Message] = [
        .request(
            SAMLLogoutRequest(
                id: "_logout1", issued: now, destination: endpoint, issuer: partner,
                nameID: SAMLNameID("guest-4711", format: SAMLNameIDFormat.persistent), sessionIndexes: ["_session1"])),
        .response(
            SAMLLogoutResponse(
                id: "_answer1", issued: now, destination: endpoint, issuer: partner, inResponseTo: "_logout1",
                status: SAMLLogoutResponse.partial)),
    ]

    private static var authnRequest: SAMLAuthnRequest {
        var request = SAMLAuthnRequest(
            id: "_request1", issued: now, destination: endpoint, issuer: partner,
            assertionConsumer: .url(us + "/acs", .post))
        request.forcesAuthentication = true
        request.nameIDPolicy = .init(format: SAMLNameIDFormat.persistent)
        request.requestedContext = SAMLRequestedContext([SAMLContextClass.refedsMultipleFactors], comparison: .minimum)
        request.subject = SAMLNameID("ada@partner.example", format: SAMLNameIDFormat.emailAddress)
        return request
    }
}

/// Signs what the input has, as a partner would that says whatever it likes.
private enum Signing {
    private static let key = make(.ec(.p256))
    static let keys = [key.publicKey]
    static let decryption = make(.rsa(bits: 2048))

    private static func make(_ kind: KeyKind) -> SigningKey {
        guard let key = try? SigningKey.generate(kind) else { fatalError("no key") }
        return key
    }

    /// The input with its root signed, and with its assertion signed.
    static func variants(of bytes: [UInt8]) -> [[UInt8]] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard Array(text.utf8) == bytes else { return [] }
        let bare = text.withoutSignatures
        guard
            let document = try? XMLDocument(
                parsing: Array(bare.utf8), allowsComments: true, idAttributes: ["ID", "AssertionID"])
        else { return [] }
        var ids: [String] = []
        for element in [document.root] + document.root.children + document.root.children.flatMap(\.children)
            + document.root.children.flatMap(\.children).flatMap(\.children)
        {
            guard let id = element.attribute("ID") ?? element.attribute("AssertionID"), ids.count < 2 else { continue }
            ids.append(id)
        }
        return ids.compactMap { id in
            guard let element = document.element(id: id), let octets = try? element.canonical(.exclusive),
                let start = bare.firstRange(of: "ID=\"\(id)\""),
                let place = bare[start.upperBound...].firstIndex(of: ">"),
                bare[..<place].last != "/"
            else { return nil }
            let rest = bare[bare.index(after: place)...]
            return Array((bare[...place] + signature(of: octets, id: id) + rest).utf8)
        }
    }

    private static func signature(of octets: [UInt8], id: String) -> String {
        let info = """
            <ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\
            <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>\
            <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></ds:SignatureMethod>\
            <ds:Reference URI="#\(id)"><ds:Transforms>\
            <ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>\
            <ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>\
            <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>\
            <ds:DigestValue>\(Base64.encode(Digest.sha256(octets)))</ds:DigestValue></ds:Reference></ds:SignedInfo>
            """
        guard let value = try? key.sign(Array(info.utf8), .ecdsa(.sha256)) else { return "" }
        return """
            <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\(info)\
            <ds:SignatureValue>\(Base64.encode(value))</ds:SignatureValue></ds:Signature>
            """
    }
}

extension String {
    fileprivate var withoutSignatures: String {
        var rest = self[...]
        var kept = ""
        while let start = rest.firstRange(of: "<ds:Signature xmlns"),
            let end = rest[start.upperBound...].firstRange(of: "</ds:Signature>")
        {
            kept += rest[..<start.lowerBound]
            rest = rest[end.upperBound...]
        }
        return kept + rest
    }
}
