import Directory
import FoundationEssentials
import Storage
import StorageSQLite
import Testing

@Suite("Proofs of domains") struct DomainProofStoreTests {
    private let partner: Partner.ID = sampleID(50)

    private func proof(
        _ domain: String, _ subject: DomainSubject, _ state: DomainProof.State = .unproven, due: Double? = nil
    ) -> DomainProof {
        DomainProof(
            claim: DomainClaim(domain: sampleDomain(domain), subject: subject, reference: "https://sts.\(domain)/"),
            state: state, addedAt: now, checkedAt: now.adding(1), nextCheckAt: due.map { now.adding($0) },
            failingSince: now.adding(2), detail: "Because.")
    }

    @Test(arguments: Backend.available)
    func `what was written is read`(_ backend: Backend) async throws {
        let all = [
            proof("a.example", .own, .proven(by: .operatorsWord, at: now)),
            proof("b.example", .partner(partner), .proven(by: .record, at: now.adding(3)), due: 10),
            proof("c.example", .partner(partner), .proven(by: .signInHost, at: now.adding(4)), due: 20),
            proof("d.example", .own, .lapsed(since: now.adding(5)), due: 30), proof("e.example", .own),
        ]
        try await backend.withStore { store in
            try await store.commit(all.map { .putDomainProof($0, in: woodgrove) })
            #expect(try await store.domainProofs(woodgrove) == all)
            #expect(try await store.domainProofs(fabrikam) == [])
            for each in all {
                #expect(try await store.domainProof(woodgrove, each.claim.domain, of: each.claim.subject) == each)
            }
            #expect(try await store.domainProof(woodgrove, all[0].claim.domain, of: .partner(partner)) == nil)
            #expect(try await store.domainProof(fabrikam, all[0].claim.domain, of: .own) == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `one domain can be claimed for several, and each has a proof of its own`(_ backend: Backend) async throws {
        let own = proof("a.example", .own)
        let theirs = proof("a.example", .partner(partner), .proven(by: .record, at: now))
        try await backend.withStore { store in
            try await store.commit([.putDomainProof(own, in: woodgrove), .putDomainProof(theirs, in: woodgrove)])
            try await store.commit([.putDomainProof(theirs, in: fabrikam)])
            #expect(try await store.domainProofs(woodgrove).count == 2)
            var changed = own
            changed.claim.reference = "another"
            try await store.commit([.putDomainProof(changed, in: woodgrove)])
            #expect(try await store.domainProof(woodgrove, own.claim.domain, of: .own) == changed)
            try await store.commit([.removeDomainProof(own.claim.domain, of: .partner(partner), in: woodgrove)])
            #expect(try await store.domainProofs(woodgrove) == [changed])
            #expect(try await store.domainProofs(fabrikam) == [theirs])
        }
    }

    @Test(arguments: Backend.available)
    func `a check changes only what it looked at`(_ backend: Backend) async throws {
        let old = proof("a.example", .partner(partner), .proven(by: .record, at: now), due: 10)
        var new = old
        new.state = .lapsed(since: now.adding(11))
        new.checkedAt = now.adding(11)
        try await backend.withStore { store in
            #expect(try await store.applies([.moveDomainProof(from: old, to: new, in: woodgrove)]) == false)
            try await store.commit([.putDomainProof(old, in: woodgrove)])
            #expect(try await store.applies([.moveDomainProof(from: old, to: new, in: fabrikam)]) == false)
            #expect(try await store.applies([.moveDomainProof(from: old, to: new, in: woodgrove)]))
            #expect(try await store.applies([.moveDomainProof(from: old, to: new, in: woodgrove)]) == false)
            #expect(try await store.domainProofs(woodgrove) == [new])

            // Where the sign-in page changed meanwhile, what was looked at is of no use.
            var other = new
            other.claim.reference = "https://new.example/"
            try await store.commit([.putDomainProof(other, in: woodgrove)])
            #expect(try await store.applies([.moveDomainProof(from: new, to: old, in: woodgrove)]) == false)
        }
    }

    @Test(arguments: Backend.available)
    func `a claim never looked at is moved too`(_ backend: Backend) async throws {
        var old = proof("a.example", .own)
        old.checkedAt = nil
        var new = old
        new.state = .proven(by: .record, at: now)
        new.checkedAt = now
        try await backend.withStore { [old, new] store in
            try await store.commit([.putDomainProof(old, in: woodgrove)])
            #expect(try await store.applies([.moveDomainProof(from: old, to: new, in: woodgrove)]))
            #expect(try await store.domainProofs(woodgrove) == [new])
        }
    }

    @Test(arguments: Backend.available)
    func `what is due comes from every tenant, the longest due first`(_ backend: Backend) async throws {
        let first = proof("a.example", .partner(partner), due: 10)
        let second = proof("b.example", .partner(partner), due: 20)
        try await backend.withStore { store in
            try await store.commit([
                .putDomainProof(second, in: woodgrove), .putDomainProof(first, in: fabrikam),
                .putDomainProof(proof("c.example", .own), in: woodgrove),
                .putDomainProof(proof("d.example", .partner(partner), due: 21), in: woodgrove),
            ])
            let due = try await store.dueDomainProofs(at: now.adding(20))
            #expect(due.map(\.proof) == [first, second])
            #expect(due.map(\.tenant) == [fabrikam, woodgrove])
            #expect(try await store.dueDomainProofs(at: now.adding(20), limit: 1).map(\.proof) == [first])
            #expect(try await store.dueDomainProofs(at: now.adding(9)) == [])
        }
    }

    @Test func `domains of before there were proofs have the operator's word`() async throws {
        let folder = try Folder()
        let path = folder.file("vestibule.db")
        let before = try #require(Migration.all.first { $0.name == "domain proofs" }).number - 1
        let old = try SQLiteDatabase(path: path, readers: 1, allowsSecond: false, upTo: before)
        let (kept, released) = (sampleDomain("kept.example"), sampleDomain("released.example"))
        try await Store(old).commit([
            .createTenant(woodgrove, at: now), .claimDomain(kept, for: woodgrove, at: now.adding(7)),
            .claimDomain(released, for: woodgrove, at: now), .releaseDomain(released, of: woodgrove, at: now),
        ])
        old.close()
        let current = try SQLiteDatabase.open(path: path)
        defer { current.close() }
        let proofs = try await Store(current).domainProofs(woodgrove)
        #expect(proofs.map(\.claim.domain) == [kept])
        #expect(proofs.first?.state == .proven(by: .operatorsWord, at: now.adding(7)))
        #expect(proofs.first?.claim.subject == .own)
        #expect(proofs.first?.detail == "The operator vouches for kept.example.")
    }
}
