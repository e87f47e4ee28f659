import Testing

@testable import Cryptography

@Suite("RFC 8032 Ed25519") struct Ed25519Tests {
    static let vectors: [(secret: String, key: String, message: String, signature: String)] = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0"
                + "595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eae"
                + "b4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9"
                + "716ed28dc027beceea1ec40a"
        ),
    ]

    @Test("§7.1", arguments: vectors)
    func vector(secret: String, key: String, message: String, signature: String) throws {
        let signing = try SigningKey(components: .ed25519(x: hex(key), d: Secret(hex: secret)))
        #expect(try signing.sign(hex(message), .ed25519) == hex(signature))
        let verification = try VerificationKey(ed25519: hex(key))
        #expect(verification.isValid(hex(signature), for: hex(message), .ed25519))
        #expect(!verification.isValid(hex(signature), for: hex(message) + [0], .ed25519))
        #expect(!verification.isValid(hex(signature) + [0], for: hex(message), .ed25519))
        #expect(!verification.isValid([], for: hex(message), .ed25519))
        #expect(verification == signing.publicKey)
    }

    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    ])
    func `a point of small order is no key`(_ point: String) {
        #expect(throws: CryptographyError.malformedKey) { try VerificationKey(ed25519: hex(point)) }
    }
}

@Suite("ECDSA") struct ECDSATests {
    /// RFC 6979 A.2.5 to A.2.7, message "sample": the curve's key and a signature with its digest.
    static let vectors: [(EllipticCurve, x: String, y: String, r: String, s: String)] = [
        (
            .p256, "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
            "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
        ),
        (
            .p384, "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13",
            "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720",
            "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
            "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8"
        ),
        (
            .p521,
            "01894550D0785932E00EAA23B694F213F8C3121F86DC97A04E5A7167DB4E5BCD371123D46E45DB6B5D5370A7F20FB633155D38FF"
                + "A16D2BD761DCAC474B9A2F5023A4",
            "00493101C962CD4D2FDDF782285E64584139C2F91B47F87FF82354D6630F746A28A0DB25741B5B34A828008B22ACC23F924FAAFB"
                + "D4D33F81EA66956DFEAA2BFDFCF5",
            "00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4"
                + "E8455CC91F9B15BF05EC36E377FA",
            "00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8"
                + "CCB1DCCC43997F1EE0E44DA4A67A"
        ),
    ]

    @Test("RFC 6979 signatures verify", arguments: vectors)
    func vector(curve: EllipticCurve, x: String, y: String, r: String, s: String) throws {
        let key = try VerificationKey(curve: curve, x: hex(x), y: hex(y))
        let signature = hex(r) + hex(s)
        let scheme = SignatureScheme.ecdsa(curve.digest)
        #expect(key.isValid(signature, for: utf8("sample"), scheme))
        #expect(!key.isValid(signature, for: utf8("samplf"), scheme))
        for index in signature.indices {
            var other = signature
            other[index] ^= 0x10
            #expect(!key.isValid(other, for: utf8("sample"), scheme))
        }
        for digest in DigestAlgorithm.allCases where digest != curve.digest {
            #expect(!key.isValid(signature, for: utf8("sample"), .ecdsa(digest)))
        }
        #expect(!key.isValid(signature, for: utf8("sample"), .ed25519))
        #expect(!key.isValid(signature, for: utf8("sample"), .rsaPKCS1(curve.digest)))
    }

    @Test("CVE-2022-21449, psychic signatures", arguments: EllipticCurve.allCases)
    func psychic(_ curve: EllipticCurve) throws {
        let key = try SigningKey.generate(.ec(curve))
        let scheme = SignatureScheme.ecdsa(curve.digest)
        let zero = [UInt8](repeating: 0, count: curve.byteCount)
        let one = Array(zero.dropLast()) + [1]
        let order = curve.order
        let beyond = [UInt8](repeating: 0xFF, count: curve.byteCount)
        let good = try key.sign([1], scheme)
        let (r, s) = (Array(good[..<curve.byteCount]), Array(good[curve.byteCount...]))
        for (first, second) in [
            (zero, zero), (r, zero), (zero, s), (order, s), (r, order), (order, order), (beyond, beyond), (one, zero),
            (one, one), (s, r),
        ] {
            #expect(!key.publicKey.isValid(first + second, for: [1], scheme))
        }
        // As DER, too long, too short, empty.
        for other in [[0x30, 6, 2, 1, 0, 2, 1, 0], good + [0], Array(good.dropLast()), Array(good.dropFirst()), []] {
            #expect(!key.publicKey.isValid(other, for: [1], scheme))
        }
        #expect(key.publicKey.isValid(good, for: [1], scheme))
    }

    @Test("Signatures of every shape convert", arguments: EllipticCurve.allCases)
    func manySignatures(_ curve: EllipticCurve) throws {
        // Enough that some r or s has a leading zero byte and some a high bit.
        let key = try SigningKey.generate(.ec(curve))
        for index in 0..<(curve == .p256 ? 600 : 60) {
            let message = [UInt8(index & 255), UInt8(index >> 8)]
            let signature = try key.sign(message, .ecdsa(curve.digest))
            #expect(signature.count == curve.byteCount * 2)
            #expect(key.publicKey.isValid(signature, for: message, .ecdsa(curve.digest)))
        }
    }

