import Cryptography
import Foundation
import JSON
import SAML
import Testing

@testable import Lab

@Suite("Partners that speak SAML and WS-Federation") struct PartnerTests {
    typealias Kind = FederationPartner.Kind

    @Test("An honest sign-in says who it is and how", arguments: Kind.allCases)
    func honest(_ kind: Kind) async throws {
        let test = try TestPartner(kind)
        let person = test.partner.people[1]
        let answer = try await test.signIn(person.email, factor: "mfa")
        #expect(answer.form?.action == test.partner.consumerURL)
        #expect(answer[kind == .saml ? "RelayState" : "wctx"] == "state")
        let verified = try await test.judge(answer)
        #expect(verified.subject.value == person.subject)
        #expect(verified.values(AnswerDraft.ClaimName.email) == [person.email])
        #expect(verified.values(AnswerDraft.ClaimName.groups) == person.groups)
        #expect(verified.contextClass == SAMLContextClass.refedsMultipleFactors)
    }

    @Test("Who is signed in is not asked again, unless the request insists", arguments: Kind.allCases)
    func session(_ kind: Kind) async throws {
        let test = try TestPartner(kind)
        let person = test.partner.people[0]
        let cookie = try #require(try await test.signIn(person.email).cookie)
        let query = try test.ask()
        let again = await test.get("\(test.partner.signInPath)?\(query.query)", fields: [("Cookie", cookie)])
        let verified = try await test.judge(TestAnswer(again, requestID: query.id))
        #expect(verified.subject.value == person.subject)
        let forced = try test.ask(force: true)
        let page = await test.get("\(test.partner.signInPath)?\(forced.query)", fields: [("Cookie", cookie)])
        #expect(page.shown.contains("name=\"person\""))
    }

    @Test("A request from nowhere is refused here and answered nowhere", arguments: Kind.allCases)
    func foreignRequest(_ kind: Kind) async throws {
        let test = try TestPartner(kind)
        let asked = try test.ask()
        let foreign = asked.query.replacingOccurrences(of: "federation", with: "elsewhere")
        let spoiled = kind == .saml ? String(asked.query.dropLast(4)) : foreign
        let page = await test.get("\(test.partner.signInPath)?\(spoiled)")
        #expect(page.status == 400)
        #expect(!page.shown.contains("<form"))
    }

    @Test("A form of another site's changes nothing", arguments: Kind.allCases)
    func foreignForms(_ kind: Kind) async throws {
        let test = try TestPartner(kind)
        let evil = [("Origin", "http://evil.example")]
        #expect(await test.post("/faults", json: #"{"faults":{"unsigned":true}}"#, fields: evil).status == 403)
        #expect(await test.post("/keys", json: #"{"step":"switch"}"#, fields: evil).status == 403)
        #expect(test.partner.switches.messageFaults.isEmpty)
    }

    @Test("Declining is answered with a status (SAML Core §3.2.2.2)")
    func declining() async throws {
        let test = try TestPartner(.saml)
        let answer = try await test.signIn("")
        let rejection = await #expect(throws: SAMLRejection.self) { try await test.judge(answer) }
        #expect(rejection?.statusCodes == [SAMLStatusCode.responder, SAMLStatusCode.authnFailed])
    }

    @Test("A sign-in that begins here answers no request")
    func unsolicited() async throws {
        let test = try TestPartner(.saml)
        let answer = TestAnswer(
            await test.post("/saml/start", [("person", "dana@contoso.example")]), requestID: "_none")
        let rejection = await #expect(throws: SAMLRejection.self) { try await test.judge(answer) }
        #expect(rejection?.reason == .inResponseTo)
        #expect(answer.form?.action == test.partner.consumerURL)
    }

    // MARK: Switches

