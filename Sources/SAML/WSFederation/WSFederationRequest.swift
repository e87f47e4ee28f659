/// A request of WS-Federation's passive requestor profile (§13.2), as the browser carries it in a query or a form.
package enum WSFederationRequest: Sendable, Hashable {
    case signIn(WSFederationSignIn)
    /// `wsignout1.0`: the person signs out here and everywhere.
    case signOut(WSFederationSignOut)
    /// `wsignoutcleanup1.0`: a session ends elsewhere; end ours, ask nobody.
    case cleanUp(WSFederationSignOut)

    /// - Parameter parameters: Names and values, decoded.
    /// - Throws: `bad_encoding` if one that means something is repeated or too long, or `wa` is none of the three;
    ///   `unknown_issuer` for a sign-in without realm.
    package static func parse(_ parameters: [(name: String, value: String)]) throws(SAMLRejection) -> Self {
        var values: [String: String] = [:]
        for (name, value) in parameters where known.contains(name) {
            guard value.utf8.count <= longest(name) else {
                throw SAMLRejection(.tooLarge, "The parameter is longer than \(longest(name)) octets.", at: name)
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw SAMLRejection(.badEncoding, "The parameter is there more than once.", at: name)
            }
        }
        switch values["wa"] {
        case "wsignin1.0":
            guard let realm = values["wtrealm"], !realm.isEmpty else {
                throw SAMLRejection(.unknownIssuer, "The request names no realm.", at: "wtrealm")
            }
            var signIn = WSFederationSignIn(realm: realm)
            (signIn.context, signIn.reply, signIn.time) = (values["wctx"], values["wreply"], values["wct"])
            (signIn.homeRealm, signIn.authentication) = (values["whr"], values["wauth"])
            if let text = values["wfresh"] {
                guard let minutes = Int(text), minutes >= 0, minutes <= 1_000_000 else {
                    throw SAMLRejection(.badEncoding, "It is no number of minutes.", at: "wfresh")
                }
                signIn.freshness = minutes
            }
            return .signIn(signIn)
        case "wsignout1.0":
            return .signOut(WSFederationSignOut(values))
        case "wsignoutcleanup1.0":
            return .cleanUp(WSFederationSignOut(values))
        case let other:
            throw SAMLRejection(.badEncoding, "wa is \(other.shown).", at: "wa")
        }
    }

    private static let known: Set<String> = [
        "wa", "wtrealm", "wctx", "wreply", "wct", "wfresh", "whr", "wauth",
    ]

    private static func longest(_ name: String) -> Int { name == "wctx" ? 4096 : 2048 }
}

/// `wsignin1.0`.
package struct WSFederationSignIn: Sendable, Hashable {
    /// wtrealm: who asks.
    package var realm: String
    /// wctx: echoed.
    package var context: String?
    /// wreply: where the answer shall go.
    package var reply: String?
    /// wct: the asker's time. Nothing depends on it.
    package var time: String?
    /// wfresh: how old the authentication may be, in minutes; 0 asks for a new one.
    package var freshness: Int?
    /// whr: where the person is at home.
    package var homeRealm: String?
    /// wauth: the authentication method wanted, a URI.
    package var authentication: String?

    package init(realm: String) { self.realm = realm }

    /// Where the answer goes: `wreply` if it is exactly registered, else the first that is.
    ///
    /// - Throws: `url_forbidden`.
    package func replyAddress(registered: [String]) throws(SAMLRejection) -> String {
        guard let reply, !reply.isEmpty else {
            guard let first = registered.first else {
                throw SAMLRejection(.urlForbidden, "The application has no address.", at: "wreply")
            }
            return first
        }
        guard let found = registered.first(where: { $0.isExactly(reply) }) else {
            throw SAMLRejection(.urlForbidden, "\(reply.shown) is not registered.", at: "wreply")
        }
        return found
    }

    /// The address that asks an identity provider.
    package func url(at endpoint: String) -> String {
        federationURL(
            endpoint,
            [
                ("wa", "wsignin1.0"), ("wtrealm", realm), ("wctx", context), ("wreply", reply), ("wct", time),
                ("wfresh", freshness.map { String($0) }), ("whr", homeRealm), ("wauth", authentication),
            ])
    }
}

/// `wsignout1.0` and `wsignoutcleanup1.0`.
package struct WSFederationSignOut: Sendable, Hashable {
    package var realm: String?
    /// Where the browser would go afterwards: only if it is registered.
    package var reply: String?
    package var context: String?

    package init(realm: String? = nil, reply: String? = nil, context: String? = nil) {
        self.realm = realm
        self.reply = reply
        self.context = context
    }

    fileprivate init(_ values: [String: String]) {
        self.init(realm: values["wtrealm"], reply: values["wreply"], context: values["wctx"])
    }

    /// The address that signs out at an identity provider, or, `isCleanUp`, at an application.
    package func url(at endpoint: String, isCleanUp: Bool = false) -> String {
        federationURL(
            endpoint,
            [
                ("wa", isCleanUp ? "wsignoutcleanup1.0" : "wsignout1.0"), ("wtrealm", realm), ("wreply", reply),
                ("wctx", context),
            ])
    }
}

private func federationURL(_ endpoint: String, _ parameters: [(String, String?)]) -> String {
    let query = parameters.compactMap { name, value in value.map { name + "=" + $0.queryEscaped } }
    return endpoint + (endpoint.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + query.joined(separator: "&")
}
