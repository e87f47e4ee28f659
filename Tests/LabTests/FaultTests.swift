import Foundation
import SAML
import Testing

@testable import Lab

@Suite("A partner's faults") struct FaultTests {
    private static let faultsOfSAML = PartnerFault.all(for: .saml).filter { !$0.isOfService }.map(\.name)
    private static let faultsOfWSFederation = PartnerFault.all(for: .wsFederation).filter { !$0.isOfService }.map(
        \.name)

    @Test("SAML: each is refused by the rule that the control page names, or goes on", arguments: faultsOfSAML)
    func saml(_ name: String) async throws { try await judge(.saml, name) }

    @Test(
        "WS-Federation: each is refused by the rule that the control page names, or goes on",
        arguments: faultsOfWSFederation)
    func wsFederation(_ name: String) async throws { try await judge(.wsFederation, name) }

    /// The rules of the assertion alone: what is decided behind them goes on here.
    private static let decidedLater: Set<String> = ["replay", "email.domain", "nameid_invalid"]

    private func judge(_ kind: FederationPartner.Kind, _ name: String) async throws {
        let test = try Self.partner(kind)
        let fault = try #require(test.partner.switches.fault(name))
        let person = test.partner.people[0]
        let victim = test.partner.people[test.partner.people.count - 1]
        let answer = try await test.signIn(person.email, fault: name)
        if name == "deflate-bomb" { return try judgeBomb(answer) }
        guard let rule = fault.rule, !Self.decidedLater.contains(rule) else {
            let verified = try await test.judge(answer)
            #expect(verified.subject.value != victim.subject)
            return
        }
        do {
            let verified = try await test.judge(answer)
            Issue.record("\(name) was accepted for \(verified.subject.value)")
        } catch let rejection as SAMLRejection {
            #expect(rejection.reason.rawValue == rule, "\(rejection)")
        }
    }

    /// One of each for all these: what is chosen on its page holds for one answer.
    private static let partners = Result {
        try Dictionary(uniqueKeysWithValues: FederationPartner.Kind.allCases.map { ($0, try TestPartner($0)) })
    }

    private static func partner(_ kind: FederationPartner.Kind) throws -> TestPartner {
        try #require(try partners.get()[kind])
    }

    private func judgeBomb(_ answer: TestAnswer) throws {
        let location = try #require(answer.response.field("location"))
        #expect(location.utf8.count < 8192)
        let query = String(location.split(separator: "?", maxSplits: 1)[1])
        let rejection = #expect(throws: SAMLRejection.self) { try SAMLReceivedLogout(redirectQuery: query) }
        #expect(rejection?.reason == .tooLarge)
    }

    @Test("Every fault has a name of its own and a sentence", arguments: FederationPartner.Kind.allCases)
    func areDescribed(_ kind: FederationPartner.Kind) {
        let faults = PartnerFault.all(for: kind)
        #expect(Set(faults.map(\.name)).count == faults.count)
        #expect(faults.allSatisfy { $0.sentence.hasSuffix(".") })
        let known = Set(SAMLReason.allCases.map(\.rawValue) + ["email.domain"])
        #expect(faults.allSatisfy { $0.rule.map(known.contains) ?? true })
    }

    @Test("A forged assertion would name somebody else, and a signature that covers it would let them in")
    func forgeryIsDangerous() async throws {
        let test = try Self.partner(.saml)
        let answer = try await test.signIn("dana@contoso.example", fault: "xsw-3")
        let xml = String(decoding: try SAMLMessageEncoding.decode(post: answer["SAMLResponse"]), as: UTF8.self)
        #expect(xml.contains("sasha@contoso.example"))
        #expect(xml.contains("dana@contoso.example"))
    }

    @Test("A SHA-1 digest is genuine: looked at leniently, the answer is whole")
    func sha1IsGood() async throws {
        let test = try Self.partner(.saml)
        let answer = try await test.signIn("dana@contoso.example", fault: "sha1-digest")
        var terms = SAMLExaminationTerms()
        terms.keys = [test.partner.keys.current.key.publicKey]
        terms.leniencies = [.sha1]
        let examined = try SAMLReceivedResponse(postValue: answer["SAMLResponse"])
            .examine(on: terms, now: TestPartner.now)
        #expect(try examined.verdict.get().subject.value == "ct-40817")
    }

    @Test("AES-CBC is accepted by the connection's switch")
    func cbcBySwitch() async throws {
        let test = try Self.partner(.saml)
        let answer = try await test.signIn("dana@contoso.example", fault: "encrypted-cbc")
        let verified = try await test.judge(answer, allowsCBC: true)
        #expect(verified.wasEncrypted)
        #expect(verified.subject.value == "ct-40817")
    }

    @Test(
        "Another's key is what the fault says: trusted, it would be accepted",
        arguments: FederationPartner.Kind.allCases)
    func otherKeyIsGood(_ kind: FederationPartner.Kind) async throws {
        let test = try Self.partner(kind)
        let answer = try await test.signIn(test.partner.people[0].email, fault: "other-key")
        let verified = try await test.judge(answer, keys: [try test.partner.keys.stranger().key.publicKey])
        #expect(verified.subject.value == test.partner.people[0].subject)
    }

    @Test("A replay has the ID of the assertion before", arguments: FederationPartner.Kind.allCases)
    func replay(_ kind: FederationPartner.Kind) async throws {
        let test = try TestPartner(kind)
        let email = test.partner.people[0].email
        let first = try await test.judge(try await test.signIn(email))
        let other = try await test.judge(try await test.signIn(email))
        let replayed = try await test.judge(try await test.signIn(email, fault: "replayed"))
        #expect(first.id != other.id)
        #expect(replayed.id == other.id)
    }

    @Test("An address elsewhere is stated and signed")
    func otherDomain() async throws {
        let test = try Self.partner(.saml)
        let verified = try await test.judge(try await test.signIn("dana@contoso.example", fault: "other-domain"))
        #expect(verified.values(AnswerDraft.ClaimName.email) == ["admin@woodgrove.example"])
    }

    @Test(
        "Each missing claim is missing, and the others are there",
        arguments: PartnerFault.missingClaimFaults.map(\.name))
    func missingClaims(_ name: String) async throws {
        let test = try Self.partner(.wsFederation)
        let all = try await test.judge(try await test.signIn("toby@tailspin.example"))
        let fewer = try await test.judge(try await test.signIn("toby@tailspin.example", fault: name))
        #expect(fewer.attributes.count == all.attributes.count - 1)
    }
}
