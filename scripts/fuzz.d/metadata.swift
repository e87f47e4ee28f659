import Cryptography
import FoundationEssentials
import SAML
import XML

/// Metadata, of one entity and of many. What verifies with the seeds' key is what was signed with it; what is read keeps to
/// what it promises, and can be written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    if let pinned = try? SAMLMetadata.read(bytes, signers: Seeds.keys, now: Seeds.now) {
        expect(pinned.entityID == Seeds.entityID && pinned.signature != nil, "forged metadata")
        for endpoint in pinned.endpoints { expect(Seeds.locations.contains(endpoint), "a forged \(endpoint)") }
    }
    let one = try? SAMLMetadata.read(bytes, entityID: Seeds.entityID, now: Seeds.now)
    let found = try? SAMLAggregate.entity(Seeds.entityID, in: bytes, signers: nil, now: Seeds.now)
    expect(one == nil || found == one, "an aggregate's reader finds another entity")
    if let one {
        expect(one.entityID == Seeds.entityID, "another entity")
        judge(one)
    }
    if let any = try? SAMLMetadata.read(bytes, now: Seeds.now) { judge(any) }
    return 0
}

private func judge(_ metadata: SAMLMetadata) {
    expect(!metadata.entityID.isEmpty && metadata.entityID.utf8.count <= 1024, "no entity ID")
    expect(metadata.validUntil.map { $0 > Seeds.now } ?? true, "metadata of yesterday")
    for location in metadata.endpoints {
        let lower = location.lowercased()
        expect(lower.hasPrefix("https://") || lower.hasPrefix("http://"), "\(location) is no web address")
        expect(location.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }, "\(location)")
    }
    guard let written = try? metadata.document(id: "_written", signer: nil) else {
        fatalError("metadata that can't be written")
    }
    guard let again = try? SAMLMetadata.read(written, entityID: metadata.entityID, now: Seeds.now) else {
        fatalError("metadata that can't be read again: \(String(decoding: written, as: UTF8.self))")
    }
    expect(again.entityID == metadata.entityID && again.endpoints == metadata.endpoints, "other metadata")
}

extension SAMLMetadata {
    fileprivate var endpoints: [String] {
        let endpoints =
            (identityProvider.map { $0.singleSignOn + $0.singleLogout } ?? [])
            + (serviceProvider.map { $0.assertionConsumers + $0.singleLogout } ?? [])
        return endpoints.flatMap { [$0.location] + ($0.responseLocation.map { [$0] } ?? []) }
            + federationRoles.flatMap(\.passiveEndpoints)
    }
}

private enum Seeds {
    /// It signed the seeds and was not kept.
    static let keys: [VerificationKey] = {
        let spki = Hex.decode(
            "3059301306072a8648ce3d020106082a8648ce3d03010703420004b26899b3e80a4ba1ba302c8cad789276ab7d2e46a6086dd5e1"
                + "234a1aaebe8c79d99204f590b9feec3d90a746678f57fa395e5f58b19919e61b71674e4b7fd042")
        guard let spki, let key = try? VerificationKey(spkiDER: spki) else { fatalError("the seeds' key") }
        return [key]
    }()
    static let entityID = "https://idp.partner.example/saml"
    static let locations: Set<String> = [
        entityID + "/sso", entityID + "/slo", "https://x/y", "https://x/wsfed",
        "https://login.vestibule.example/saml/contoso/acs",
    ]
    /// 2026-01-31T12:00:00Z, when the seeds were made.
    static let now = Date(timeIntervalSince1970: 1_769_860_800)
}
