internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import JSON
internal import Storage

/// A sign-out on its way through the browser, from one to the next of those who were told of the sessions (SAML Profiles
/// §4.4.3). The sessions have ended before it begins: what is left is to tell, and whom to answer. Sealed into a cookie of
/// its own.
struct SignOutWalk: Sendable, Hashable {
    /// Seconds. Longer than anybody waits for a page that does not come.
    static let lifetime: Double = 600

    /// Somebody who is told, or who asked.
    enum Party: Sendable, Hashable {
        case application(Application.AppID)
        case partner(Partner.ID)
    }

    /// One party to be told of one session.
    struct Stop: Sendable, Hashable {
        var party: Party
        var session: Session.ID
    }

    /// The stop that the browser is at.
    struct Awaited: Sendable, Hashable {
        var stop: Stop
        /// Of our LogoutRequest; to a WS-Federation partner it is only a name for the stop.
        var requestID: String
    }

    /// Where it leads to.
    enum Ending: Sendable, Hashable {
        /// A page of ours that says so.
        case page
        /// An address that was found registered when the walk began.
        case location(String)
        /// A LogoutResponse to the party that asked.
        case answer(to: Party, requestID: String, relayState: String?)
    }

    var startedAt: Date
    /// Of the pages on the way.
    var language: String
    var ending: Ending
    var remaining: [Stop]
    /// WS-Federation applications, told by images on the last page.
    var cleanUps: [Application.AppID]
    var awaited: Awaited?
    /// Who could not be told, or did not confirm.
    var missed: [Party] = []

    init(
        startedAt: Date, language: String, ending: Ending, remaining: [Stop] = [], cleanUps: [Application.AppID] = []
    ) {
        self.startedAt = startedAt
        self.language = language
        self.ending = ending
        self.remaining = remaining
        self.cleanUps = cleanUps
    }

    func isExpired(at now: Date) -> Bool {
        now.timeIntervalSince(startedAt) > Self.lifetime || startedAt.timeIntervalSince(now) > 60
    }

    mutating func miss(_ party: Party) {
        if !missed.contains(party) { missed.append(party) }
    }

    /// The awaited party did not confirm, and is waited for no more.
    mutating func giveUpAwaited() {
        if let party = awaited?.stop.party { miss(party) }
        awaited = nil
    }
}

/// Short member names: a cookie has little room.
extension SignOutWalk {
    var encoded: [UInt8] {
        var object: JSONObject = [
            "s": .integer(startedAt.milliseconds), "l": .string(language), "e": ending.json,
        ]
        if !remaining.isEmpty { object["r"] = .array(remaining.map(\.json)) }
        if !cleanUps.isEmpty { object["w"] = .array(cleanUps.map { .string(Base64URL.encode($0.bytes)) }) }
        if let awaited { object["a"] = .array([awaited.stop.json, .string(awaited.requestID)]) }
        if !missed.isEmpty { object["m"] = .array(missed.map { .string($0.text) }) }
        return JSONWriter.write(.object(object))
    }

    /// Nil for anything that `encoded` did not write.
    init?(encoded bytes: [UInt8]) {
        guard let json = try? JSONReader.read(bytes), let started = json["s"]?.integer,
            let language = json["l"]?.string, let ending = json["e"].flatMap(Ending.init(json:))
        else { return nil }
        self.init(startedAt: Date(milliseconds: started), language: language, ending: ending)
        remaining = (json["r"]?.array ?? []).compactMap(Stop.init(json:))
        cleanUps = (json["w"]?.array ?? []).compactMap { $0.string.flatMap { ID(encoded: $0) } }
        if let pair = json["a"]?.array, pair.count == 2, let stop = Stop(json: pair[0]), let id = pair[1].string {
            awaited = Awaited(stop: stop, requestID: id)
        }
        missed = (json["m"]?.array ?? []).compactMap { $0.string.flatMap(Party.init(text:)) }
    }
}

extension ID {
    fileprivate init?(encoded text: String) {
        guard let bytes = Base64URL.decode(text), let id = ID(bytes: bytes) else { return nil }
        self = id
    }
}

extension SignOutWalk.Party {
    fileprivate var text: String {
        switch self {
        case .application(let id): "a" + Base64URL.encode(id.bytes)
        case .partner(let id): "p" + Base64URL.encode(id.bytes)
        }
    }

    fileprivate init?(text: String) {
        let id = String(text.dropFirst())
        switch text.first {
        case "a":
            guard let id = Application.AppID(encoded: id) else { return nil }
            self = .application(id)
        case "p":
            guard let id = Partner.ID(encoded: id) else { return nil }
            self = .partner(id)
        default: return nil
        }
    }
}

extension SignOutWalk.Stop {
    fileprivate var json: JSONValue { .string(party.text + "." + Base64URL.encode(session.bytes)) }

    fileprivate init?(json: JSONValue) {
        guard let parts = json.string?.split(separator: "."), parts.count == 2,
            let party = SignOutWalk.Party(text: String(parts[0])), let session = Session.ID(encoded: String(parts[1]))
        else { return nil }
        self.init(party: party, session: session)
    }
}

extension SignOutWalk.Ending {
    fileprivate var json: JSONValue {
        switch self {
        case .page: .array([])
        case .location(let url): .array([.string(url)])
        case .answer(let party, let requestID, let relayState):
            .array([.string(party.text), .string(requestID), relayState.map { .string($0) } ?? .null])
        }
    }

    fileprivate init?(json: JSONValue) {
        guard let parts = json.array else { return nil }
        switch parts.count {
        case 0: self = .page
        case 1:
            guard let url = parts[0].string else { return nil }
            self = .location(url)
        case 3:
            guard let party = parts[0].string.flatMap(SignOutWalk.Party.init(text:)), let id = parts[1].string
            else { return nil }
            self = .answer(to: party, requestID: id, relayState: parts[2].string)
        default: return nil
        }
    }
}
