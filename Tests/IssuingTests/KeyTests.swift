import Cryptography
import Directory
import FoundationEssentials
import Issuing
import JOSE
import JSON
import Storage
import Testing

@Suite("Key ring") struct KeyRingTests {
    @Test func `a new tenant has a key for everything, each under its thumbprint`() throws {
        let records = SampleKeys.woodgrove
        let made = records.map { "\($0.purpose.rawValue) \($0.algorithm)" }
        #expect(
            made == [
                "tokens RS256", "tokens ES256", "tokens EdDSA", "federation RS256", "federation ES256",
                "samlAssertions RS256", "samlRequests RS256", "samlDecryption RS256", "audit EdDSA",
                "pairwise HMAC-SHA256", "refresh HMAC-SHA256",
                "emailCode HMAC-SHA256",
            ])
        #expect(records.allSatisfy { $0.state == .active && $0.activeFrom == now && $0.tenant == woodgrove })
        #expect(Set(records.map(\.keyID)).count == records.count)
        for record in records where !record.publicJWK.isEmpty {
            #expect(try JWK(JSONReader.read(record.publicJWK)).thumbprint == record.keyID)
        }
    }

    @Test func `keys of SAML come with a certificate of their own, and sign no token`() throws {
        let ring = try sampleRing()
        for purpose in KeyMaking.certifiedPurposes {
            let key = try ring.certifiedKey(purpose)
            #expect(try key.certificate.publicKey() == key.key.publicKey)
            #expect(key.certificate.isSigned(by: key.key.publicKey))
            #expect(key.certificate.notAfter > now.addingTimeInterval(3 * 365 * 86_400))
            #expect(throws: IssuingError.self) { try ring.activeKey(purpose, .rs256) }
        }
        #expect(throws: IssuingError.self) { try ring.certifiedKey(.tokens) }
    }

    @Test func `the document holds public token keys and nothing else`() throws {
        let ring = try sampleRing()
        let document = try #require(JSONReader.read(ring.document()).object)
        #expect(document.names == ["keys"])
        let keys = try #require(document["keys"]?.array)
        #expect(keys.map { $0["alg"]?.string } == ["RS256", "ES256", "EdDSA"])
        #expect(keys.map { $0["kty"]?.string } == ["RSA", "EC", "OKP"])
        for key in keys {
            #expect(key["use"] == "sig")
            #expect(key["kid"]?.string == (try JWK(key)).thumbprint)
            for name in ["d", "p", "q", "dp", "dq", "qi", "k"] { #expect(key[name] == nil) }
        }
        #expect(try JWKSet(bytes: ring.document()) == ring.publicKeys())
        let federation = try JWKSet(bytes: ring.document(.federation))
        #expect(Set(federation.keys.map(\.keyID)).isDisjoint(with: ring.publicKeys().keys.map(\.keyID)))
        #expect(ring.algorithms() == [.rs256, .es256, .edDSA])
    }

    @Test func `next is published and does not sign, previous is published, retired is not`() throws {
        let master = try sampleMaster()
        let states: [KeyRecord.State] = [.retired, .previous, .active, .next]
        var records = SampleKeys.woodgrove.filter { $0.purpose == .pairwise }
        var ids: [String] = []
        for (position, state) in states.enumerated() {
            let record = try KeyMaking.signingKey(
                .tokens, .es256, state: state, tenant: woodgrove, master: master,
                now: now.addingTimeInterval(Double(position)), activeFrom: nil, environment: countingEnvironment())
            ids.append(record.keyID)
            records.append(record)
        }
        let ring = try KeyRing(records, tenant: woodgrove, master: master)
        #expect(ring.publicKeys().keys.map(\.keyID) == Array(ids[1...]))
        #expect(try ring.activeKey(.tokens, .es256).keyID == ids[2])
        #expect(throws: IssuingError.noActiveKey(purpose: "tokens", algorithm: "RS256")) {
            try ring.activeKey(.tokens, .rs256)
        }
    }

    @Test func `a hint of a retired key still names its session`() throws {
        let before = try sampleIssuer()
        let token = try String(
            decoding: before.idToken(IDTokenTests.facts(), algorithm: .es256), as: UTF8.self)
        let records = SampleKeys.woodgrove.map { record in
            var record = record
            if record.purpose == .tokens { record.state = .retired }
            return record
        }
        let after = try TokenIssuer(base: base, keys: sampleRing(records))
        #expect(try after.hint(token).session == session)
        #expect(refusal { try after.presented(token, now: now) } != nil)
    }

    @Test func `another master key, another row or another tenant opens nothing`() throws {
        let records = SampleKeys.woodgrove
        let first = try #require(records.first { $0.purpose == .tokens })
        #expect(throws: IssuingError.unusableKey(keyID: first.keyID, .otherMasterKey)) {
            try KeyRing([first], tenant: woodgrove, master: sampleMaster(8))
        }
        var moved = first
        moved.purpose = .federation
        #expect(throws: IssuingError.unusableKey(keyID: first.keyID, .decryptionFailed)) {
            try KeyRing([moved], tenant: woodgrove, master: sampleMaster())
        }
        moved = first
        moved.tenant = fabrikam
        #expect(throws: IssuingError.unusableKey(keyID: first.keyID, .decryptionFailed)) {
            try KeyRing([moved], tenant: fabrikam, master: sampleMaster())
        }
        // Records of another tenant are no part of a ring, whoever passed them.
        #expect(try sampleRing(records + SampleKeys.fabrikam).publicKeys().keys.count == 3)
        var swapped = first
        let other = try #require(records.first { $0.purpose == .tokens && $0.algorithm == "ES256" })
        swapped.publicJWK = other.publicJWK
        #expect(throws: IssuingError.malformedKeyRecord(keyID: first.keyID)) { try sampleRing([swapped]) }
        // Nor does another public key under this id, although the private one is decoded later.
        swapped.publicJWK = other.publicJWK.replacing(other.keyID, with: first.keyID)
        swapped.algorithm = other.algorithm
        #expect(throws: IssuingError.malformedKeyRecord(keyID: first.keyID)) { try sampleRing([swapped]) }
    }

    @Test func `a certificate of another key is found before the key serves`() throws {
        var records = SampleKeys.woodgrove
        let place = try #require(records.firstIndex { $0.purpose == .samlRequests })
        let certificates = try ["samlRequests", "samlDecryption"].map { purpose in
            let record = try #require(records.first { $0.purpose.rawValue == purpose })
            return try #require(JSONReader.read(record.publicJWK)["x5c"]?.array?.first?.string)
        }
        func escaped(_ text: String) -> String {
            String(decoding: JSONWriter.write(.string(text)).dropFirst().dropLast(), as: UTF8.self)
        }
        records[place].publicJWK.replace(escaped(certificates[0]), with: escaped(certificates[1]))
        let ring = try sampleRing(records)
        #expect(throws: IssuingError.malformedKeyRecord(keyID: records[place].keyID)) {
            try ring.certifiedKey(.samlRequests)
        }
        #expect(throws: IssuingError.self) { try ring.certifiedKeys(.samlRequests) }
        #expect(
            try ring.certifiedKey(.samlAssertions).key.publicKey
                == sampleRing().certifiedKey(.samlAssertions).key.publicKey)
    }

    @Test func `what was decoded stays with a key over versions, and with no other`() throws {
        let records = SampleKeys.woodgrove
        let before = try sampleRing(records)
        let decoded = try before.activeKey(.tokens, .rs256)
        let after = try KeyRing(records, tenant: woodgrove, master: sampleMaster(), earlier: before)
        #expect(try after.activeKey(.tokens, .rs256) === decoded)
        #expect(
            try after.certifiedKey(.samlRequests).key === before.certifiedKey(.samlRequests).key)
        let fresh = try KeyMaking.signingKey(
            .tokens, .rs256, state: .active, tenant: woodgrove, master: sampleMaster(), now: now, activeFrom: now,
            environment: countingEnvironment())
        let replaced = records.map { $0.keyID == decoded.keyID ? fresh : $0 }
        let next = try KeyRing(replaced, tenant: woodgrove, master: sampleMaster(), earlier: before)
        #expect(try next.activeKey(.tokens, .rs256).keyID == fresh.keyID)
        #expect(throws: IssuingError.unusableKey(keyID: decoded.keyID, .decryptionFailed)) {
            var moved = try #require(records.first { $0.keyID == decoded.keyID })
            moved.purpose = .federation
            _ = try KeyRing([moved], tenant: woodgrove, master: sampleMaster(), earlier: before)
        }
    }

    @Test func `records move to a new master key`() throws {
        let (old, new) = (try sampleMaster(), try sampleMaster(1))
        let records = try SampleKeys.woodgrove.map {
            try $0.rewrapped(from: old, to: new, environment: countingEnvironment())
        }
        let ring = try KeyRing(records, tenant: woodgrove, master: new)
        #expect(try ring.document() == sampleRing().document())
    }
}

