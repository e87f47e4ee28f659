/// How large a message may be before anything looks at it.
package enum SAMLLimits {
    /// Base64 text of a POST.
    package static let encodedMessage = 512 << 10
    /// What a redirect may inflate to.
    package static let inflatedMessage = 1 << 20
    /// The raw query string of a redirect.
    package static let query = 64 << 10
    /// SAML Bindings §3.4.3 and §3.5.3.
    package static let relayState = 80
}
