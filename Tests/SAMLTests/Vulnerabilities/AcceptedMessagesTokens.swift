import XML

@testable import SAML

extension AcceptedMessage {
    private static let realm = "https://login.vestibule.example/contoso/"

    /// Answers of a security token service, each with a token of SAML 1.1 or 2.0.
    static var tokens: [AcceptedMessage] {
        get throws {
            var messages: [AcceptedMessage] = []
            for token in WSFederationResponseWriter.Token.allCases {
                for trust in WSFederationResponseWriter.Trust.allCases {
                    let version = token == .saml11 ? "1.1" : "2.0"
                    messages.append(
                        try self.token("SAML \(version) in \(trust)", written(token, trust), signedID: "_assertion1"))
                }
                messages.append(
                    try self.token(
                        "\(token), encrypted", written(token, .february2005), signedID: "_assertion1",
                        seal: { try $0.encryptingToken() }))
            }
            return messages
        }
    }

    private static func written(
        _ token: WSFederationResponseWriter.Token, _ trust: WSFederationResponseWriter.Trust
    ) throws -> String {
        var assertion = assertion
        assertion.audience = realm
        let writer = WSFederationResponseWriter(signer: TestKeys.partner, token: token, trust: trust)
        return posted(try writer.answer(assertion, context: nil))["wresult"] ?? ""
    }

    private static func token(
        _ name: String, _ xml: String, signedID: String, seal: @escaping @Sendable (String) throws -> String = { $0 }
    ) throws -> AcceptedMessage {
        try AcceptedMessage("token \(name)", xml: xml, signedID: signedID, seal: seal) { text in
            var expectations = WSFederationExpectations(
                realm: realm, recipient: TestResponse.acs, issuer: TestResponse.partner,
                keys: [TestKeys.partner.publicKey])
            expectations.decryptionKeys = [TestKeys.own.key]
            return AssertionContent(
                try WSFederationReceivedToken(wresult: text).verify(expecting: expectations, now: noon))
        }
    }
}

extension String {
    /// The token that is asked for is encrypted, whatever it is.
    fileprivate func encryptingToken() throws -> String {
        let root = try XMLTree(parsing: self)
        for holder in root.all where holder.name.local == "RequestedSecurityToken" {
            holder.children = try holder.elements.map { token in
                let encrypted = try TestEncryption.encrypted(token.xml, element: "Holder")
                return .element(try XMLTree(parsing: encrypted).elements[0])
            }
        }
        return root.xml
    }
}
