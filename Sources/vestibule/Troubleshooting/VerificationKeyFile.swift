import Cryptography

extension Circumstances {
    /// The keys of every file that an option names: a certificate or a public key as PEM or bare Base64, or the public part
    /// of a private key.
    ///
    /// - Returns: `nil` if one of them is too weak, which the finding then says.
    func verificationKeys(
        _ option: String, _ finding: inout Finding
    ) throws(CommandFailure) -> [VerificationKey]? {
        var keys: [VerificationKey] = []
        for path in arguments.values(option) {
            let bytes: [UInt8]
            do throws(FileSource.Failure) { bytes = try files.read(path) } catch {
                throw CommandFailure(.unreadable, "\(path) of --\(option) can't be read: \(error.words)")
            }
            do throws(CryptographyError) {
                keys.append(try Self.key(bytes, minimumBits: leniencies.contains(.rsa1024) ? 1024 : 2048))
            } catch .weakKey(let bits) {
                finding.reject("weak_key", "the key of \(path) has only \(bits) bits", at: option)
                return nil
            } catch {
                throw .usage("--\(option) \(path) holds no certificate or public key that we use: \(error)")
            }
        }
        return keys
    }

    private static func key(_ bytes: [UInt8], minimumBits: Int) throws(CryptographyError) -> VerificationKey {
        if let block = PEM.blocks(in: bytes)?.first {
            guard block.label.hasSuffix("PRIVATE KEY") else {
                return try VerificationKey(pem: bytes, minimumBits: minimumBits)
            }
            return try SigningKey(pem: bytes).publicKey
        }
        guard let der = Base64.decodeLenient(bytes) else { throw .malformedKey }
        let spki = (try? Certificate(der: der))?.spkiDER ?? der
        return try VerificationKey(spkiDER: spki, minimumBits: minimumBits)
    }
}
