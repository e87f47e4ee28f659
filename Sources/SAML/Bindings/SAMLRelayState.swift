/// RelayState: opaque, echoed, never followed as an address.
package enum SAMLRelayState {
    /// - Throws: `too_large` above 80 octets. An empty one counts as none.
    package static func read(_ value: String?) throws(SAMLRejection) -> String? {
        guard let value, !value.isEmpty else { return nil }
        guard value.utf8.count <= SAMLLimits.relayState else {
            throw SAMLRejection(.tooLarge, "It is longer than \(SAMLLimits.relayState) octets.", at: "RelayState")
        }
        return value
    }
}