@Suite("Key rotation") struct KeyRotationTests {
    static let day = 86_400.0
    let rotation = KeyRotation()

    /// A record of the ES256 line of the audit-free world that the tables below speak of.
    static func key(
        _ id: String, _ state: KeyRecord.State, created: Double, from: Double? = nil, until: Double? = nil
    ) -> KeyRecord {
        func date(_ days: Double) -> Date { now.addingTimeInterval(days * day) }
        return KeyRecord(
            tenant: woodgrove, keyID: id, purpose: .tokens, algorithm: "ES256", state: state, wrapped: [],
            publicJWK: "{}", createdAt: date(created), activeFrom: from.map(date), retiresAt: until.map(date))
    }

    /// The plan for the ES256 token keys alone.
    func plan(_ records: [KeyRecord], day: Double, _ request: KeyRotation.Request = .scheduled) -> [KeyChange] {
        let ids = Set(records.map(\.keyID))
        return rotation.plan(records, now: now.addingTimeInterval(day * Self.day), request: request).filter {
            switch $0 {
            case .publish(let purpose, let algorithm, _), .replace(let purpose, let algorithm):
                purpose == .tokens && algorithm == "ES256"
            case .activate(let id), .demote(let id, _), .retire(let id, _): ids.contains(id)
            }
        }
    }

