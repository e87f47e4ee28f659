internal import Cryptography
package import Directory
package import FoundationEssentials
internal import JSON
package import Storage
package import Upstream

/// A sign-in in progress before anyone vouched. It lives sealed in the browser and carries no authority: only what was
/// asked, and the secrets of the transaction under way. Each step reads client, redirect URI, partner and invitation
/// from the settings again.
package struct SignIn: Sendable {
    package typealias ID = Directory.ID<SignInRecord>

    /// Minutes a person may take, a partner's pages included.
    package static let lifetime: Double = 60 * 60

    package var id: ID
    package var startedAt: Date
    /// Bound into every form of this sign-in.
    package var formToken: String
    /// The application's request as received, so that each step parses and checks it against the settings of its moment.
    /// Empty where nobody asked but an invitation.
    package var request: [Parameter]
    /// The same of an application that speaks SAML or WS-Federation.
    package var federated: FederatedRequest?
    package var invitation: Invitation.ID?
    /// The application whose home page a direct link leads to; its conditions count as if it had asked.
    package var landing: Application.AppID?
    package var address: EmailAddress?
    /// The partner that the person chose by name.
    package var chosenPartner: String?
    /// A session that is there must not be used: the person chose another account.
    package var ignoresSession: Bool
    package var emailCodeSentAt: Date?
    package var transaction: UpstreamTransaction?
    /// It only tries the connection to a partner: nothing is issued, and nobody becomes a guest.
    package var test: OneTimeLink.ID?

    package struct Parameter: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    package init(
        id: ID, startedAt: Date, formToken: String, request: [Parameter] = [], invitation: Invitation.ID? = nil
    ) {
        self.id = id
        self.startedAt = startedAt
        self.formToken = formToken
        self.request = request
        self.invitation = invitation
        ignoresSession = false
    }

    package func isExpired(at now: Date) -> Bool {
        now.timeIntervalSince(startedAt) > Self.lifetime || startedAt.timeIntervalSince(now) > 60
    }

    /// The same request begun again under an id of its own, as when a finished sign-in is opened once more.
    package func begunAgain(id: ID, formToken: String, at now: Date) -> SignIn {
        var signIn = SignIn(id: id, startedAt: now, formToken: formToken, request: request, invitation: nil)
        signIn.federated = federated
        signIn.landing = landing
        return signIn
    }
}

extension SignIn {
    /// Short member names: this is sealed into a cookie of at most 2.5 KB.
    package var encoded: [UInt8] {
        var object = JSONObject()
        object["i"] = .string(Base64URL.encode(id.bytes))
        object["s"] = .integer(Int64(startedAt.timeIntervalSince1970 * 1000))
        object["f"] = .string(formToken)
        if !request.isEmpty {
            var kept = JSONObject()
            for parameter in request where Self.constants[parameter.name] != parameter.value {
                kept[Self.shortNames[parameter.name] ?? parameter.name] = .string(parameter.value)
            }
            object["r"] = .object(kept)
        }
        if let federated { object["w"] = federated.json }
        if let landing { object["l"] = .string(Base64URL.encode(landing.bytes)) }
        if let invitation { object["v"] = .string(Base64URL.encode(invitation.bytes)) }
        if let address { object["a"] = .string(address.description) }
        if let chosenPartner { object["p"] = .string(chosenPartner) }
        if ignoresSession { object["n"] = .bool(true) }
        if let emailCodeSentAt { object["c"] = .integer(Int64(emailCodeSentAt.timeIntervalSince1970 * 1000)) }
        if let transaction { object["t"] = transaction.json }
        if let test { object["x"] = .string(Base64URL.encode(test.bytes)) }
        return JSONWriter.write(.object(object))
    }

    /// Nil for anything that `encoded` did not write: it is sealed, so that is a fault of ours or another version.
    package init?(encoded bytes: [UInt8]) {
        guard case .object(let object)? = try? JSONReader.read(bytes),
            let id = object["i"]?.string.flatMap({ Base64URL.decode($0) }).flatMap({ ID(bytes: $0) }),
            let started = object["s"]?.integer, let formToken = object["f"]?.string
        else { return nil }
        self.init(id: id, startedAt: Date(milliseconds: started), formToken: formToken)
        if let kept = object["r"]?.object {
            let constants = Self.constants.sorted { $0.key < $1.key }.map { Parameter(name: $0.key, value: $0.value) }
            let sent = kept.members.compactMap { member in
                member.value.string.map { Parameter(name: Self.longNames[member.name] ?? member.name, value: $0) }
            }
            let names = Set(sent.map(\.name))
            request = constants.filter { !names.contains($0.name) } + sent
        }
        if let federated = object["w"] {
            guard let read = FederatedRequest(json: federated) else { return nil }
            self.federated = read
        }
        landing = object["l"]?.string.flatMap { Base64URL.decode($0) }.flatMap { Application.AppID(bytes: $0) }
        invitation = object["v"]?.string.flatMap { Base64URL.decode($0) }.flatMap { Invitation.ID(bytes: $0) }
        address = object["a"]?.string.flatMap { EmailAddress($0) }
        chosenPartner = object["p"]?.string
        ignoresSession = object["n"]?.bool ?? false
        emailCodeSentAt = object["c"]?.integer.map { Date(milliseconds: $0) }
        test = object["x"]?.string.flatMap { Base64URL.decode($0) }.flatMap { OneTimeLink.ID(bytes: $0) }
        if let transaction = object["t"] {
            guard let read = UpstreamTransaction(json: transaction) else { return nil }
            self.transaction = read
        }
    }
}

extension SignIn {
    /// What nearly every request says, and is left out of the cookie where it does.
    private static let constants = [
        "response_type": "code", "response_mode": "query", "code_challenge_method": "S256",
    ]

    /// Of the parameters that `AuthorizationRequest.parameters` writes.
    private static let shortNames = [
        "client_id": "c", "redirect_uri": "u", "scope": "s", "state": "t", "nonce": "n", "code_challenge": "h",
        "response_mode": "m", "prompt": "p", "max_age": "a", "login_hint": "l", "domain_hint": "d", "ui_locales": "i",
        "id_token_hint": "k", "acr_values": "v", "client_info": "f",
    ]

    private static let longNames = Dictionary(shortNames.map { ($0.value, $0.key) }) { first, _ in first }
}

extension Date {
    init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
