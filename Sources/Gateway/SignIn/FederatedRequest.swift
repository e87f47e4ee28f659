package import Directory
internal import JSON
package import SAML

/// What an application asked for in SAML 2.0 or WS-Federation, checked against its registration. Sealed into the browser's
/// cookie, and checked against the settings again at each step.
package struct FederatedRequest: Sendable, Hashable {
    package enum Language: String, Sendable, Hashable {
        case saml, wsFederation
    }

    package var language: Language
    package var application: Application.AppID
    /// Where the answer is posted: one of the registered addresses.
    package var replyURL: String
    /// What the answer is to; nil where nobody asked (IdP-initiated), and in WS-Federation.
    package var requestID: String?
    /// `RelayState`, `wctx`: given back unread.
    package var relayState: String?
    package var forcesLogin = false
    package var isPassive = false
    /// Seconds; `wfresh`.
    package var maxAge: Int?
    package var nameIDFormat: String?
    package var context: SAMLRequestedContext?
    package var loginHint: String?
    /// Who the answer must be about, if anybody (SAML Core §3.4.1).
    package var subject: SAMLNameID?
    /// `whr`: the domain of the home.
    package var domainHint: String?

    package init(language: Language, application: Application.AppID, replyURL: String) {
        self.language = language
        self.application = application
        self.replyURL = replyURL
    }

    /// Whether the application still is what it was when it asked.
    func isStillAccepted(by application: Application) -> Bool {
        guard application.isEnabled else { return false }
        switch language {
        case .saml: return application.saml?.assertionConsumers.contains { $0.url == replyURL } ?? false
        case .wsFederation: return application.wsFederation?.replyURLs.contains(replyURL) ?? false
        }
    }
}

extension FederatedRequest {
    /// Short member names: a cookie has little room.
    var json: JSONValue {
        var object: JSONObject = [
            "k": .string(language.rawValue), "a": .string(application.description), "u": .string(replyURL),
        ]
        object["i"] = requestID.map { .string($0) }
        object["r"] = relayState.map { .string($0) }
        if forcesLogin { object["f"] = true }
        if isPassive { object["p"] = true }
        object["m"] = maxAge.map { .integer(Int64($0)) }
        object["n"] = nameIDFormat.map { .string($0) }
        object["l"] = loginHint.map { .string($0) }
        object["s"] = subject.map { .string($0.value) }
        object["q"] = subject.map { .string($0.format) }
        object["d"] = domainHint.map { .string($0) }
        if let context {
            object["x"] = .array(context.classes.map { .string($0) })
            object["c"] = .string(context.comparison.rawValue)
        }
        return .object(object)
    }

    init?(json: JSONValue) {
        guard let language = json["k"]?.string.flatMap({ Language(rawValue: $0) }),
            let application = json["a"]?.string.flatMap({ Application.AppID($0) }), let url = json["u"]?.string
        else { return nil }
        self.init(language: language, application: application, replyURL: url)
        requestID = json["i"]?.string
        relayState = json["r"]?.string
        forcesLogin = json["f"]?.bool ?? false
        isPassive = json["p"]?.bool ?? false
        maxAge = json["m"]?.integer.map { Int($0) }
        nameIDFormat = json["n"]?.string
        loginHint = json["l"]?.string
        domainHint = json["d"]?.string
        if let value = json["s"]?.string, let format = json["q"]?.string {
            subject = SAMLNameID(value, format: format)
        }
        if let classes = json["x"]?.strings, let comparison = json["c"]?.string {
            guard let comparison = SAMLRequestedContext.Comparison(rawValue: comparison) else { return nil }
            context = SAMLRequestedContext(classes, comparison: comparison)
        }
    }
}
