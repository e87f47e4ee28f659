// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap, NeverUseForceTry

import Cryptography
import SAML

/// Keys that the other side signs with; made once for the whole run.
enum FederationKeys {
    static let partner = make("partner")
    static let partnerNext = make("partner's next")
    static let application = make("application")
    static let attacker = make("attacker")

    static func make(_ name: String, _ kind: KeyKind = .rsa(bits: 2048)) -> SAMLSigner {
        let key = try! SigningKey.generate(kind)
        return SAMLSigner(
            key: key, certificate: try! Certificate.selfSigned(name: name, key: key, days: 3650, environment: .live))
    }
}

extension SAMLSigner {
    /// Base64 DER, as settings keep it.
    var certificateText: String { Base64.encode(certificate!.der) }
}
