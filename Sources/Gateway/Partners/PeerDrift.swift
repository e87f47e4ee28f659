internal import Cryptography
internal import Directory
internal import Storage

/// What another reading of a peer's metadata would change.
struct PeerDrift: Sendable {
    /// SHA-256 of certificates, in hexadecimal.
    let keysAdded: [String]
    let keysRemoved: [String]
    let endpointsAdded: [String]
    let endpointsRemoved: [String]
    /// Of anything, these or what they do not name.
    let isChange: Bool

    init(from old: KnownPeer, to new: KnownPeer) {
        isChange = old != new
        keysAdded = Self.missing(new.certificates, in: old.certificates).map(Self.fingerprint)
        keysRemoved = Self.missing(old.certificates, in: new.certificates).map(Self.fingerprint)
        endpointsAdded = Self.missing(new.endpoints, in: old.endpoints)
        endpointsRemoved = Self.missing(old.endpoints, in: new.endpoints)
    }

    private static func missing(_ some: [String], in others: [String]) -> [String] {
        some.filter { !others.contains($0) }
    }

    private static func fingerprint(_ certificate: String) -> String {
        "sha256:" + (Base64.decode(certificate).map { Hex.encode(Digest.sha256($0)) } ?? "unreadable")
    }

    /// What is told of it, in the order of weight.
    func events(of known: KnownPeer, in tenant: Tenant.ID) -> [PeerEvent] {
        guard isChange else { return [] }
        var events: [PeerEvent] = []
        func add(_ change: PeerEvent.Change, _ what: String, _ added: [String], _ removed: [String]) {
            let parts = [("new", added), ("gone", removed)].filter { !$0.1.isEmpty }
                .map { "\($0.0): \($0.1.joined(separator: ", "))" }
            let list = parts.isEmpty ? "" : " " + parts.joined(separator: "; ") + "."
            events.append(
                PeerEvent(
                    tenant: tenant, peer: known.peer, name: known.name, change: change,
                    sentence: "The metadata of \(known.name) names other \(what).\(list)"))
        }
        if !keysAdded.isEmpty || !keysRemoved.isEmpty { add(.keys, "signing keys", keysAdded, keysRemoved) }
        if !endpointsAdded.isEmpty || !endpointsRemoved.isEmpty || events.isEmpty {
            add(.endpoints, "endpoints or bindings", endpointsAdded, endpointsRemoved)
        }
        return events
    }
}
