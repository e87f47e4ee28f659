import Cryptography
import Foundation
import Testing

@testable import StepUp

@Suite("Passkeys (Web Authentication Level 2)") struct PasskeyTests {
    static let challenge = [UInt8](1...32)
    static let user = [UInt8](repeating: 9, count: 32)
    static let ceremony = PasskeyCeremony(
        challenge: challenge, origin: "https://gateway.example", relyingParty: "gateway.example")

    static func register(_ authenticator: TestAuthenticator, _ format: String = "none") throws -> Passkey {
        let client = authenticator.clientData("webauthn.create", challenge)
        return try PasskeyRegistration(ceremony, userHandle: user).verify(
            clientData: client, attestationObject: try authenticator.attestation(format, clientData: client))
    }

    static func assert(
        _ authenticator: TestAuthenticator, _ passkey: Passkey, client: [UInt8]? = nil,
        ceremony: PasskeyCeremony = ceremony, userHandle: [UInt8]? = user, expected: [UInt8]? = nil
    ) throws -> UInt32 {
        let client = client ?? authenticator.clientData("webauthn.get", challenge)
        let (data, signature) = try authenticator.assertion(clientData: client)
        return try PasskeyAssertion(ceremony).verify(
            passkey, clientData: client, authenticatorData: data, signature: signature, userHandle: userHandle,
            expectedUser: expected)
    }

    @Test(arguments: PasskeyAlgorithm.allCases, ["none", "packed"])
    func `registered, then used, with every algorithm`(algorithm: PasskeyAlgorithm, format: String) throws {
        var authenticator = try TestAuthenticator(algorithm)
        let passkey = try Self.register(authenticator, format)
        #expect(passkey.id == authenticator.id && passkey.signCount == 1 && passkey.userHandle == Self.user)
        authenticator.count = 2
        #expect(try Self.assert(authenticator, passkey) == 2)
        let kept = try COSEKey(algorithm: algorithm, spkiDER: passkey.key.key.spkiDER())
        #expect(kept == passkey.key)
    }

    /// Web Authentication Level 3 §16, "none attestation with ES256".
    @Test func `the vectors of the specification`() throws {
        func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }
        var ceremony = PasskeyCeremony(
            challenge: try bytes("00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130"),
            origin: "https://example.org", relyingParty: "example.org", requiresVerification: false)
        let client = try bytes(
            "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d50743455787847"
                + "5453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a22687474"
                + "70733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c22657874726144617461"
                + "223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077697468206164646974696f6e61"
                + "6c206669656c647320696e20746865206675747572652c207375636820617320746869733a20426b5165446a64635442"
                + "7258426941774a544c453551227d")
        let object = try bytes(
            "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7"
                + "f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea7018"
                + "9cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db9"
                + "0856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b92"
                + "20")
        let passkey = try PasskeyRegistration(ceremony, userHandle: Self.user).verify(
            clientData: client, attestationObject: object)
        #expect(Hex.encode(passkey.id) == "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4")
        #expect(Hex.encode(passkey.aaguid) == "8446ccb9ab1db374750b2367ff6f3a1f")

        ceremony.challenge = try bytes("39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408")
        let signed = try bytes(
            "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455506f"
                + "334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a2268747470733a2f"
                + "2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d")
        func verify() throws -> UInt32 {
            try PasskeyAssertion(ceremony).verify(
                passkey, clientData: signed,
                authenticatorData: try bytes(
                    "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000"),
                signature: try bytes(
                    "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93"
                        + "538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87"), userHandle: nil,
                expectedUser: Self.user)
        }
        #expect(try verify() == 0)
        // Its authenticator did not verify the person, which we ask for.
        ceremony.requiresVerification = true
        #expect(throws: PasskeyFault.userNotVerified) { try verify() }
    }

    @Test func `a cloned authenticator shows in its counter`() throws {
        var authenticator = try TestAuthenticator(.es256)
        var passkey = try Self.register(authenticator)
        passkey.signCount = 5
        for count in [0, 4, 5] as [UInt32] {
            authenticator.count = count
            #expect(throws: PasskeyFault.counterBackwards) { try Self.assert(authenticator, passkey) }
        }
        // One without a counter always says 0.
        passkey.signCount = 0
        authenticator.count = 0
        #expect(try Self.assert(authenticator, passkey) == 0)
    }

    @Test func `another origin, another relying party, a frame of another site`() throws {
        let honest = try TestAuthenticator(.es256)
        let passkey = try Self.register(honest)
        var other = honest
        for origin in [
            "https://gateway.example.evil.example", "http://gateway.example", "https://gateway.example:8443",
            "https://Gateway.example", "null",
        ] {
            other.origin = origin
            #expect(throws: PasskeyFault.otherOrigin) { try Self.assert(other, passkey) }
            #expect(throws: PasskeyFault.otherOrigin) { try Self.register(other) }
        }
        other = honest
        other.relyingParty = "evil.example"
        #expect(throws: PasskeyFault.otherRelyingParty) { try Self.assert(other, passkey) }
        #expect(throws: PasskeyFault.otherRelyingParty) { try Self.register(other) }
        var elsewhere = Self.ceremony
        elsewhere.relyingParty = "other.example"
        #expect(throws: PasskeyFault.otherRelyingParty) { try Self.assert(honest, passkey, ceremony: elsewhere) }
        let framed = honest.clientData("webauthn.get", Self.challenge, extra: #","crossOrigin":true"#)
        #expect(throws: PasskeyFault.crossOrigin) { try Self.assert(honest, passkey, client: framed) }
    }

    @Test func `a replayed challenge, another ceremony, client data that is none`() throws {
        let authenticator = try TestAuthenticator(.es256)
        let passkey = try Self.register(authenticator)
        var next = Self.ceremony
        next.challenge = [UInt8](2...33)
        #expect(throws: PasskeyFault.otherChallenge) { try Self.assert(authenticator, passkey, ceremony: next) }
        next.challenge = []
        let empty = authenticator.clientData("webauthn.get", [])
        #expect(throws: PasskeyFault.otherChallenge) {
            try Self.assert(authenticator, passkey, client: empty, ceremony: next)
        }
        let registration = authenticator.clientData("webauthn.create", Self.challenge)
        #expect(throws: PasskeyFault.otherCeremony) {
            try Self.assert(authenticator, passkey, client: registration)
        }
        for text in ["", "{}", "[]", #"{"type":"webauthn.get","type":"webauthn.get"}"#] {
            #expect(throws: PasskeyFault.clientDataMalformed) {
                try Self.assert(authenticator, passkey, client: Array(text.utf8))
            }
        }
    }

    @Test func `the person must be there, and verified`() throws {
        var authenticator = try TestAuthenticator(.es256)
        let passkey = try Self.register(authenticator)
        authenticator.flags = 0x04
        #expect(throws: PasskeyFault.userNotPresent) { try Self.assert(authenticator, passkey) }
        authenticator.flags = 0x01
        #expect(throws: PasskeyFault.userNotVerified) { try Self.assert(authenticator, passkey) }
        #expect(throws: PasskeyFault.userNotVerified) { try Self.register(authenticator) }
    }

    @Test func `a passkey serves its own user alone`() throws {
        var authenticator = try TestAuthenticator(.edDSA)
        let passkey = try Self.register(authenticator)
        authenticator.count = 2
        let stranger = [UInt8](repeating: 8, count: 32)
        #expect(throws: PasskeyFault.otherUser) { try Self.assert(authenticator, passkey, userHandle: stranger) }
        #expect(throws: PasskeyFault.otherUser) { try Self.assert(authenticator, passkey, expected: stranger) }
        #expect(throws: PasskeyFault.otherUser) { try Self.assert(authenticator, passkey, userHandle: nil) }
        #expect(try Self.assert(authenticator, passkey, userHandle: nil, expected: Self.user) == 2)
    }

    @Test(arguments: PasskeyAlgorithm.allCases)
    func `a signature of another key, or of other bytes`(algorithm: PasskeyAlgorithm) throws {
        var authenticator = try TestAuthenticator(algorithm)
        let passkey = try Self.register(authenticator)
        authenticator.count = 2
        #expect(throws: PasskeyFault.signatureInvalid) {
            try Self.assert(try TestAuthenticator(algorithm), passkeyAt1())
        }
        func passkeyAt1() -> Passkey {
            var copy = passkey
            copy.signCount = 0
            return copy
        }
        let client = authenticator.clientData("webauthn.get", Self.challenge)
        let (data, signature) = try authenticator.assertion(clientData: client)
        for position in signature.indices {
            var changed = signature
            changed[position] ^= 1
            #expect(throws: PasskeyFault.signatureInvalid) {
                try PasskeyAssertion(Self.ceremony).verify(
                    passkey, clientData: client, authenticatorData: data, signature: changed, userHandle: Self.user,
                    expectedUser: nil)
            }
        }
        #expect(throws: PasskeyFault.self) {
            try PasskeyAssertion(Self.ceremony).verify(
                passkey, clientData: client, authenticatorData: data + [0], signature: signature,
                userHandle: Self.user, expectedUser: nil)
        }
    }

    @Test func `an attestation that does not fit, or is of another format`() throws {
        let authenticator = try TestAuthenticator(.es256)
        let client = authenticator.clientData("webauthn.create", Self.challenge)
        let registration = PasskeyRegistration(Self.ceremony, userHandle: Self.user)
        let packed = try authenticator.attestation("packed", clientData: client + [32])
        #expect(throws: PasskeyFault.attestationInvalid) {
            try registration.verify(clientData: client, attestationObject: packed)
        }
        let other = try authenticator.attestation("tpm", clientData: client)
        #expect(throws: PasskeyFault.attestationUnsupported) {
            try registration.verify(clientData: client, attestationObject: other)
        }
        let whole = try authenticator.attestation("none", clientData: client)
        for length in 0..<whole.count {
            #expect(throws: PasskeyFault.self) {
                try registration.verify(clientData: client, attestationObject: Array(whole[..<length]))
            }
        }
    }

    @Test func `keys that are not asked for`() throws {
        func key(_ members: [CBOR: CBOR]) -> CBOR { .map(members) }
        let faults: [CBOR] = [
            .null, key([:]), key([.integer(1): .integer(2), .integer(3): .integer(-7)]),
            // A point off the curve.
            key([
                .integer(1): .integer(2), .integer(3): .integer(-7), .integer(-1): .integer(1),
                .integer(-2): .bytes([UInt8](repeating: 1, count: 32)),
                .integer(-3): .bytes([UInt8](repeating: 1, count: 32)),
            ]),
            // RSA with a small modulus.
            key([
                .integer(1): .integer(3), .integer(3): .integer(-257),
                .integer(-1): .bytes([UInt8](repeating: 0xFF, count: 128)), .integer(-2): .bytes([1, 0, 1]),
            ]),
            // ES384 is not among those offered.
            key([.integer(1): .integer(2), .integer(3): .integer(-35), .integer(-1): .integer(2)]),
        ]
        for fault in faults { #expect(throws: PasskeyFault.keyUnsupported) { try COSEKey(fault) } }
    }
}
