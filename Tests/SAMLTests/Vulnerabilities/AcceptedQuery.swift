@testable import SAML

/// A query string that is accepted: a message that came by redirect, signed.
struct AcceptedQuery: CustomStringConvertible, Sendable {
    let description: String
    let query: String
    private let judge: @Sendable (String) throws -> Bool

    private init<Reading: Equatable & Sendable>(
        _ description: String, _ transmission: SAMLTransmission,
        read: @escaping @Sendable (String) throws -> Reading
    ) throws {
        guard case .redirect(let url) = transmission else { fatalError("it goes by redirect") }
        let query = String(url.split(separator: "?", maxSplits: 1)[1])
        (self.description, self.query) = (description, query)
        let expected = try read(query)
        judge = { try read($0) == expected }
    }

    func verdict(on query: String) -> AcceptedMessage.Verdict {
        do {
            return try judge(query) ? .unchanged : .changed(query)
        } catch let rejection as SAMLRejection {
            return .refused(rejection.reason)
        } catch SAMLRequestRefusal.rejected(let rejection) {
            return .refused(rejection.reason)
        } catch {
            fatalError("not a refusal: \(error)")
        }
    }

    static let all: [AcceptedQuery] = {
        do {
            var queries: [AcceptedQuery] = []
            for (name, signer) in [("RSA", TestKeys.partner), ("ECDSA", TestKeys.partnerECDSA)] {
                for relayState in [nil, "state/1 +ü&x=y"] {
                    let how = "\(name)\(relayState == nil ? "" : " and RelayState")"
                    queries += [
                        try AcceptedQuery(
                            "AuthnRequest, \(how)",
                            AcceptedMessage.authnRequest.transmission(
                                by: .redirect, relayState: relayState, signer: signer)
                        ) { try AcceptedMessage.RequestContent(SAMLReceivedRequest(redirectQuery: $0)) },
                        try AcceptedQuery(
                            "LogoutRequest, \(how)",
                            AcceptedMessage.logoutRequest.transmission(
                                by: .redirect, relayState: relayState, signer: signer)
                        ) { try AcceptedMessage.logoutContent(SAMLReceivedLogout(redirectQuery: $0)) },
                        try AcceptedQuery(
                            "LogoutResponse, \(how)",
                            AcceptedMessage.logoutResponse.transmission(
                                by: .redirect, relayState: relayState, signer: signer)
                        ) { try AcceptedMessage.logoutContent(SAMLReceivedLogout(redirectQuery: $0)) },
                    ]
                }
            }
            return queries
        } catch {
            fatalError("a message can't be made: \(error)")
        }
    }()
}
