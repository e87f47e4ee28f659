import Cryptography
import Directory
import FoundationEssentials
import JSON
import Storage
import Testing

@Suite("Committed records") struct CommittedRecordTests {
    private let record = CommittedRecord(
        ["outcome": "success", "input": ["user": ["id": "1"], "targets": [["id": "t"]]]],
        personal: [
            ("/input/user/mail", "ada@partner.example"), ("/input/targets/0/name", "Ada"),
            ("/input/network/address", "192.0.2.1"), ("/odd~1name~0", 1),
        ], salt: [UInt8](0..<32))

    @Test func `the leaf is SHA-256 of the record as stored, which holds no personal value`() {
        #expect(record.leaf == Digest.sha256(record.record))
        let text = String(decoding: record.record, as: UTF8.self)
        for value in ["ada@", "Ada", "192.0.2.1"] { #expect(!text.contains(value)) }
        #expect(record.verify() == .intact)
    }

    /// Made with Python: hmac.new(bytes(range(32)), b'/input/user/mail\0"ada@partner.example"', 'sha256').
    @Test func `a commitment is HMAC-SHA-256 over path, zero and value`() throws {
        let commitments = try JSONReader.read(record.record)["commitments"]
        #expect(
            commitments?["/input/user/mail"]?.string
                == "327843f64d22159769e74cf38fb8f83442c3e610af1a5f528b702e526ece1ad9")
    }

    @Test func `an erased record still verifies and says nothing about the person`() throws {
        var erased = record
        erased.personal = nil
        erased.salt = nil
        #expect(erased.verify() == .intactButErased)
        #expect(
            try canonical(erased.whole)
                == #"{"input":{"targets":[{"id":"t"}],"user":{"id":"1"}},"outcome":"success"}"#)
    }

    @Test func `the whole record has the personal values in their places`() throws {
        let input =
            #"{"network":{"address":"192.0.2.1"},"targets":[{"id":"t","name":"Ada"}],"#
            + #""user":{"id":"1","mail":"ada@partner.example"}}"#
        #expect(try canonical(record.whole) == #"{"input":\#(input),"odd/name~":1,"outcome":"success"}"#)
    }

    private func canonical(_ json: JSONValue?) throws -> String {
        String(decoding: JSONWriter.canonical(try #require(json)), as: UTF8.self)
    }

    @Test func `any change shows`() {
        var changed = record
        changed.record[20] ^= 1
        #expect(changed.verify() == .recordChanged)
        changed = record
        changed.personal = Array(#"{"/input/user/mail":"eve@partner.example"}"#.utf8)
        #expect(changed.verify() == .personalChanged(path: "/input/user/mail"))
        changed = record
        changed.personal = Array("{}".utf8)
        guard case .personalChanged = changed.verify() else {
            Issue.record("a dropped value was not noticed")
            return
        }
        changed = record
        changed.salt = nil
        #expect(changed.verify() == .personalChanged(path: ""))
    }
}

@Suite("Records in the store") struct RecordStoreTests {
    private func signIn(_ number: UInt8, user: User.ID?, failureID: String? = nil) -> SignInRecord {
        SignInRecord(
            tenant: woodgrove, id: sampleID(number), at: now, user: user, application: sampleID(60),
            outcome: failureID == nil ? .success : .failure, errorNumber: failureID == nil ? nil : 50105,
            settingsVersion: 7, failureID: failureID,
            content: CommittedRecord(["v": 1], personal: [("/mail", "ada@partner.example")], salt: digest(number)))
    }

    @Test(arguments: Backend.available)
    func `sign-ins are read by id, by failure, by user and in pages`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let records = [
                signIn(1, user: sampleID(1)), signIn(2, user: nil, failureID: "F-1"), signIn(3, user: sampleID(1)),
            ]
            try await store.commit([.createTenant(woodgrove, at: now)] + records.map { .insertSignIn($0) })
            #expect(try await store.signIn(woodgrove, sampleID(1)) == records[0])
            #expect(try await store.signIn(woodgrove, failureID: "F-1") == records[1])
            #expect(try await store.signIn(fabrikam, failureID: "F-1") == nil)
            #expect(try await store.signIns(woodgrove) == records.reversed())
            #expect(try await store.signIns(woodgrove, limit: 1, before: sampleID(3)) == [records[1]])
            #expect(try await store.signIns(woodgrove, ofUser: sampleID(1)) == [records[2], records[0]])
            #expect(try await store.tenant(ofSignIn: sampleID(2)) == woodgrove)
            #expect(try await store.tenant(ofSignIn: sampleID(9)) == nil)
            #expect(try await store.tenant(ofFailure: "F-1") == woodgrove)
        }
    }

    @Test(arguments: Backend.available)
    func `erasing a person leaves the leaves`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await store.commit([
                .insertSignIn(signIn(1, user: sampleID(1))), .insertSignIn(signIn(2, user: sampleID(2))),
                .erasePersonal(ofUser: sampleID(1), in: woodgrove),
            ])
            let erased = try #require(try await store.signIn(woodgrove, sampleID(1)))
            #expect(erased.content.isErased && erased.content.salt == nil)
            #expect(erased.content.verify() == .intactButErased)
            #expect(erased.content.leaf == signIn(1, user: nil).content.leaf)
            #expect(try await store.signIn(woodgrove, sampleID(2))?.content.verify() == .intact)
        }
    }

    @Test(arguments: Backend.available)
    func `audit records are added and read, the latest first`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let records = (1...3).map { number in
                AuditRecord(
                    tenant: woodgrove, id: sampleID(number), at: now, category: "UserManagement",
                    activity: "Invite external user", actor: ["id": "1"], targets: [["id": "2"]],
                    reason: number == 2 ? "because" : nil, personal: [("/actor/displayName", "Ada")],
                    salt: digest(number))
            }
            try await store.commit(records.map { .appendAudit($0) })
            #expect(try await store.auditRecords(woodgrove) == records.reversed())
            #expect(try await store.auditRecords(woodgrove, limit: 5, before: sampleID(2)) == [records[0]])
            try await store.commit([.erasePersonal(ofAudit: sampleID(1), in: woodgrove)])
            #expect(try await store.auditRecords(woodgrove).last?.content.verify() == .intactButErased)
        }
    }
}