    @Test(arguments: [
        "", "30", "3000", "3006020100020100ff", "3006020100", "300602010102", "31060201010201010", "3006020101020181",
        "300702020001020101", "30060201ff020101", "3081060201010201010", "3006030101020101", "3005020002010100",
        "30060201010201", "3007020101020101", "308006020101020101", "3008020101020101ffff",
    ])
    func `DER that is not strict is not read`(_ text: String) {
        let bytes = hex(text.count.isMultiple(of: 2) ? text : text + "0")
        bytes.withUnsafeBufferPointer { #expect(ECDSASignature.raw(der: $0, curve: .p256) == nil) }
    }

    @Test func `leading zeros come and go`() throws {
        let raw = [UInt8](repeating: 0, count: 31) + [0x80] + [0x01] + [UInt8](repeating: 0, count: 31)
        let der = try #require(ECDSASignature.der(raw: raw, curve: .p256))
        #expect(der == hex("3026 02020080 0220 01") + [UInt8](repeating: 0, count: 31))
        der.withUnsafeBufferPointer { #expect(ECDSASignature.raw(der: $0, curve: .p256) == raw) }
    }
}

@Suite("RSA") struct RSATests {
    /// RFC 7520 §3.3: the public key of bilbo.baggins@hobbiton.example.
    static let modulus =
        "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqV"
        + "wGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJls"
        + "de3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkq"
        + "gc5gHdrNP5zw"
    static let payload =
        "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW"
        + "5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0"
        + "by4"
    /// §4.1 and §4.2.
    static let signatures: [(SignatureScheme, alg: String, signature: String)] = [
        (
            .rsaPKCS1(.sha256), "RS256",
            "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-B"
                + "DkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is"
                + "9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ip"
                + "H84ogoree7vjbU5y18kDquDg"
        ),
        (
            .rsaPSS(.sha384), "PS384",
            "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1"
                + "OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d"
                + "9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAf"
                + "mWjwZ6oD4ifKo8DYM-X72Eaw"
        ),
    ]

    @Test("RFC 7520 §4.1, §4.2", arguments: signatures)
    func cookbook(scheme: SignatureScheme, alg: String, signature: String) throws {
        let key = try VerificationKey(
            rsaModulus: try #require(Base64URL.decode(Self.modulus)), exponent: [1, 0, 1])
        let header = Base64URL.encode(utf8("{\"alg\":\"\(alg)\",\"kid\":\"bilbo.baggins@hobbiton.example\"}"))
        let input = utf8("\(header).\(Self.payload)")
        let signature = try #require(Base64URL.decode(signature))
        #expect(key.isValid(signature, for: input, scheme))
        for other: SignatureScheme in [
            .rsaPKCS1(.sha1), .rsaPKCS1(.sha256), .rsaPKCS1(.sha384), .rsaPKCS1(.sha512), .rsaPSS(.sha1),
            .rsaPSS(.sha256), .rsaPSS(.sha384), .rsaPSS(.sha512), .ed25519, .ecdsa(.sha256),
        ] where other != scheme {
            #expect(!key.isValid(signature, for: input, other))
        }
        #expect(!key.isValid([0] + signature, for: input, scheme))
        #expect(!key.isValid(Array(signature.dropFirst()), for: input, scheme))
        #expect(!key.isValid([], for: input, scheme))
        #expect(!key.isValid([UInt8](repeating: 0, count: 256), for: input, scheme))
        #expect(!key.isValid(signature, for: input + [0], scheme))
    }

    @Test func `every scheme signs and verifies`() throws {
        let key = try SigningKey(pem: utf8(Fixtures.rsa2048))
        for digest in [DigestAlgorithm.sha256, .sha384, .sha512] {
            for scheme in [SignatureScheme.rsaPKCS1(digest), .rsaPSS(digest)] {
                for _ in 0..<3 {
                    let signature = try key.sign(utf8("m"), scheme)
                    #expect(signature.count == 256)
                    #expect(key.publicKey.isValid(signature, for: utf8("m"), scheme))
                    #expect(!key.publicKey.isValid(signature, for: utf8("n"), scheme))
                }
            }
        }
    }

    @Test func `SHA-1 and foreign schemes sign nothing`() throws {
        let key = try SigningKey(pem: utf8(Fixtures.rsa2048))
        for scheme: SignatureScheme in [.rsaPKCS1(.sha1), .rsaPSS(.sha1), .ecdsa(.sha256), .ed25519] {
            #expect(throws: CryptographyError.schemeDoesNotFitKey) { try key.sign([], scheme) }
        }
    }

    @Test func `one key signs on many threads`() async throws {
        let key = try SigningKey.generate(.ec(.p256))
        await withTaskGroup { group in
            for task in 0..<32 {
                group.addTask {
                    (0..<20).allSatisfy { _ in
                        guard let signature = try? key.sign([UInt8(task)], .ecdsa(.sha256)) else { return false }
                        return key.publicKey.isValid(signature, for: [UInt8(task)], .ecdsa(.sha256))
                    }
                }
            }
            for await valid in group { #expect(valid) }
        }
    }
}
