import Directory
import FoundationEssentials
import Storage
import Testing

@Suite("Sessions, grants, keys and mail") struct SignInStoreTests {
    @Test(arguments: Backend.available)
    func `applications that were told of a session are found by it, and by the name they were told`(
        _ backend: Backend
    ) async throws {
        try await backend.withStore { store in
            let first = SessionParticipant(
                session: sampleID(70), application: sampleID(60), language: .saml, nameID: "n", nameIDFormat: "urn:f",
                sessionIndex: "_1", toldAt: now)
            var second = first
            second.application = sampleID(61)
            second.language = .wsFederation
            second.toldAt = now.addingTimeInterval(1)
            var again = first
            again.nameID = "m"
            try await store.commit([
                .putParticipant(first, in: woodgrove), .putParticipant(second, in: woodgrove),
                .putParticipant(first, in: fabrikam),
            ])
            #expect(try await store.participants(woodgrove, ofSession: sampleID(70)) == [first, second])
            #expect(try await store.participants(woodgrove, of: sampleID(60), named: "n") == [first])
            try await store.commit([.putParticipant(again, in: woodgrove)])
            #expect(try await store.participants(woodgrove, of: sampleID(60), named: "n") == [])
            #expect(try await store.participants(woodgrove, of: sampleID(60), named: "m") == [again])
            #expect(try await store.participants(fabrikam, ofSession: sampleID(70)) == [first])
        }
    }

