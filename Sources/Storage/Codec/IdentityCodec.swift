package import Directory
internal import FoundationEssentials
package import JSON

/// An external identity as JSON: in sessions, and for whoever keeps one in a sign-in under way. Strict and versioned
/// like the settings; written without building a value first, because every sign-in writes one.
package enum IdentityCodec {
    private static let formatVersion: Int64 = 1

    package static func encode(_ identity: ExternalIdentity) -> [UInt8] {
        var writer = JSONWriter()
        write(identity, to: &writer)
        return writer.bytes
    }

    /// Writes it as the next element.
    private static func write(_ identity: ExternalIdentity, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("version", formatVersion)
            writer.member("issuer", identity.key.issuer)
            writer.member("subject", identity.key.subject)
            writer.member("partner", ifPresent: identity.partner?.description)
            writer.member("kind", identity.kind.rawValue)
            writer.member("homeTenant", ifPresent: identity.homeTenant)
            writer.member("homeUser", ifPresent: identity.homeUser)
            writer.member("homeGroups", identity.homeGroups)
            writer.member("email", ifPresent: identity.email?.description)
            writer.member("emailIsVerified", identity.emailIsVerified)
            writer.member("displayName", ifPresent: identity.displayName)
            writer.member("givenName", ifPresent: identity.givenName)
            writer.member("surname", ifPresent: identity.surname)
            writer.member("preferredLanguage", ifPresent: identity.preferredLanguage)
            writer.object("authentication") { writer in
                let evidence = identity.authentication
                writer.member("authenticatedAt", evidence.authenticatedAt.milliseconds)
                writer.member("methods", evidence.methods)
                writer.member("context", ifPresent: evidence.context)
                if let value = evidence.multiFactor { writer.member("multiFactor", value) }
                if let value = evidence.deviceIsCompliant { writer.member("deviceIsCompliant", value) }
                if let value = evidence.deviceIsHybridJoined { writer.member("deviceIsHybridJoined", value) }
            }
            if let session = identity.federatedSession {
                writer.object("federatedSession") { writer in
                    writer.member("nameID", session.nameID)
                    writer.member("format", session.format)
                    writer.member("nameQualifier", ifPresent: session.nameQualifier)
                    writer.member("spNameQualifier", ifPresent: session.spNameQualifier)
                    writer.member("sessionIndex", ifPresent: session.sessionIndex)
                    if let end = session.notOnOrAfter { writer.member("notOnOrAfter", end.milliseconds) }
                }
            }
            writer.member("evidenceDigest", identity.evidenceDigest)
        }
    }

    package static func identity(_ json: JSONValue) throws(SettingsFormatError) -> ExternalIdentity {
        var object = try StrictObject(json, at: "identity")
        try object.version(upTo: formatVersion)
        var evidence = try object.child("authentication")
        let authentication = try AuthenticationEvidence(
            authenticatedAt: evidence.time("authenticatedAt"), methods: evidence.strings("methods"),
            context: evidence.stringOrNil("context"), multiFactor: evidence.boolOrNil("multiFactor"),
            deviceIsCompliant: evidence.boolOrNil("deviceIsCompliant"),
            deviceIsHybridJoined: evidence.boolOrNil("deviceIsHybridJoined"))
        try evidence.finish()
        var session: FederatedSession?
        if var object = try object.childOrNil("federatedSession") {
            session = try FederatedSession(
                nameID: object.string("nameID"), format: object.string("format"),
                nameQualifier: object.stringOrNil("nameQualifier"),
                spNameQualifier: object.stringOrNil("spNameQualifier"),
                sessionIndex: object.stringOrNil("sessionIndex"), notOnOrAfter: object.timeOrNil("notOnOrAfter"))
            try object.finish()
        }
        let identity = try ExternalIdentity(
            key: IdentityKey(issuer: object.string("issuer"), subject: object.string("subject")),
            partner: object.idOrNil("partner"), kind: object.choice("kind"), authentication: authentication,
            evidenceDigest: object.string("evidenceDigest"), homeTenant: object.stringOrNil("homeTenant"),
            homeUser: object.stringOrNil("homeUser"), homeGroups: object.strings("homeGroups"),
            email: object.parsedOrNil("email", "an email address"),
            emailIsVerified: object.boolOrNil("emailIsVerified") ?? false,
            displayName: object.stringOrNil("displayName"), givenName: object.stringOrNil("givenName"),
            surname: object.stringOrNil("surname"), preferredLanguage: object.stringOrNil("preferredLanguage"),
            federatedSession: session)
        try object.finish()
        return identity
    }
}

extension ExternalIdentity {
    var stored: String { String(decoding: IdentityCodec.encode(self), as: UTF8.self) }
}

extension RowReader {
    mutating func externalIdentity() throws(StorageError) -> ExternalIdentity {
        let json = try json()
        do throws(SettingsFormatError) {
            return try IdentityCodec.identity(json)
        } catch {
            throw .unreadable("\(error)")
        }
    }
}
