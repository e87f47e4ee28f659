// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap

import Cryptography
import Directory
import JSON
import Outbound
import Synchronization
import Testing

@testable import Upstream

/// API connectors: exactly what is sent, and each documented answer.
@Suite struct ConnectorTests {
    private static let application = Application.AppID("00000000-0000-4000-8000-0000000000aa")!
    private static let seats = UserFlowAttribute(
        id: .init(custom: "Seats", of: application)!, displayName: "Seats", dataType: .int64)
    private static let asked = [UserFlowAttribute(.city), UserFlowAttribute(.surname), seats]

    private let connector = APIConnector(
        id: .init("00000000-0000-4000-8000-0000000000bb")!, displayName: "Approvals",
        targetURL: "https://approvals.example/api",
        authentication: .basic(username: "vestibule", secretName: "connector"))

    private func ask(
        _ step: APIConnector.Step, _ request: ConnectorRequest? = nil,
        answers: @escaping @Sendable (Int) throws(FetchError) -> FetchResult
    ) async throws -> (ConnectorReply, [FetchRequest]) {
        let sent = Mutex<[FetchRequest]>([])
        let fetch = PartnerFetch { request, _ throws(FetchError) in
            let count = sent.withLock {
                $0.append(request)
                return $0.count
            }
            return try answers(count)
        }
        let exchange = ConnectorExchange(fetch: fetch, policy: EgressPolicy(name: "connectors"))
        let reply = try await exchange.ask(
            connector, secret: Secret(utf8: "pa:ss"),
            request ?? ConnectorRequest(step: step, email: "js@fabrikam.com"), key: [UInt8](repeating: 7, count: 16),
            asked: Self.asked)
        return (reply, sent.withLock { $0 })
    }

    private func reply(
        _ step: APIConnector.Step, _ status: Int, _ body: String
    ) async throws -> ConnectorReply {
        try await ask(step) { _ in FetchResult(status: status, body: Array(body.utf8)) }.0
    }

    private static let goOn = #"{"version":"1.0.0","action":"Continue"}"#

    @Test func `What is sent`() async throws {
        let request = ConnectorRequest(
            step: .postFederationSignup, email: "js@fabrikam.com",
            identity: ObjectIdentity(signInType: "federated", issuer: "facebook.com", issuerAssignedID: "0123"),
            values: [.init(.city): .string(""), Self.seats.id: .integer(3)], displayName: "John Smith",
            givenName: "John", surname: "Smith", language: "en-US")
        let (_, sent) = try await ask(.postFederationSignup, request) { _ in
            FetchResult(status: 200, body: Array(Self.goOn.utf8))
        }
        #expect(sent.count == 1)
        let value = try JSONReader.read(sent[0].body)
        let expected: JSONValue = [
            "email": "js@fabrikam.com",
            "identities": [["signInType": "federated", "issuer": "facebook.com", "issuerAssignedId": "0123"]],
            "displayName": "John Smith", "extension_000000000000400080000000000000aa_Seats": 3, "givenName": "John",
            "lastName": "Smith", "surname": "Smith", "ui_locales": "en-US",
        ]
        #expect(value == expected)
        #expect(sent[0].fields.first { $0.name == "Authorization" }?.value == "Basic dmVzdGlidWxlOnBhOnNz")
        #expect(sent[0].timeout == .seconds(20))
    }

    @Test(arguments: ["https://contoso.example/saml", "https://login.example/t/v2.0"])
    func `A home that others may name alike is not sent as an identity`(issuer: String) async throws {
        let request = ConnectorRequest(
            step: .postAttributeCollection, email: "a@b.example",
            identity: ObjectIdentity(signInType: "federated", issuer: issuer, issuerAssignedID: "1"))
        #expect(try JSONReader.read(request.body) == ["email": "a@b.example"])
    }

    @Test func `Continue fills in what was asked, under any of its names`() async throws {
        let body = #"""
            {"version":"1.0.0","action":"Continue","city":"Bern","lastName":"Muster","extension_Seats":7,"jobTitle":"CEO"}
            """#
        #expect(
            try await reply(.postAttributeCollection, 200, body)
                == .proceed([
                    .init(.city): .string("Bern"), .init(.surname): .string("Muster"), Self.seats.id: .integer(7),
                ]))
    }

    @Test func `A page that ends the sign-up`() async throws {
        let body = #"{"version":"1.0.0","action":"ShowBlockPage","userMessage":"Not yet."}"#
        #expect(try await reply(.postFederationSignup, 200, body) == .block(message: "Not yet."))
    }

    @Test(arguments: ["400", #""400""#])
    func `A form that has to be mended`(status: String) async throws {
        let body = #"{"version":"1.0.0","status":\#(status),"action":"ValidationError","userMessage":"No."}"#
        #expect(try await reply(.postAttributeCollection, 400, body) == .invalid(message: "No."))
    }

    @Test(arguments: [
        (200, #"{"version":"1","status":400,"action":"ValidationError","userMessage":"No."}"#),
        (400, #"{"version":"1","action":"ValidationError","userMessage":"No."}"#),
        (400, #"{"version":"1","action":"ShowBlockPage","userMessage":"No."}"#), (200, #"{"action":"Continue"}"#),
        (200, #"{"version":"1"}"#), (200, "<html>"), (200, "[]"), (500, goOn), (302, goOn),
        (200, #"{"version":"1","action":"ShowBlockPage"}"#),
        (200, #"{"version":"1","action":"Continue","extension_Seats":"seven"}"#),
    ])
    func `An answer that is none of these lets nobody in`(status: Int, body: String) async throws {
        await #expect(throws: ConnectorFailure.self) { try await reply(.postAttributeCollection, status, body) }
    }

    @Test func `Before the form there is nothing to mend`() async throws {
        let body = #"{"version":"1","status":400,"action":"ValidationError","userMessage":"No."}"#
        await #expect(throws: ConnectorFailure.self) { try await reply(.postFederationSignup, 400, body) }
    }

    @Test func `What does not come is asked for once more, under the same key`() async throws {
        let (reply, sent) = try await ask(.postAttributeCollection) { count throws(FetchError) in
            if count == 1 { throw .timeout(host: "approvals.example") }
            return FetchResult(status: 200, body: Array(Self.goOn.utf8))
        }
        #expect(reply == .proceed([:]))
        let keys = sent.map { $0.fields.first { $0.name == "Idempotency-Key" }?.value }
        #expect(keys.count == 2 && keys[0] == keys[1] && keys[0]?.utf8.count == 22)
    }

    @Test func `Twice nothing is a failure`() async throws {
        let tries = Mutex(0)
        await #expect(throws: ConnectorFailure.unreachable("approvals.example did not answer in time.")) {
            _ = try await ask(.postAttributeCollection) { count throws(FetchError) in
                tries.withLock { $0 = count }
                throw .timeout(host: "approvals.example")
            }
        }
        #expect(tries.withLock { $0 } == 2)
    }
}