    @Test(arguments: Backend.available)
    func `codes, sessions and grants are read as they were written`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            var ended = Session.sample(71)
            ended.endedAt = now
            var bare = AuthorizationCode.sample(2)
            bare.challenge = nil
            bare.scopes = []
            bare.partner = nil
            bare.proofExpiresAt = nil
            bare.resource = sampleID(61)
            bare.responseExtras = .null
            var revoked = Grant.sample(2)
            revoked.partner = nil
            revoked.revokedAt = now
            revoked.revocation = "codeReused"
            try await store.commit([
                .insertCode(.sample()), .insertCode(bare), .insertSession(.sample()), .insertSession(ended),
                .insertGrant(.sample()), .insertGrant(revoked), .insertUser(.sample(), in: woodgrove),
            ])
            #expect(try await store.authorizationCode(woodgrove, sampleID(1)) == .sample())
            #expect(try await store.authorizationCode(woodgrove, sampleID(2)) == bare)
            #expect(try await store.session(woodgrove, sampleID(70)) == .sample())
            #expect(try await store.session(woodgrove, sampleID(71)) == ended)
            #expect(try await store.sessions(woodgrove, ofUser: sampleID(1), at: now) == [.sample()])
            #expect(try await store.grant(woodgrove, sampleID(1)) == .sample())
            #expect(try await store.grant(woodgrove, sampleID(2)) == revoked)
            #expect(try await store.grants(woodgrove, ofUser: sampleID(1), at: now) == [.sample()])
            let standing = try #require(try await store.standing(woodgrove, sampleID(1)))
            #expect(standing.grant == .sample() && standing.user == .sample() && standing.sessionStands)
            try await store.commit([.endSession(sampleID(70), in: woodgrove, at: now)])
            #expect(try await store.standing(woodgrove, sampleID(1))?.sessionStands == false)
        }
    }

    @Test(arguments: Backend.available)
    func `grants are revoked by what they rest on, and keep their first reason`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            func grants() -> [Grant] {
                var grants = (UInt8(1)...6).map { Grant.sample($0, user: sampleID(100)) }
                grants[1].user = sampleID(101)
                grants[2].session = sampleID(71)
                grants[3].partner = sampleID(51)
                grants[4].application = sampleID(61)
                return grants
            }
            let reasons: [(Step, Int)] = [
                (.revokeGrants(ofUser: sampleID(101), in: woodgrove, because: "user", at: now), 2),
                (.revokeGrants(ofSession: sampleID(71), in: woodgrove, because: "session", at: now), 3),
                (.revokeGrants(ofPartner: sampleID(51), in: woodgrove, because: "partner", at: now), 4),
                (.revokeGrants(ofApplication: sampleID(61), in: woodgrove, because: "application", at: now), 5),
                (
                    .revokeGrants(
                        ofUser: sampleID(100), at: sampleID(61), in: woodgrove, because: "both", at: now), 5
                ),
                (.revokeGrant(sampleID(6), in: woodgrove, because: "itself", at: now), 6),
            ]
            try await store.commit(grants().map { .insertGrant($0) })
            try await store.commit(reasons.map(\.0))
            var revocations: [String?] = []
            for number in UInt8(1)...6 {
                revocations.append(try await store.grant(woodgrove, sampleID(number))?.revocation)
            }
            #expect(revocations == [nil, "user", "session", "partner", "application", "itself"])
        }
    }

    @Test(arguments: Backend.available)
    func `sessions are found by the home's name for the person, whole, at that home alone`(
        _ backend: Backend
    ) async throws {
        try await backend.withStore { store in
            func session(_ number: UInt8, _ name: String?, partner: UInt8 = 50) -> Session {
                var session = Session.sample(number)
                session.identity.partner = sampleID(partner)
                session.identity.federatedSession = name.map { FederatedSession(nameID: $0, format: "urn:f") }
                return session
            }
            var ended = session(4, "alba")
            ended.endedAt = now
            try await store.commit(
                [
                    session(1, "alba"), session(2, "alba"), session(3, "Alba"), ended, session(5, nil),
                    session(6, "alba", partner: 51),
                ].map { .insertSession($0) })
            func found(_ name: String, at time: Date = now, in tenant: Tenant.ID = woodgrove) async throws -> [Session]
            {
                try await store.sessions(tenant, ofPartner: sampleID(50), named: name, at: time)
            }
            #expect(try await found("alba") == [session(2, "alba"), session(1, "alba")])
            #expect(try await found("alb") == [])
            #expect(try await found("") == [])
            #expect(try await found("alba", in: fabrikam) == [])
            #expect(try await found("alba", at: session(1, nil).expiresAt) == [])
        }
    }

    @Test(arguments: Backend.available)
    func `sessions end by user and by partner, and old rows are purged`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            func id<Subject>(at time: Date) -> ID<Subject> {
                .timeOrdered(at: time) { [UInt8](repeating: 5, count: $0) }
            }
            var old = Session.sample()
            old.id = id(at: now.adding(-1000))
            old.expiresAt = now.adding(-10)
            try await store.commit([.insertSession(.sample(1)), .insertSession(old)])
            try await store.commit([.purgeSessions(in: woodgrove, before: now.adding(-20))])
            #expect(try await store.session(woodgrove, old.id) == old)
            try await store.commit([.purgeSessions(in: woodgrove, before: now)])
            #expect(try await store.session(woodgrove, old.id) == nil)
            try await store.commit([
                .insertSession(.sample(2)), .endSession(sampleID(2), in: woodgrove, at: now),
                .endSession(sampleID(2), in: woodgrove, at: now.adding(5)),
            ])
            #expect(try await store.session(woodgrove, sampleID(2))?.endedAt == now)
            try await store.commit([.endSessions(ofPartner: sampleID(51), in: woodgrove, at: now)])
            #expect(try await store.session(woodgrove, sampleID(1))?.isAlive(at: now) == true)
            try await store.commit([.endSessions(ofPartner: sampleID(50), in: woodgrove, at: now)])
            #expect(try await store.session(woodgrove, sampleID(1))?.isAlive(at: now) == false)

            var code = AuthorizationCode.sample()
            code.id = id(at: now.adding(-1000))
            code.expiresAt = now.adding(-940)
            var grant = Grant.sample()
            grant.id = code.id
            grant.expiresAt = now.adding(-1)
            try await store.commit([.insertCode(code), .insertGrant(grant), .insertPending(.sample())])
            try await store.commit([
                .purgeCodes(in: woodgrove, before: now), .purgeGrants(in: woodgrove, before: now),
                .purgePending(in: woodgrove, expiredBefore: now.adding(3601)),
                .purgeLinks(in: woodgrove, before: now), .purgeMail(in: woodgrove, before: now),
            ])
            #expect(try await store.authorizationCode(woodgrove, code.id) == nil)
            #expect(try await store.grant(woodgrove, grant.id) == nil)
            #expect(try await store.pendingSignIn(woodgrove, sampleID(30)) == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `a key changes its state once from each`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let key = KeyRecord(
                tenant: woodgrove, keyID: "k1", purpose: .tokens, algorithm: "RS256", state: .next, wrapped: [1, 2],
                publicJWK: "{}", createdAt: now)
            try await store.commit([.insertKey(key)])
            #expect(try await store.keys(woodgrove) == [key])
            let won = try await winners(of: 50) {
                try await store.applies([
                    .setKeyState("k1", from: .next, to: .active, activeFrom: now, retiresAt: nil, in: woodgrove)
                ])
            }
            #expect(won == 1)
            #expect(try await store.keys(woodgrove).first?.activeFrom == now)
            #expect(try await store.applies([.eraseKey("k1", in: woodgrove)]) == false, "only a retired key goes")
            try await store.commit([
                .rewrapKey("k1", wrapped: [9], in: woodgrove),
                .setKeyState("k1", from: .active, to: .retired, activeFrom: now, retiresAt: now, in: woodgrove),
            ])
            #expect(try await store.keys(woodgrove).first?.wrapped == [9])
            try await store.commit([.eraseKey("k1", in: woodgrove)])
            #expect(try await store.keys(woodgrove) == [])

            let secret = SecretRecord(tenant: woodgrove, name: "partner", wrapped: [3])
            try await store.commit([.putSecret(SecretRecord(tenant: woodgrove, name: "partner", wrapped: [2]))])
            try await store.commit([.putSecret(secret)])
            #expect(try await store.secret(woodgrove, name: "partner") == secret)
            #expect(try await store.secrets(woodgrove) == [secret])
            try await store.commit([.removeSecret(name: "partner", in: woodgrove)])
            #expect(try await store.secret(woodgrove, name: "partner") == nil)
        }
    }

    @Test(arguments: Backend.available)
    func `mail waits, is tried again, and is dropped when it was sent`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            var later = OutgoingMail.sample(81)
            later.nextAttemptAt = now.adding(60)
            try await store.commit([.enqueueMail(later), .enqueueMail(.sample())])
            #expect(try await store.dueMail(at: now) == [.sample()])
            #expect(try await store.dueMail(at: now.adding(60)) == [.sample(), later])
            #expect(try await store.nextMailDue() == now)
            try await store.commit([
                .markMailFailed(sampleID(80), in: woodgrove, error: "refused", nextAttemptAt: now.adding(120))
            ])
            #expect(try await store.dueMail(at: now.adding(60)) == [later])
            let tried = try await store.mail(woodgrove, sampleID(80))
            #expect(tried?.attempts == 1 && tried?.lastError == "refused")
            #expect(
                try await winners(of: 20) {
                    try await store.applies([.markMailSent(sampleID(80), in: woodgrove, at: now)])
                } == 1)
            let sent = try await store.mail(woodgrove, sampleID(80))
            #expect(sent?.sentAt == now && sent?.text == "" && sent?.html == "")
            try await store.commit([.giveUpMail(sampleID(81), in: woodgrove, error: "no such user", at: now)])
            #expect(try await store.dueMail(at: now.adding(1000)) == [])
            #expect(try await store.nextMailDue() == nil)
        }
    }
    @Test(arguments: Backend.available)
    func `mail to nobody waits like any other, and only it can be dropped`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            var nobodys = OutgoingMail.sample(81)
            nobodys.recipient = ""
            try await store.commit([.enqueueMail(.sample()), .enqueueMail(nobodys)])
            #expect(try await store.dueMail(at: now).count == 2)
            #expect(try await !store.applies([.dropMail(sampleID(80), in: woodgrove)]))
            #expect(try await store.applies([.dropMail(sampleID(81), in: woodgrove)]))
            #expect(try await store.dueMail(at: now) == [.sample()])
            // Where no outbox runs, it goes with what is old.
            nobodys.id = .timeOrdered(at: now) { [UInt8](repeating: 7, count: $0) }
            try await store.commit([.enqueueMail(nobodys)])
            #expect(try await store.dueMail(at: now).count == 2)
            try await store.commit([.purgeMail(in: woodgrove, before: now.adding(86_400))])
            #expect(try await store.dueMail(at: now) == [.sample()])
        }
    }
}
