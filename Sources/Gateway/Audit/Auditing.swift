internal import Cryptography
package import Directory
internal import FoundationEssentials
internal import JSON
internal import Pages
package import Storage

/// Who did something, or whom it was done to.
package struct AuditParty: Sendable {
    /// The object's id; nil for a command or the gateway itself.
    package var id: String?
    /// What it is, where it is no user: Graph's name of the type.
    package var kind: String?
    package var name: String

    package init(user: User.ID?, name: String) {
        id = user?.description
        self.name = name
    }

    /// - Parameters:
    ///   - kind: `Application`, `Group`, `ServicePrincipal`, …
    ///   - id: Of the object; an application's appId where it is the actor.
    package init(kind: String, id: String?, name: String) {
        self.id = id
        self.kind = kind
        self.name = name
    }
}

extension Installation {
    /// The record of an activity, for the commit of what it tells of. Names are erasable, ids are not.
    package func audit(
        _ activity: String, category: String = "UserManagement", in tenant: Tenant.ID, actor: AuditParty,
        targets: [AuditParty] = [], details: [(String, String)] = []
    ) -> Step {
        var personal: [(path: String, value: JSONValue)] = [("/actor/displayName", .string(actor.name))]
        for (number, target) in targets.enumerated() {
            personal.append(("/targets/\(number)/displayName", .string(target.name)))
        }
        var members = JSONObject()
        for (name, value) in details { members[name] = .string(value) }
        return .appendAudit(
            AuditRecord(
                tenant: tenant, id: newID(), at: now, category: category, activity: activity, actor: actor.json,
                targets: .array(targets.map(\.json)), details: .object(members), personal: personal,
                salt: environment.randomBytes(CommittedRecord.saltCount)))
    }

    /// A mail to be committed with what it tells of. Its Message-ID is made once, of our own host.
    func outgoingMail(to address: EmailAddress, _ content: MailContent, from tenant: Tenant) -> OutgoingMail {
        let id: OutgoingMail.ID = newID()
        let host = base.split(separator: "/").last.map { $0.split(separator: ":").first.map(String.init) ?? "" } ?? ""
        // One line: a name with a line end in it is shown without, and must not keep the mail from leaving.
        let breaks: [Unicode.GeneralCategory] = [.control, .lineSeparator, .paragraphSeparator]
        let subject = content.subject.unicodeScalars.map { breaks.contains($0.properties.generalCategory) ? " " : $0 }
        return OutgoingMail(
            id: id, tenant: tenant.id, recipient: address.description,
            subject: String(String.UnicodeScalarView(subject)), text: content.text,
            html: content.html, messageID: "\(id)@\(host.isEmpty ? "localhost" : host)", createdAt: now,
            nextAttemptAt: now)
    }
}

extension AuditParty {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        if let id { object["id"] = .string(id) }
        if let kind { object["kind"] = .string(kind) }
        return .object(object)
    }
}
