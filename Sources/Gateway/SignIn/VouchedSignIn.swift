internal import Directory
internal import FoundationEssentials
internal import JSON
internal import Storage

/// A sign-in that somebody has vouched for: it carries authority, so it lives on the server, and the browser's cookie only
/// points to it. Each change counts `number` on, so that two requests which read the same one can't both go on.
struct VouchedSignIn: Sendable {
    var identity: ExternalIdentity
    var trail: [RecordedStep]
    /// What a code of ours proved for this very identity in this very sign-in.
    var provenAddress: EmailAddress?
    /// The session that vouched, where it was not a fresh proof: then no new one is begun.
    var session: Session.ID?
    /// The person accepted the organisation's terms on the Review permissions page.
    var acceptedRedemption = false
    /// The person allowed the application what it asked for.
    var acceptedConsent = false
    /// Of somebody whom nobody here knew, at an application that lets people sign up.
    var signUp: SignUpProgress?
    /// Of the pending row.
    var number: Int

    var encoded: [UInt8] {
        var writer = JSONWriter(capacity: 2_048)
        writer.object { writer in
            writer.member("identity", written: IdentityCodec.encode(identity))
            writer.member("trail", .array(trail.map(\.json)))
            writer.member("proven", ifPresent: provenAddress?.description)
            writer.member("session", ifPresent: session?.description)
            writer.member("redemption", acceptedRedemption)
            writer.member("consent", acceptedConsent)
            if let signUp { writer.member("signUp", signUp.json) }
        }
        return writer.bytes
    }

    init(identity: ExternalIdentity, trail: [RecordedStep], number: Int = 0) {
        self.identity = identity
        self.trail = trail
        self.number = number
    }

    init?(_ pending: PendingSignIn) {
        guard let json = try? JSONReader.read(pending.body), let identity = json["identity"],
            let read = try? IdentityCodec.identity(identity)
        else { return nil }
        self.identity = read
        trail = (json["trail"]?.array ?? []).compactMap(RecordedStep.init(json:))
        provenAddress = json["proven"]?.string.flatMap { EmailAddress($0) }
        session = json["session"]?.string.flatMap { Session.ID($0) }
        acceptedRedemption = json["redemption"]?.bool ?? false
        acceptedConsent = json["consent"]?.bool ?? false
        signUp = json["signUp"].flatMap { SignUpProgress(json: $0) }
        number = pending.number
    }
}
