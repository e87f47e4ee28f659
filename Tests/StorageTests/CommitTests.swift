import Directory
import FoundationEssentials
import Storage
import Testing

/// A commit happens whole or not at all, and harms no other.
@Suite("Commits") struct CommitTests {
    @Test(arguments: Backend.available)
    func `nothing is written when a later step is not applied`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            await #expect(throws: StorageError.notApplied(step: 2)) {
                try await store.commit([
                    .insertUser(.sample(), in: woodgrove), .insertSession(.sample()),
                    .spendCode(sampleID(1), secretDigest: digest(1), in: woodgrove, at: now),
                    .insertGrant(.sample()),
                ])
            }
            let user = try await store.user(woodgrove, sampleID(1))
            let session = try await store.session(woodgrove, sampleID(70))
            let grant = try await store.grant(woodgrove, sampleID(1))
            #expect(user == nil && session == nil && grant == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `nothing is written when a later step conflicts, and the conflict is named`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([.insertUser(.sample(), in: woodgrove), .link(.sample(), in: woodgrove)])
            await #expect(throws: StorageError.conflict(constraint: "identities_pkey")) {
                try await store.commit([
                    .insertUser(.sample(2, name: "Grace"), in: woodgrove),
                    .link(.sample(sampleID(2)), in: woodgrove),
                ])
            }
            #expect(try await store.user(woodgrove, sampleID(2)) == nil)
            await #expect(throws: StorageError.conflict(constraint: "users_upn")) {
                try await store.commit([.insertUser(.sample(3, name: "aDA"), in: woodgrove)])
            }
            await #expect(throws: StorageError.conflict(constraint: "users_pkey")) {
                try await store.commit([.insertUser(.sample(1, name: "Grace"), in: woodgrove)])
            }
        }
    }

    @Test(arguments: Backend.available)
    func `of many commits at once each gets its own answer`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            // One in three is not applied and one in three conflicts, after writing a session of its own.
            try await store.commit([.insertUser(.sample(), in: woodgrove)])
            let answers = await withTaskGroup(of: (UInt8, StorageError?).self) { group in
                for number in UInt8(10)..<250 {
                    group.addTask {
                        let failing: [[Step]] = [
                            [],
                            [.redeemInvitation(sampleID(200), in: woodgrove, at: now)],
                            [.insertUser(.sample(1, name: "Grace"), in: woodgrove)],
                        ]
                        let session = Step.insertSession(.sample(number))
                        do throws(StorageError) {
                            try await store.commit([session] + failing[Int(number % 3)])
                            return (number, nil)
                        } catch {
                            return (number, error)
                        }
                    }
                }
                var answers: [UInt8: StorageError?] = [:]
                for await (number, answer) in group { answers[number] = .some(answer) }
                return answers
            }
            for number in UInt8(10)..<250 {
                let expected: [StorageError?] = [nil, .notApplied(step: 1), .conflict(constraint: "users_pkey")]
                #expect(answers[number] == .some(expected[Int(number % 3)]))
                let isWritten = try await store.session(woodgrove, sampleID(number)) != nil
                #expect(isWritten == (number % 3 == 0))
            }
        }
    }

    @Test(arguments: Backend.available)
    func `what was answered is read at once`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            for number in UInt8(1)...100 {
                try await store.commit([.insertSession(.sample(number))])
                #expect(try await store.session(woodgrove, sampleID(number)) == .sample(number))
            }
        }
    }

    @Test(arguments: Backend.available)
    func `a commit of nothing is done`(_ backend: Backend) async throws {
        try await backend.withStore { store in try await store.commit([]) }
    }
}
