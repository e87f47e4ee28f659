internal import Cryptography
internal import Directory
internal import Gateway

/// Where a list goes on: behind this key. What a client gets is opaque, and good for this tenant, path and query alone.
struct SkipKey: Sendable, Hashable {
    /// What the list is in the order of; empty where that is the id alone.
    var text: String = ""
    var id: [UInt8]
}

extension GraphCall {
    func seal(_ key: SkipKey) -> String {
        let payload = [UInt8(key.id.count)] + key.id + Array(key.text.utf8)
        return Base64URL.encode(skipMAC(payload) + payload)
    }

    /// Nil: the list's beginning.
    ///
    /// - Throws: ``GraphError/badRequest(_:)`` for a token that is not ours, or of another list.
    func skipKey() throws(GraphError) -> SkipKey? {
        guard let token = options.skipToken else { return nil }
        guard let bytes = Base64URL.decode(token), bytes.count >= 17 else { throw Self.foreignToken }
        let payload = Array(bytes[16...])
        guard constantTimeEqual(Array(bytes[..<16]), skipMAC(payload)) else { throw Self.foreignToken }
        let count = Int(payload[0])
        guard payload.count > count, let text = String(validating: payload[(count + 1)...], as: UTF8.self) else {
            throw Self.foreignToken
        }
        return SkipKey(text: text, id: Array(payload[1...count]))
    }

    private static let foreignToken = GraphError.badRequest(
        "The $skiptoken is not one of this list. Follow @odata.nextLink as it is.")

    private func skipMAC(_ payload: [UInt8]) -> [UInt8] {
        var bound = tenantID.bytes
        // Each part with its length, so that no two lists are one.
        let parts = request.segments + ["?"] + options.repeated.flatMap { [$0.0, $0.1] }
        for part in parts { bound += Array("\(part.utf8.count):\(part)".utf8) }
        let key = installation.masterKey.derive(purpose: "graph skip token")
        return Array(MAC.hmac(.sha256, key: key, bound + [0] + payload).prefix(16))
    }
}
