internal import Cryptography

/// What an authenticator says of a ceremony (Web Authentication Level 2 §6.1).
package struct AuthenticatorData: Sendable, Equatable {
    package struct Credential: Sendable, Equatable {
        package let aaguid: [UInt8]
        package let id: [UInt8]
        package let key: COSEKey
    }

    /// SHA-256 of the RP id.
    package let relyingParty: [UInt8]
    package let isUserPresent: Bool
    package let isUserVerified: Bool
    package let signCount: UInt32
    /// Nil unless a credential was just made.
    package let credential: Credential?

    /// - Throws: ``PasskeyFault/dataMalformed`` unless every byte is accounted for; ``PasskeyFault/keyUnsupported``.
    package init(_ bytes: [UInt8]) throws(PasskeyFault) {
        guard bytes.count >= 37 else { throw .dataMalformed }
        relyingParty = Array(bytes[..<32])
        let flags = bytes[32]
        isUserPresent = flags & 0x01 != 0
        isUserVerified = flags & 0x04 != 0
        signCount = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        var position = 37
        if flags & 0x40 != 0 {
            guard bytes.count >= position + 18 else { throw .dataMalformed }
            let length = Int(bytes[position + 16]) << 8 | Int(bytes[position + 17])
            let aaguid = Array(bytes[position..<(position + 16)])
            position += 18
            // §4, "Credential ID": at least 16 bytes, at most 1,023.
            guard (16...1_023).contains(length), bytes.count >= position + length else { throw .dataMalformed }
            let id = Array(bytes[position..<(position + length)])
            position += length
            let (value, end) = try Self.value(bytes[position...])
            position = end
            credential = Credential(aaguid: aaguid, id: id, key: try COSEKey(value))
        } else {
            credential = nil
        }
        if flags & 0x80 != 0 {
            let (extensions, end) = try Self.value(bytes[position...])
            guard case .map = extensions else { throw .dataMalformed }
            position = end
        }
        guard position == bytes.count else { throw .dataMalformed }
    }

    private static func value(_ bytes: ArraySlice<UInt8>) throws(PasskeyFault) -> (CBOR, Int) {
        do { return try CBOR.read(prefixOf: bytes) } catch { throw .dataMalformed }
    }
}
