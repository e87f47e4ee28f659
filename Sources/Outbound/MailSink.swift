package import Directory
internal import FoundationEssentials
package import JSON
package import Server
package import Storage
import Synchronization

/// Who our mail is from.
package struct MailSender: Sendable, Hashable {
    package var address: EmailAddress
    package var name: String?

    package init(address: EmailAddress, name: String? = nil) {
        self.address = address
        self.name = name
    }
}

/// Where mail goes.
package enum MailSink: Sendable {
    case smtp(SMTPConfiguration)
    /// One `.eml` file per mail.
    case files(directory: String)
    /// One `.json` file per mail, for the mailbox page of the demo.
    case mailbox(directory: String)
    case memory(MemoryMailbox)
}

/// What a mail carries besides its words; the `headers` of an ``OutgoingMail``.
package struct MailOptions: Sendable, Hashable {
    /// In front of the sender's address, such as "Woodgrove Groceries via Vestibule".
    package var fromName: String?
    package var replyTo: EmailAddress?
    package var unsubscribeURL: String?
    /// Gets the same mail, and is named in it.
    package var copyTo: EmailAddress?
    /// BCP 47, of the words.
    package var language: String?

    package init(
        fromName: String? = nil, replyTo: EmailAddress? = nil, unsubscribeURL: String? = nil,
        copyTo: EmailAddress? = nil, language: String? = nil
    ) {
        self.fromName = fromName
        self.replyTo = replyTo
        self.unsubscribeURL = unsubscribeURL
        self.copyTo = copyTo
        self.language = language
    }

    package var json: JSONValue {
        var object = JSONObject()
        object["fromName"] = fromName.map { .string($0) }
        object["replyTo"] = replyTo.map { .string($0.description) }
        object["unsubscribe"] = unsubscribeURL.map { .string($0) }
        object["copyTo"] = copyTo.map { .string($0.description) }
        object["language"] = language.map { .string($0) }
        return .object(object)
    }

    package init(_ json: JSONValue) {
        fromName = json["fromName"]?.string
        replyTo = json["replyTo"]?.string.flatMap { EmailAddress($0) }
        unsubscribeURL = json["unsubscribe"]?.string
        copyTo = json["copyTo"]?.string.flatMap { EmailAddress($0) }
        language = json["language"]?.string
    }
}

extension MIMEMessage {
    /// The mail as it will be written: the same bytes on every attempt.
    package init(_ mail: OutgoingMail, from sender: MailSender) throws(MailError) {
        guard let recipient = EmailAddress(mail.recipient) else { throw .malformed(field: "recipient") }
        let options = MailOptions(mail.headers)
        self.init(
            from: sender.address, fromName: options.fromName ?? sender.name, to: recipient, subject: mail.subject,
            text: mail.text, html: mail.html.isEmpty ? nil : mail.html, messageID: mail.messageID,
            date: mail.createdAt, replyTo: options.replyTo, copyTo: options.copyTo,
            unsubscribeURL: options.unsubscribeURL,
            // Nobody's absence notice should answer a machine (RFC 3834).
            headers: [("Auto-Submitted", "auto-generated")]
                + (options.language.map { [("Content-Language", $0)] } ?? []))
    }
}

/// Delivers a mail to a sink.
package struct MailDelivery: Sendable {
    package let sender: MailSender
    private let deliver: @Sendable (MIMEMessage, OutgoingMail) async -> DeliveryOutcome

    /// - Throws: ``FetchError/badRequest(_:)`` when the sink can't be used as configured.
    package init(_ sink: MailSink, sender: MailSender, loop: Loop) throws(FetchError) {
        self.sender = sender
        switch sink {
        case .smtp(let configuration):
            let transport = try SMTPTransport(configuration, domain: sender.address.domain, loop: loop)
            deliver = { message, _ in
                do throws(MailError) {
                    return await transport.send(try message.encoded(), from: message.from, to: message.recipients)
                } catch {
                    return .refused("\(error)")
                }
            }
        case .files(let directory):
            let folder = try MailFolder(directory)
            deliver = { message, mail in
                do throws(MailError) {
                    return folder.write(try message.encoded(), mail, extension: "eml")
                } catch {
                    return .refused("\(error)")
                }
            }
        case .mailbox(let directory):
            let folder = try MailFolder(directory)
            deliver = { message, mail in
                do throws(MailError) {
                    // What a real server would be refused is refused here too.
                    _ = try message.encoded()
                    return folder.write(JSONWriter.write(message.json(mail)), mail, extension: "json")
                } catch {
                    return .refused("\(error)")
                }
            }
        case .memory(let mailbox):
            deliver = { message, mail in mailbox.take(message, mail) }
        }
    }

    package func deliver(_ mail: OutgoingMail) async -> DeliveryOutcome {
        let message: MIMEMessage
        do throws(MailError) {
            message = try MIMEMessage(mail, from: sender)
        } catch {
            return .refused("\(error)")
        }
        return await deliver(message, mail)
    }
}

extension MIMEMessage {
    fileprivate func json(_ mail: OutgoingMail) -> JSONValue {
        var object: JSONObject = [
            "id": .string(mail.id.description), "tenant": .string(mail.tenant.description),
            "from": .string(from.description), "to": .string(to.description), "subject": .string(subject),
            "text": .string(text), "messageID": .string(messageID), "date": .string(mailDate(date)),
            "at": .integer(Int64(date.timeIntervalSince1970 * 1000)),
        ]
        object["fromName"] = fromName.map { .string($0) }
        object["cc"] = copyTo.map { .string($0.description) }
        object["html"] = html.map { .string($0) }
        object["replyTo"] = replyTo.map { .string($0.description) }
        object["unsubscribe"] = unsubscribeURL.map { .string($0) }
        return .object(object)
    }
}

/// Keeps mails in memory, for tests.
package final class MemoryMailbox: Sendable {
    private let state = Mutex<(mails: [MIMEMessage], outcomes: [DeliveryOutcome])>(([], []))

    package init() {}

    package var messages: [MIMEMessage] { state.withLock { $0.mails } }

    /// What the next deliveries will answer, in order; afterwards each is delivered.
    package func answer(_ outcomes: [DeliveryOutcome]) { state.withLock { $0.outcomes = outcomes } }

    fileprivate func take(_ message: MIMEMessage, _ mail: OutgoingMail) -> DeliveryOutcome {
        state.withLock { state in
            if !state.outcomes.isEmpty {
                let outcome = state.outcomes.removeFirst()
                guard outcome == .delivered else { return outcome }
            }
            state.mails.append(message)
            return .delivered
        }
    }
}
