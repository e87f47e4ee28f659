internal import COpenSSL

/// Owns one EVP_PKEY, and reads what it is.
final class KeyHandle: Sendable {
    // Safe to share: the key is never changed after it was made, and OpenSSL counts and locks what operations on it
    // cache (exported forms, Montgomery contexts, blinding).
    nonisolated(unsafe) let pointer: OpaquePointer
    let kind: KeyKind

    /// RSA keys above this make a verification cost milliseconds, which a stranger could ask for.
    private static let maximumRSABits = 8192

    /// Takes over the key, also when it throws.
    init(owning pointer: OpaquePointer?, minimumBits: Int) throws(CryptographyError) {
        defer { ERR_clear_error() }
        guard let pointer else { throw .malformedKey }
        do throws(CryptographyError) {
            kind = try Self.checkedKind(of: pointer, minimumBits: minimumBits)
        } catch {
            EVP_PKEY_free(pointer)
            throw error
        }
        self.pointer = pointer
    }

    deinit { EVP_PKEY_free(pointer) }

    private static func checkedKind(
        of key: OpaquePointer, minimumBits: Int
    ) throws(CryptographyError) -> KeyKind {
        switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA:
            guard let n = integer(OSSL_PKEY_PARAM_RSA_N, of: key), let e = integer(OSSL_PKEY_PARAM_RSA_E, of: key)
            else { throw .malformedKey }
            let bits = Int(EVP_PKEY_get_bits(key))
            guard bits >= minimumBits else { throw .weakKey(bits: bits) }
            guard bits <= maximumRSABits else { throw .unsupportedKey }
            guard n.last.map({ $0 & 1 == 1 }) == true, e.last.map({ $0 & 1 == 1 }) == true, e != [1], e.count <= 8
            else { throw .malformedKey }
            return .rsa(bits: bits)
        case EVP_PKEY_EC:
            // Explicit parameters are how CVE-2020-0601 forged certificates; only names are read.
            guard text(OSSL_PKEY_PARAM_EC_ENCODING, of: key) == OSSL_PKEY_EC_ENCODING_GROUP,
                let name = text(OSSL_PKEY_PARAM_GROUP_NAME, of: key), let curve = EllipticCurve(openSSLName: name)
            else { throw .unsupportedKey }
            guard let context = EVP_PKEY_CTX_new(key, nil) else { throw .malformedKey }
            defer { EVP_PKEY_CTX_free(context) }
            guard EVP_PKEY_public_check_quick(context) == 1 else { throw .malformedKey }
            return .ec(curve)
        case EVP_PKEY_ED25519:
            return .ed25519
        default:
            throw .unsupportedKey
        }
    }

    /// Whether the parts of a private RSA key belong together: p·q = n, and the three for the Chinese remainder
    /// theorem invert what they should (RFC 8017 §3.2). `true` for other kinds.
    var hasConsistentFactors: Bool {
        guard case .rsa = kind else { return true }
        defer { ERR_clear_error() }
        guard let n = number(OSSL_PKEY_PARAM_RSA_N), let e = number(OSSL_PKEY_PARAM_RSA_E),
            let p = number("rsa-factor1"), let q = number("rsa-factor2"), let dp = number("rsa-exponent1"),
            let dq = number("rsa-exponent2"), let qi = number("rsa-coefficient1"), let context = BN_CTX_new()
        else { return false }
        defer { BN_CTX_free(context) }
        guard let product = try? BigNumber([]), BN_mul(product.pointer, p.pointer, q.pointer, context) == 1,
            BN_cmp(product.pointer, n.pointer) == 0
        else { return false }
        func inverts(_ a: borrowing BigNumber, _ b: borrowing BigNumber, modulo m: borrowing BigNumber) -> Bool {
            BN_mod_mul(product.pointer, a.pointer, b.pointer, m.pointer, context) == 1
                && BN_is_one(product.pointer) == 1
        }
        return inverts(qi, q, modulo: p)
            && BN_sub_word(p.pointer, 1) == 1 && inverts(dp, e, modulo: p)
            && BN_sub_word(q.pointer, 1) == 1 && inverts(dq, e, modulo: q)
    }

    private func number(_ name: String) -> BigNumber? {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(pointer, name, &number) == 1, let number else { return nil }
        return BigNumber(owning: number)
    }

    /// A number of the key, big-endian: as short as it can be, or of `count` bytes.
    func integer(_ name: String, count: Int? = nil) -> [UInt8]? { Self.integer(name, of: pointer, count: count) }

    private static func integer(_ name: String, of key: OpaquePointer, count: Int? = nil) -> [UInt8]? {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(key, name, &number) == 1, let number else { return nil }
        defer { BN_clear_free(number) }
        let size = count ?? (Int(BN_num_bits(number)) + 7) / 8
        var bytes = [UInt8](repeating: 0, count: size)
        guard BN_bn2binpad(number, &bytes, Int32(size)) == Int32(size) else { return nil }
        return bytes
    }

    private static func text(_ name: String, of key: OpaquePointer) -> String? {
        var buffer = [CChar](repeating: 0, count: 64)
        var count = 0
        guard EVP_PKEY_get_utf8_string_param(key, name, &buffer, buffer.count, &count) == 1, count < buffer.count
        else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Owns one BIGNUM.
struct BigNumber: ~Copyable {
    let pointer: OpaquePointer

    init(_ bytes: [UInt8]) throws(CryptographyError) {
        // More than any key we take; the conversion is quadratic in places.
        guard bytes.count <= 2048, let pointer = BN_bin2bn(bytes, Int32(bytes.count), nil) else {
            throw .malformedKey
        }
        self.pointer = pointer
    }

    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    init(_ secret: Secret) throws(CryptographyError) {
        let pointer = secret.withBytes { $0.count <= 2048 ? BN_bin2bn($0, Int32($0.count), nil) : nil }
        guard let pointer else { throw .malformedKey }
        self.pointer = pointer
    }

    deinit { BN_clear_free(pointer) }
}

/// Runs one of OpenSSL's `i2d` functions, which allocate what they answer.
func derEncoding(_ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int32) -> [UInt8]? {
    var output: UnsafeMutablePointer<UInt8>?
    let count = encode(&output)
    guard count >= 0, let output else {
        ERR_clear_error()
        return nil
    }
    defer {
        OPENSSL_cleanse(output, Int(count))
        shim_OPENSSL_free(output)
    }
    return Array(UnsafeBufferPointer(start: output, count: Int(count)))
}

/// Runs one of OpenSSL's `d2i` functions over the whole of `der`: bytes that it leaves over make the answer `nil`.
func derDecoding(
    _ der: [UInt8], free: (OpaquePointer?) -> Void,
    _ decode: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?
) -> OpaquePointer? {
    der.withUnsafeBufferPointer { buffer in
        var at = buffer.baseAddress
        defer { ERR_clear_error() }
        guard let decoded = decode(&at, buffer.count) else { return nil }
        guard let start = buffer.baseAddress, at == start + buffer.count else {
            free(decoded)
            return nil
        }
        return decoded
    }
}
