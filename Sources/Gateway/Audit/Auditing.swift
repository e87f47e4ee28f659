internal import Cryptography
internal import Directory
internal import FoundationEssentials
internal import JSON
internal import Pages
internal import Storage

/// Who did something, or whom it was done to.
struct AuditParty: Sendable {
    /// Nil for a command or the gateway itself.
    var user: User.ID?
    var name: String
}

extension Installation {
    /// The record of an activity, for the commit of what it tells of. Names are erasable, ids are not.
    func audit(
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
    fileprivate var json: JSONValue { user.map { ["id": .string($0.description)] } ?? .object(JSONObject()) }
}
