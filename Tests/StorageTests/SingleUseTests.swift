import Directory
import FoundationEssentials
import JSON
import Storage
import Testing

/// Whatever may happen once happens once, however many ask at the same moment.
@Suite("Single use") struct SingleUseTests {
    @Test(arguments: Backend.available)
    func `of a hundred exchanges of one code one wins`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([.insertCode(.sample())])
            let won = try await winners(of: 100) {
                try await store.applies([.spendCode(sampleID(1), secretDigest: digest(1), in: woodgrove, at: now)])
            }
            #expect(won == 1)
            #expect(try await store.authorizationCode(woodgrove, sampleID(1))?.spentAt == now)
        }
    }

    @Test(arguments: Backend.available)
    func `a code is not spent with a wrong secret, too late, or in another tenant`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([.insertCode(.sample())])
            let id: SignInID = sampleID(1)
            let wrong = Step.spendCode(id, secretDigest: digest(9), in: woodgrove, at: now)
            let late = Step.spendCode(id, secretDigest: digest(1), in: woodgrove, at: now.adding(60))
            let foreign = Step.spendCode(id, secretDigest: digest(1), in: fabrikam, at: now)
            for step in [wrong, late, foreign] { #expect(try await store.applies([step]) == false) }
            #expect(try await store.authorizationCode(woodgrove, id) == .sample())
        }
    }

    @Test(arguments: Backend.available)
    func `an assertion id is spent once per purpose and tenant, however long it is`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let id = String(repeating: "x", count: 10_000)
            let won = try await winners(of: 100) {
                try await store.applies([.spendID(id, purpose: "saml", in: woodgrove, until: now)])
            }
            #expect(won == 1)
            #expect(try await store.applies([.spendID(id, purpose: "jti", in: woodgrove, until: now)]))
            #expect(try await store.applies([.spendID(id, purpose: "saml", in: fabrikam, until: now)]))
            try await store.commit([.purgeSpentIDs(in: woodgrove, before: now.adding(1))])
            #expect(try await store.applies([.spendID(id, purpose: "saml", in: woodgrove, until: now)]))
            #expect(try await store.applies([.spendID(id, purpose: "saml", in: fabrikam, until: now)]) == false)
        }
    }

    @Test(arguments: Backend.available)
    func `an invitation is redeemed once, in time, and not after it was revoked`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([
                .insertInvitation(.sample(20), secretDigest: digest(20), in: woodgrove),
                .insertInvitation(.sample(21), secretDigest: digest(21), in: woodgrove),
                .insertInvitation(.sample(22), secretDigest: digest(22), in: woodgrove),
                .insertInvitation(.sample(23, expiresAt: nil), secretDigest: digest(23), in: woodgrove),
                .revokeInvitation(sampleID(21), in: woodgrove),
            ])
            let won = try await winners(of: 100) {
                try await store.applies([.redeemInvitation(sampleID(20), in: woodgrove, at: now)])
            }
            #expect(won == 1)
            #expect(try await store.applies([.redeemInvitation(sampleID(21), in: woodgrove, at: now)]) == false)
            let late = now.adding(3600)
            #expect(try await store.applies([.redeemInvitation(sampleID(22), in: woodgrove, at: late)]) == false)
            #expect(try await store.applies([.redeemInvitation(sampleID(23), in: woodgrove, at: late)]))
            let redeemed = try await store.invitation(woodgrove, sampleID(20))
            #expect(redeemed?.status == .completed && redeemed?.redeemedAt == now)
            #expect(try await store.invitation(woodgrove, sampleID(21))?.status == .revoked)
            #expect(try await store.invitation(woodgrove, sampleID(22)) == .sample(22))
            #expect(try await store.invitationSecretDigest(woodgrove, sampleID(22)) == digest(22))
            try await store.commit([.revokeInvitations(ofUser: sampleID(1), in: woodgrove)])
            let all = try await store.invitations(woodgrove, ofUser: sampleID(1))
            #expect(all.map(\.status) == [.completed, .revoked, .revoked, .completed])
        }
    }

    @Test(arguments: Backend.available)
    func `a line of a job is done once, and the job ends with its last line`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let job = InvitationJob(
                tenant: woodgrove, id: sampleID(1), name: "a.csv", invitedBy: nil, inviter: ["name": "Ada"],
                createdAt: now)
            try await store.commit([.insertInvitationJob(job)])
            var lines = (3...5).map {
                InvitationJobLine(
                    number: $0, address: "p\($0)@partner.example", redirectURL: "https://app.example/", sendsMail: true)
            }
            for _ in 0..<2 {
                try await store.commit(lines.map { .insertInvitationJobLine($0, of: job.id, in: woodgrove) })
            }
            #expect(try await store.openInvitationJob() == nil, "its lines are still arriving")
            try await store.commit([.startInvitationJob(job.id, in: woodgrove)])
            #expect(try await store.openInvitationJob()?.total == 3)
            lines[0].state = .success
            lines[0].user = sampleID(7)
            let end = Step.endInvitationJobLine(lines[0], of: job.id, in: woodgrove)
            let won = try await winners(of: 20) { try await store.applies([end]) }
            #expect(won == 1)
            let finish = Step.finishInvitationJob(job.id, in: woodgrove, at: now)
            #expect(try await store.applies([finish]) == false)
            for index in 1...2 {
                lines[index].state = .failure
                lines[index].reason = "no"
                try await store.commit([.endInvitationJobLine(lines[index], of: job.id, in: woodgrove)])
            }
            #expect(try await store.applies([finish]))
            #expect(try await store.applies([finish]) == false)
            #expect(try await store.openInvitationJob() == nil)
            #expect(try await store.invitationJobLines(woodgrove, job.id) == lines)
            #expect(try await store.invitationJobFailures(woodgrove, job.id, after: 4).map(\.number) == [5])
            let progress = try await store.invitationJobProgress(woodgrove, job.id)
            #expect(progress.waiting == 0 && progress.succeeded == 1 && progress.failed == 2)
        }
    }

    @Test(arguments: Backend.available)
    func `a later invitation takes the place of those that wait`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit(
                (20...22).map { .insertInvitation(.sample($0), secretDigest: digest($0), in: woodgrove) } + [
                    .redeemInvitation(sampleID(20), in: woodgrove, at: now),
                    .replaceInvitations(ofUser: sampleID(1), by: sampleID(22), in: woodgrove),
                ])
            #expect(try await store.invitation(woodgrove, sampleID(20))?.status == .completed)
            let replaced = try await store.invitation(woodgrove, sampleID(21))
            #expect(replaced?.status == .replaced && replaced?.replacedBy == sampleID(22))
            #expect(try await store.invitation(woodgrove, sampleID(22)) == .sample(22))
        }
    }

    @Test(arguments: Backend.available)
    func `a link is taken once, with its secret, in time`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([.insertLink(.sample())])
            @Sendable func take(_ secret: [UInt8], at time: Date) -> Step {
                .takeLink(sampleID(40), purpose: "claim", secretDigest: secret, in: woodgrove, at: time)
            }
            #expect(try await store.applies([take(digest(1), at: now)]) == false)
            #expect(try await store.applies([take(digest(40), at: now.adding(86_400))]) == false)
            #expect(try await store.oneTimeLink(woodgrove, purpose: "claim", sampleID(40)) == .sample())
            #expect(try await winners(of: 100) { try await store.applies([take(digest(40), at: now)]) } == 1)
            #expect(try await store.oneTimeLink(woodgrove, purpose: "claim", sampleID(40))?.takenAt == now)
            // A new link ends those that wait, and leaves what was taken to be seen.
            try await store.commit([.insertLink(.sample(41)), .discardLinks(purpose: "claim", in: woodgrove)])
            #expect(try await store.oneTimeLink(woodgrove, purpose: "claim", sampleID(41)) == nil)
            #expect(try await store.oneTimeLink(woodgrove, purpose: "claim", sampleID(40)) != nil)
        }
    }

    @Test(arguments: Backend.available)
    func `a sign-in in progress goes on from each step once`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([.insertPending(.sample())])
            await #expect(throws: StorageError.conflict(constraint: "pending_sign_ins_pkey")) {
                try await store.commit([.insertPending(.sample())])
            }
            let won = try await winners(of: 50) {
                try await store.applies([.advancePending(sampleID(30), from: 1, body: [7], in: woodgrove)])
            }
            #expect(won == 1)
            let pending = try await store.pendingSignIn(woodgrove, sampleID(30))
            #expect(pending?.number == 2 && pending?.body == [7])
            #expect(try await store.applies([.finishPending(sampleID(30), from: 1, in: woodgrove)]) == false)
            let finished = try await winners(of: 50) {
                try await store.applies([.finishPending(sampleID(30), from: 2, in: woodgrove)])
            }
            #expect(finished == 1)
            #expect(try await store.pendingSignIn(woodgrove, sampleID(30)) == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `a refresh token rotates once`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([.insertGrant(.sample())])
            @Sendable func rotate(from number: Int, at time: Date = now) -> Step {
                .rotateGrant(
                    sampleID(1), from: number, idleExpiresAt: time.adding(3600), in: woodgrove, at: time)
            }
            #expect(try await winners(of: 100) { try await store.applies([rotate(from: 1)]) } == 1)
            let rotated = try await store.grant(woodgrove, sampleID(1))
            #expect(rotated?.number == 2 && rotated?.rotatedAt == now)
            #expect(try await store.applies([rotate(from: 1)]) == false)
            #expect(try await store.applies([rotate(from: 2, at: now.adding(3600))]) == false, "idle too long")
            #expect(try await store.applies([rotate(from: 2, at: now.adding(3599))]))
            #expect(try await store.applies([rotate(from: 3, at: now.adding(86_400))]) == false, "past its end")
            try await store.commit([.revokeGrant(sampleID(1), in: woodgrove, because: "refreshReused", at: now)])
            #expect(try await store.applies([rotate(from: 3)]) == false)
        }
    }
}
