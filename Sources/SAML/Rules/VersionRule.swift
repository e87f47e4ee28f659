internal import XML

extension ResponseRule {
    /// SAML Core §3.2.2.
    static let version = ResponseRule(name: "version") { message throws(SAMLRejection) in
        let actual = message.root.attribute("Version")
        guard actual == "2.0" else {
            throw .mismatch(
                .wrongVersion, "The version", expected: "2.0", actual: actual, at: message.root.position)
        }
        return .passed(expected: "2.0", actual: actual)
    }
}
