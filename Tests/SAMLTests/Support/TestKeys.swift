import Cryptography
import FoundationEssentials
import SAML

/// Keys that tests sign with; made once for the whole run.
enum TestKeys {
    static let partner = make(.rsa(bits: 2048), "partner")
    static let partnerNext = make(.rsa(bits: 2048), "partner's next")
    static let partnerECDSA = make(.ec(.p256), "partner on P-256")
    static let own = make(.rsa(bits: 2048), "own")
    static let attacker = make(.rsa(bits: 2048), "attacker")

    private static func make(_ kind: KeyKind, _ name: String) -> SAMLSigner {
        guard let key = try? SigningKey.generate(kind),
            let certificate = try? Certificate.selfSigned(name: name, key: key, days: 3650, environment: .live)
        else { fatalError("no key can be made") }
        return SAMLSigner(key: key, certificate: certificate)
    }
}

extension SAMLSigner {
    var publicKey: VerificationKey { key.publicKey }

    var certificateText: String { Base64.encode(certificate?.der ?? []) }
}

/// 2026-01-31T12:00:00Z.
let noon = Date(timeIntervalSince1970: 1_769_860_800)

func instant(_ seconds: Double) -> String { SAMLInstant.write(noon.addingTimeInterval(seconds)) }
