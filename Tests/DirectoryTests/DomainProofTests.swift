import FoundationEssentials
import Testing

@testable import Directory

@Suite("How long a proof stands") struct DomainProofTests {
    private let claim = DomainClaim(
        domain: Sample.domain("fabrikam.com"), subject: .partner(Sample.id(7)), reference: "https://sts.fabrikam.com/")
    private let start = Sample.now
    private let hour = 3600.0
    private let day = 86_400.0

    private func at(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

    private func decision(_ verdict: DomainVerdict) -> DomainDecision {
        DomainDecision(verdict: verdict, reasons: [Reason("domain.record", met: false, "Because.")])
    }

    private func proven() -> DomainProof {
        DomainProof(claim: claim, state: .unproven, addedAt: start, nextCheckAt: start)
            .checked(decision(.proven(.record)), at: start, randomness: 0).proof
    }

    @Test func `what is shown is proven, and looked at again within a day`() {
        let claimed = DomainProof(claim: claim, state: .unproven, addedAt: start)
        for randomness in [UInt8(0), 128, 255] {
            let (proof, change) = claimed.checked(decision(.proven(.record)), at: start, randomness: randomness)
            #expect(proof.state == .proven(by: .record, at: start))
            #expect(change == .proven)
            #expect(proof.checkedAt == start && proof.detail == "Because.")
            let next = proof.nextCheckAt?.timeIntervalSince(start) ?? 0
            #expect((0.75 * day...day).contains(next))
        }
    }

    @Test func `a proof that is shown again stays as old as it is`() {
        let (proof, change) = proven().checked(decision(.proven(.record)), at: at(day), randomness: 0)
        #expect(proof.state == .proven(by: .record, at: start))
        #expect(change == nil)
    }

    @Test func `what is gone has lapsed at once, and counts again once it is back`() {
        let (lapsed, change) = proven().checked(decision(.unproven), at: at(day), randomness: 0)
        #expect(lapsed.state == .lapsed(since: at(day)))
        #expect(change == .lapsed)
        #expect(lapsed.nextCheckAt == at(day + hour))
        let (still, none) = lapsed.checked(decision(.unproven), at: at(day + hour), randomness: 0)
        #expect(still.state == lapsed.state)
        #expect(none == nil)
        let (back, restored) = still.checked(decision(.proven(.record)), at: at(day + 2 * hour), randomness: 0)
        #expect(back.state == .proven(by: .record, at: at(day + 2 * hour)))
        #expect(restored == .restored)
    }

    @Test func `a resolver that fails for three days on end ends a proof, and not before`() {
        var proof = proven()
        var changes: [DomainProofChange] = []
        var hours = 0
        while proof.isProven, hours < 1000 {
            let (next, change) = proof.checked(decision(.undecided), at: at(Double(hours) * hour), randomness: 9)
            if next.isProven { #expect(next.nextCheckAt == at(Double(hours + 1) * hour)) }
            proof = next
            if let change { changes.append(change) }
            hours += 1
        }
        #expect(hours == 73, "from the first failure to the one three days later")
        #expect(changes == [.failing, .lapsed])
        #expect(proof.state == .lapsed(since: at(72 * hour)))
    }

    @Test func `one answer in between begins the three days anew`() {
        var proof = proven()
        for hours in 0..<71 {
            proof = proof.checked(decision(.undecided), at: at(Double(hours) * hour), randomness: 0).proof
        }
        proof = proof.checked(decision(.proven(.record)), at: at(71 * hour), randomness: 0).proof
        #expect(proof.failingSince == nil)
        proof = proof.checked(decision(.undecided), at: at(72 * hour), randomness: 0).proof
        #expect(proof.isProven && proof.failingSince == at(72 * hour))
    }

    @Test func `days in which nobody looked are no failures`() {
        var proof = proven().checked(decision(.undecided), at: at(hour), randomness: 0).proof
        proof = proof.checked(decision(.undecided), at: at(5 * day), randomness: 0).proof
        #expect(proof.isProven)
        #expect(proof.failingSince == at(5 * day))
    }

    @Test func `a resolver that fails proves nothing either`() {
        let lapsed = proven().checked(decision(.unproven), at: at(day), randomness: 0).proof
        #expect(lapsed.checked(decision(.undecided), at: at(day + hour), randomness: 0).change == nil)
        let claimed = DomainProof(claim: claim, state: .unproven, addedAt: start)
        let (proof, change) = claimed.checked(decision(.undecided), at: start, randomness: 0)
        #expect(proof.state == .unproven && change == nil)
    }

    @Test func `what is not proven is looked at every hour, after a week every day`() {
        let claimed = DomainProof(claim: claim, state: .unproven, addedAt: start)
        #expect(claimed.checked(decision(.unproven), at: at(hour), randomness: 0).proof.nextCheckAt == at(2 * hour))
        #expect(claimed.checked(decision(.unproven), at: at(8 * day), randomness: 0).proof.nextCheckAt == at(9 * day))
        let own = DomainClaim(domain: claim.domain, subject: .own, reference: "t")
        let asked = DomainProof(claim: own, state: .unproven, addedAt: start)
        #expect(asked.checked(decision(.unproven), at: start, randomness: 0).proof.nextCheckAt == nil)
    }

    @Test func `the operator's word is not looked at`() {
        #expect(DomainProof.byOperator(claim, at: start).nextCheckAt == nil)
        #expect(DomainProof.byOperator(claim, at: start).isProven)
    }

    // MARK: What it is for

    private func voice(
        _ domain: String, listed: [String] = ["fabrikam.com"], proof: DomainProof?,
        url: String = "https://sts.fabrikam.com/"
    ) -> PartnerVoice {
        partnerVoice(
            of: Sample.oidcPartner(7, "fabrikam", domains: listed), at: url, for: Sample.domain(domain), proof: proof,
            tenant: Sample.woodgrove)
    }

    @Test func `a partner speaks for what is listed and proven, and for nothing else`() {
        #expect(voice("fabrikam.com", proof: proven()).isHeard)
        #expect(
            voice("fabrikam.com", proof: proven()).reasons.map(\.rule) == [
                "domain.listed", "domain.notOwn", "domain.proof",
            ])
        #expect(!voice("fabrikam.com", listed: [], proof: proven()).isHeard)
        #expect(!voice("sub.fabrikam.com", proof: proven()).isHeard, "the domain, not what is under it")
        #expect(!voice("contoso.com", proof: proven()).isHeard)
        #expect(!voice("fabrikam.com", proof: nil).isHeard)
        let lapsed = proven().checked(decision(.unproven), at: at(day), randomness: 0).proof
        let refused = voice("fabrikam.com", proof: lapsed)
        #expect(!refused.isHeard)
        #expect(refused.reasons.last?.detail == "The proof of fabrikam.com has lapsed. Because.")
        #expect(!voice("fabrikam.com", proof: DomainProof(claim: claim, state: .unproven, addedAt: start)).isHeard)
    }

    @Test func `a proof counts for the sign-in page it was made for, and for its partner`() {
        #expect(!voice("fabrikam.com", proof: proven(), url: "https://elsewhere.example/").isHeard)
        var theirs = proven()
        theirs.claim.subject = .partner(Sample.id(8))
        #expect(!voice("fabrikam.com", proof: theirs).isHeard)
        theirs.claim.subject = .own
        #expect(!voice("fabrikam.com", proof: theirs).isHeard)
    }

    @Test func `no partner speaks for a tenant's own domain`() {
        var claim = claim
        claim.domain = Sample.domain("woodgrove.shop")
        let proof = DomainProof.byOperator(claim, at: start)
        let refused = voice("woodgrove.shop", listed: ["woodgrove.shop"], proof: proof)
        #expect(!refused.isHeard)
        #expect(refused.reasons.last?.rule == "domain.notOwn")
    }

    @Test func `a domain has one owner, and an own domain is no partner's`() {
        let domain = Sample.domain("fabrikam.com")
        let tenant = Sample.woodgrove.id
        func isMet(owner: Tenant.ID?, _ partners: [Partner] = []) -> Bool {
            ownershipRules(domain, for: tenant, owner: owner, partners: partners).allSatisfy(\.met)
        }
        #expect(isMet(owner: nil))
        #expect(isMet(owner: tenant))
        #expect(!isMet(owner: Sample.fabrikam.tenant))
        #expect(!isMet(owner: nil, [Sample.oidcPartner(7, "fabrikam", domains: ["fabrikam.com"])]))
        #expect(isMet(owner: nil, [Sample.oidcPartner(7, "fabrikam", domains: ["fabrikam.example"])]))
    }
}