    func date(_ days: Double) -> Date { now.addingTimeInterval(days * Self.day) }

    @Test func `a key lives for ninety days`() {
        let active = Self.key("a", .active, created: 0, from: 0)
        #expect(plan([active], day: 0) == [])
        #expect(plan([active], day: 87.9) == [])
        #expect(plan([active], day: 88) == [.publish(.tokens, algorithm: "ES256", activeFrom: date(90))])
        // A server that slept is not allowed to hurry.
        #expect(plan([active], day: 120) == [.publish(.tokens, algorithm: "ES256", activeFrom: date(122))])
    }

    @Test func `next waits until everyone can know it`() {
        let active = Self.key("a", .active, created: 0, from: 0)
        let next = Self.key("b", .next, created: 88, from: 90)
        #expect(plan([active, next], day: 89.9) == [])
        let kept = date(90).addingTimeInterval(Self.day + 600)
        #expect(plan([active, next], day: 90) == [.demote(keyID: "a", until: kept), .activate(keyID: "b")])
        let late = Self.key("b", .next, created: 89.5, from: 90)
        #expect(plan([active, late], day: 91) == [])
    }

    @Test func `previous is retired when its last token has expired`() {
        let previous = Self.key("a", .previous, created: 0, until: 91)
        let active = Self.key("b", .active, created: 88, from: 90)
        #expect(plan([previous, active], day: 90.9) == [])
        #expect(plan([previous, active], day: 91) == [.retire(keyID: "a", from: .previous)])
        #expect(plan([Self.key("a", .retired, created: 0), active], day: 92) == [])
    }

    @Test func `a line without keys gets one that signs at once`() {
        #expect(plan([], day: 0) == [.replace(.tokens, algorithm: "ES256")])
        #expect(plan([Self.key("b", .next, created: 0, from: 2)], day: 0) == [.activate(keyID: "b")])
        #expect(rotation.plan([], now: now).count == 9)
    }