    @Test("A switch holds for every sign-in until it is off", arguments: Kind.allCases)
    func switches(_ kind: Kind) async throws {
        let test = try TestPartner(kind)
        let email = test.partner.people[0].email
        let set = await test.post("/faults", json: #"{"faults":{"unsigned":true}}"#)
        #expect(set.status == 200)
        let rejection = await #expect(throws: SAMLRejection.self) { try await test.judge(try await test.signIn(email)) }
        #expect(rejection?.reason == .noSignature)
        _ = try await test.judge(try await test.signIn(email, fault: "none"))
        _ = await test.post("/faults", json: #"{"faults":{}}"#)
        _ = try await test.judge(try await test.signIn(email))
    }

    @Test("The list says what each fault is and which is on", arguments: Kind.allCases)
    func list(_ kind: Kind) async throws {
        let test = try TestPartner(kind)
        _ = await test.post("/faults", json: #"{"faults":{"clock":-600,"unsigned":true}}"#)
        let listed = try #require(await test.get("/faults", fields: [("Accept", "application/json")]).json)
        let faults = try #require(listed["faults"]?.array)
        #expect(faults.count == PartnerFault.all(for: kind).count)
        #expect(faults.first { $0["name"]?.string == "clock" }?["on"]?.integer == -600)
        #expect(faults.first { $0["name"]?.string == "unsigned" }?["rule"]?.string == "no_signature")
        #expect(faults.count { $0["on"]?.bool == true } == 1)
        let page = await test.get("/faults")
        #expect(PartnerFault.all(for: kind).allSatisfy { page.shown.contains("<code>\($0.name)</code>") })
    }

    @Test(
        "What is no fault is refused, and nothing changes",
        arguments: [#"{"faults":{"nonsense":true}}"#, #"{"faults":{"slow":true}}"#, #"{"faults":{"down":3}}"#, "{}"])
    func badSwitches(_ body: String) async throws {
        let test = try TestPartner(.saml)
        _ = await test.post("/faults", json: #"{"faults":{"unsigned":true}}"#)
        #expect(await test.post("/faults", json: body).status == 400)
        #expect(test.partner.switches.messageFaults.map(\.name) == ["unsigned"])
    }

    @Test("Down, it answers 503 and hangs up; its control page stays", arguments: Kind.allCases)
    func down(_ kind: Kind) async throws {
        let test = try TestPartner(kind)
        _ = await test.post("/faults", json: #"{"faults":{"down":true}}"#)
        let answer = await test.get(test.partner.metadataPath)
        #expect(answer.status == 503)
        #expect(answer.closes)
        #expect(await test.get("/faults").status == 200)
    }

    @Test(
        "A clock that is wrong makes good answers early or late",
        arguments: [(-600, "expired"), (600, "not_yet_valid")])
    func clock(_ seconds: Int, _ reason: String) async throws {
        for kind in Kind.allCases {
            let test = try TestPartner(kind)
            let email = test.partner.people[0].email
            _ = await test.post("/faults", json: #"{"faults":{"clock":\#(seconds)}}"#)
            let rejection = await #expect(throws: SAMLRejection.self) {
                try await test.judge(try await test.signIn(email))
            }
            #expect(rejection?.reason.rawValue == reason)
        }
    }

    // MARK: Keys

    @Test("Announced, switched, retired: every answer is accepted on the way", arguments: Kind.allCases)
    func rollOver(_ kind: Kind) async throws {
        let test = try TestPartner(kind)
        let email = test.partner.people[0].email
        let before = try await keys(test)
        var published = before
        for (step, count) in [("announce", 2), ("switch", 2), ("retire", 1)] {
            _ = await test.post("/keys", json: #"{"step":"\#(step)"}"#)
            // By the keys that were known before this step, as a gateway that has not looked since.
            _ = try await test.judge(try await test.signIn(email), keys: published)
            published = try await keys(test)
            #expect(published.count == count)
        }
        #expect(published != before)
    }

    @Test("Switched without a word, answers are refused until the metadata is read again")
    func carelessRollOver() async throws {
        let test = try TestPartner(.saml)
        let before = try await keys(test)
        _ = await test.post("/keys", json: #"{"step":"switch"}"#)
        let answer = try await test.signIn("dana@contoso.example")
        await #expect(throws: SAMLRejection.self) { try await test.judge(answer, keys: before) }
        _ = try await test.judge(answer)
    }

    @Test("Expired certificates hold the same keys", arguments: Kind.allCases)
    func expiredCertificate(_ kind: Kind) async throws {
        let test = try TestPartner(kind)
        let before = try await test.metadata().signing
        _ = await test.post("/faults", json: #"{"faults":{"expired-certificate":true}}"#)
        let after = try await test.metadata().signing
        #expect(before.map(\.key) == after.map(\.key))
        #expect(before.allSatisfy { $0.certificate?.isValid(at: TestPartner.now) == true })
        #expect(after.allSatisfy { $0.certificate?.isValid(at: TestPartner.now) == false })
        _ = try await test.judge(try await test.signIn(test.partner.people[0].email))
    }

    private func keys(_ test: TestPartner) async throws -> [VerificationKey] {
        try await test.metadata().signing.map(\.key)
    }
}

extension SAMLMetadata {
    fileprivate var signing: [SAMLKey] {
        identityProvider?.keys.signing ?? federationRoles.first?.keys.signing ?? []
    }
}
