import Testing

@testable import Cryptography

@Suite("What XML Encryption needs") struct EncryptionOfXMLTests {
    /// RFC 3394 §4.1 to §4.6: the key, what is wrapped, the result.
    static let vectors = [
        (
            "000102030405060708090A0B0C0D0E0F", "00112233445566778899AABBCCDDEEFF",
            "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5"
        ),
        (
            "000102030405060708090A0B0C0D0E0F1011121314151617", "00112233445566778899AABBCCDDEEFF",
            "96778B25AE6CA435F92B5B97C050AED2468AB8A17AD84E5D"
        ),
        (
            "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "00112233445566778899AABBCCDDEEFF",
            "64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7"
        ),
        (
            "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
            "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F",
            "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21"
        ),
    ]

    @Test("RFC 3394 key wrap", arguments: vectors) func keyWrap(key: String, plain: String, wrapped: String) {
        #expect(AESKeyWrap.unwrap(hex(wrapped), with: Secret(hex: key)) == Secret(hex: plain))
        var changed = hex(wrapped)
        changed[3] ^= 1
        #expect(AESKeyWrap.unwrap(changed, with: Secret(hex: key)) == nil)
        #expect(AESKeyWrap.unwrap(Array(hex(wrapped).dropLast(8)), with: Secret(hex: key)) == nil)
        #expect(AESKeyWrap.unwrap(hex(wrapped), with: Secret([1, 2, 3])) == nil)
        #expect(AESKeyWrap.unwrap([], with: Secret(hex: key)) == nil)
    }

    @Test func `OAEP with a mask of another digest`() throws {
        let key = try SigningKey(pem: utf8(Fixtures.rsa2048))
        let secret = Secret([1, 2, 3])
        let encrypted = try RSAOAEP.encrypt(secret, to: key.publicKey, .sha256, mask: .sha1)
        #expect(try RSAOAEP.decrypt(encrypted, with: key, .sha256, mask: .sha1) == secret)
        #expect(throws: CryptographyError.decryptionFailed) { try RSAOAEP.decrypt(encrypted, with: key, .sha256) }
        #expect(throws: CryptographyError.decryptionFailed) { try RSAOAEP.decrypt(encrypted, with: key, .sha1) }
    }

    @Test func `CBC without its padding, and with it again from the same pool`() throws {
        let key = Secret([UInt8](repeating: 7, count: 16))
        let iv = [UInt8](repeating: 9, count: 16)
        for count in [0, 5, 16, 40] {
            let plain = [UInt8](repeating: 1, count: count)
            let encrypted = AESCBC.encrypt(plain, key: key, iv: iv)
            let pad = 16 - count % 16
            #expect(
                AESCBC.decryptBlocks(encrypted, key: key, iv: iv)
                    == plain + [UInt8](repeating: UInt8(pad), count: pad))
            #expect(AESCBC.decrypt(encrypted, key: key, iv: iv) == plain)
            #expect(AESCBC.encrypt(plain, key: key, iv: iv) == encrypted)
        }
        #expect(AESCBC.decryptBlocks([1, 2, 3], key: key, iv: iv) == nil)
        #expect(AESCBC.decryptBlocks([], key: key, iv: iv) == nil)
    }

    /// SP 800-67 gives no vector for CBC; this is `openssl enc -des-ede3-cbc -nopad` over sixteen zeros.
    @Test func `Triple-DES in blocks`() {
        let key = Secret(hex: "0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123")
        let iv = hex("0011223344556677")
        let encrypted = hex("109aeac4d79bfadd0c16d6a8bf5f13c9")
        #expect(LegacyDecryption.tripleDESBlocks(encrypted, key: key, iv: iv) == [UInt8](repeating: 0, count: 16))
        #expect(LegacyDecryption.tripleDESBlocks(encrypted, key: Secret([1]), iv: iv) == nil)
        #expect(LegacyDecryption.tripleDESBlocks([1], key: key, iv: iv) == nil)
    }

    @Test func `a key has one thumbprint`() throws {
        let key = try SigningKey(pem: utf8(Fixtures.rsa2048)).publicKey
        #expect(key.thumbprint == Digest.sha256(key.spkiDER()))
        #expect(key.thumbprint == key.thumbprint)
    }

    @Test func `any SHA-2 digest goes with any curve in XML, SHA-1 with none`() throws {
        let key = try SigningKey.generate(.ec(.p384))
        let signature = try key.sign([1, 2, 3], .ecdsa(.sha384))
        #expect(key.publicKey.isValidXMLSignature(signature, for: [1, 2, 3], .ecdsa(.sha384)))
        #expect(!key.publicKey.isValidXMLSignature(signature, for: [1, 2, 3], .ecdsa(.sha256)))
        #expect(!key.publicKey.isValidXMLSignature(signature, for: [1, 2, 3], .rsaPKCS1(.sha384)))
        #expect(!key.publicKey.isValidXMLSignature([UInt8](repeating: 0, count: 96), for: [1], .ecdsa(.sha256)))
    }
}