    @Test func `keys in certificates change every three years, a month after they are published`() {
        var active = Self.key("a", .active, created: 0, from: 0)
        active.purpose = .samlAssertions
        active.algorithm = "RS256"
        func changes(_ day: Double) -> [KeyChange] {
            rotation.plan([active], now: date(day)).filter {
                if case .publish(.samlAssertions, _, _) = $0 { true } else { false }
            }
        }
        #expect(changes(1064) == [])
        #expect(changes(1065) == [.publish(.samlAssertions, algorithm: "RS256", activeFrom: date(1095))])
    }

    @Test func `an administrator may ask for other keys`() {
        let active = Self.key("a", .active, created: 0, from: 0)
        #expect(
            plan([active], day: 10, .requested) == [.publish(.tokens, algorithm: "ES256", activeFrom: date(12))])
        let next = Self.key("b", .next, created: 10, from: 90)
        #expect(plan([active, next], day: 11, .requested) == [])
        #expect(plan([active, next], day: 12, .requested).last == .activate(keyID: "b"))
        #expect(plan([active, next], day: 12) == [])
    }

    @Test func `a compromised line is withdrawn`() {
        let records = [
            Self.key("p", .previous, created: 0, until: 91), Self.key("a", .active, created: 88, from: 90),
            Self.key("n", .next, created: 178, from: 180), Self.key("r", .retired, created: 0),
        ]
        #expect(
            plan(records, day: 179, .compromised) == [
                .retire(keyID: "p", from: .previous), .retire(keyID: "a", from: .active),
                .retire(keyID: "n", from: .next), .replace(.tokens, algorithm: "ES256"),
            ])
    }

    /// A year, a day at a time: there is always exactly one key that signs, it was published two days before, and no
    /// key leaves the document while a token that it signed is valid.
    @Test func `a year`() throws {
        var records = [Self.key("key 0", .active, created: 0, from: 0)]
        var signedUntil: [String: Double] = [:]
        for day in 0..<365 {
            for change in plan(records, day: Double(day)) {
                switch change {
                case .publish(_, _, let from):
                    var made = Self.key("key \(day)", .next, created: Double(day))
                    made.activeFrom = from
                    records.append(made)
                case .replace: Issue.record("day \(day): \(change)")
                case .activate(let id): set(id, .active, from: date(Double(day)))
                case .demote(let id, let until): set(id, .previous, until: until)
                case .retire(let id, _): set(id, .retired)
                }
            }
            let active = records.filter { $0.state == .active }
            #expect(active.count == 1)
            let signer = try #require(active.first)
            signedUntil[signer.keyID] = Double(day) + 1
            #expect(signer.keyID == "key 0" || signer.createdAt <= date(Double(day) - 2))
            for record in records where record.state == .retired {
                #expect(signedUntil[record.keyID, default: 0] < Double(day))
            }
        }
        #expect(records.count == 5)

        func set(_ id: String, _ state: KeyRecord.State, from: Date? = nil, until: Date? = nil) {
            guard let position = records.firstIndex(where: { $0.keyID == id }) else { return }
            records[position].state = state
            records[position].activeFrom = from
            records[position].retiresAt = until
        }
    }

    @Test func `a plan becomes one commit`() throws {
        let steps = try KeyRotation.steps(
            [
                .publish(.tokens, algorithm: "ES256", activeFrom: now), .demote(keyID: "a", until: now),
                .activate(keyID: "b"), .retire(keyID: "c", from: .previous),
                .replace(.audit, algorithm: "EdDSA"),
            ], tenant: woodgrove, master: sampleMaster(), now: now, environment: countingEnvironment())
        #expect(steps.count == 5)
        #expect(throws: IssuingError.unknownAlgorithm("none")) {
            try KeyRotation.steps(
                [.replace(.tokens, algorithm: "none")], tenant: woodgrove, master: sampleMaster(), now: now,
                environment: countingEnvironment())
        }
    }
}
