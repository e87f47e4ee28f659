internal import XML

extension ResponseRule {
    /// The root is a SAML 2.0 Response.
    static let root = ResponseRule(name: "root") { message throws(SAMLRejection) in
        guard message.root.isNamed(.protocol("Response")) else {
            throw SAMLRejection(
                .wrongRoot, "The root is \(message.root.name), not a Response.", at: message.root.position)
        }
        return .passed(actual: "Response")
    }
}
