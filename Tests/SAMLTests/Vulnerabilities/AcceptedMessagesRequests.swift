import Cryptography
import XML

@testable import SAML

extension AcceptedMessage {
    static let endpoint = "https://login.vestibule.example/saml/contoso/sso"

    /// What is posted, in clear.
    private static func text(_ transmission: SAMLTransmission) -> String {
        let fields = posted(transmission)
        let value = fields["SAMLRequest"] ?? fields["SAMLResponse"] ?? ""
        return String(decoding: Base64.decode(value) ?? [], as: UTF8.self)
    }

    static var requests: [AcceptedMessage] {
        get throws {
            try [("RSA", TestKeys.partner), ("ECDSA", TestKeys.partnerECDSA)].map { name, signer in
                let sent = try authnRequest.transmission(by: .post, relayState: "relay", signer: signer)
                return try AcceptedMessage("AuthnRequest signed with \(name)", xml: text(sent), signedID: "_request1") {
                    try RequestContent(
                        SAMLReceivedRequest(postValue: Base64.encode(Array($0.utf8)), relayState: "relay"))
                }
            }
        }
    }

    static var logouts: [AcceptedMessage] {
        get throws {
            let request = try logoutRequest.transmission(by: .post, relayState: "relay", signer: TestKeys.partner)
            let response = try logoutResponse.transmission(by: .post, relayState: "relay", signer: TestKeys.partner)
            let encrypted = try EnvelopedSigner().sign(encryptedLogoutRequest, id: "_logout1")
            return [
                try logout("LogoutRequest", .request, text(request), id: "_logout1"),
                try logout("LogoutRequest with an encrypted identifier", .request, encrypted, id: "_logout1"),
                try logout("LogoutResponse", .response, text(response), id: "_answer1"),
            ]
        }
    }

    private static func logout(
        _ name: String, _ parameter: SAMLMessageParameter, _ xml: String, id: String
    ) throws -> AcceptedMessage {
        try AcceptedMessage(name, xml: xml, signedID: id) {
            try logoutContent(
                SAMLReceivedLogout(parameter, postValue: Base64.encode(Array($0.utf8)), relayState: "relay"))
        }
    }

    // MARK: What is sent, by either binding

    static var authnRequest: SAMLAuthnRequest {
        var request = SAMLAuthnRequest(
            id: "_request1", issued: noon, destination: endpoint, issuer: TestResponse.partner,
            assertionConsumer: .url(TestResponse.acs, .post))
        request.forcesAuthentication = true
        request.nameIDPolicy = .init(format: SAMLNameIDFormat.persistent)
        request.requestedContext = SAMLRequestedContext([SAMLContextClass.refedsMultipleFactors], comparison: .minimum)
        request.subject = SAMLNameID("ada@partner.example", format: SAMLNameIDFormat.emailAddress)
        return request
    }

    static var logoutRequest: SAMLLogoutRequest {
        SAMLLogoutRequest(
            id: "_logout1", issued: noon, destination: endpoint, issuer: TestResponse.partner,
            nameID: SAMLNameID("guest-4711", format: SAMLNameIDFormat.persistent), sessionIndexes: ["_session1"])
    }

    static var logoutResponse: SAMLLogoutResponse {
        SAMLLogoutResponse(
            id: "_answer1", issued: noon, destination: endpoint, issuer: TestResponse.partner,
            inResponseTo: "_logout1", status: SAMLLogoutResponse.partial)
    }

    private static var encryptedLogoutRequest: String {
        get throws {
            let nameID = try TestEncryption.encrypted(
                #"<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">guest-4711</saml:NameID>"#,
                element: "EncryptedID")
            return """
                <samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" \
                xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_logout1" Version="2.0" \
                IssueInstant="\(instant(0))" NotOnOrAfter="\(instant(60))" Destination="\(endpoint)">\
                <saml:Issuer>\(TestResponse.partner)</saml:Issuer>\(nameID)</samlp:LogoutRequest>
                """
        }
    }

    // MARK: What is made of it

    struct RequestContent: Equatable, Sendable {
        let request: SAMLAuthnRequest
        let answersTo: String
        let relayState: String?

        init(_ received: SAMLReceivedRequest) throws {
            var registration = SAMLMetadata(entityID: TestResponse.partner)
            registration.serviceProvider = SAMLServiceProviderRole(
                keys: SAMLKeys(signing: [TestKeys.partner, TestKeys.partnerECDSA].map { SAMLKey(key: $0.publicKey) }),
                signsAuthnRequests: true, assertionConsumers: [SAMLEndpoint(.post, TestResponse.acs, index: 0)])
            let valid = try received.validated(for: registration, at: AcceptedMessage.endpoint, now: noon)
            (request, answersTo, relayState) = (valid.request, valid.assertionConsumer.location, valid.relayState)
        }
    }

    struct LogoutContent: Equatable, Sendable {
        let message: SAMLReceivedLogout.Verified.Message
        let relayState: String?
    }

    static func logoutContent(_ received: SAMLReceivedLogout) throws -> LogoutContent {
        var expectations = SAMLReceivedLogout.Expectations(
            issuer: TestResponse.partner, keys: [TestKeys.partner.publicKey, TestKeys.partnerECDSA.publicKey],
            endpoint: endpoint, requestID: "_logout1")
        expectations.decryptionKeys = [TestKeys.own.key]
        return LogoutContent(
            message: try received.verified(expectations, now: noon).message, relayState: received.relayState)
    }
}
