package import Directory
package import FoundationEssentials

/// A mail as it goes over the wire (RFC 5322, RFC 2045): plain text, or the same words as text and as HTML.
///
/// Values come from people, so a header that could end early is refused, never repaired.
package struct MIMEMessage: Sendable, Hashable {
    package var from: EmailAddress
    package var fromName: String?
    package var to: EmailAddress
    package var subject: String
    package var text: String
    package var html: String?
    /// Without angle brackets: `local@domain`, and the same on every attempt, so that a receiver can drop the second.
    package var messageID: String
    package var date: Date
    package var replyTo: EmailAddress?
    package var copyTo: EmailAddress?
    /// An https address where the receiver can refuse further mail (RFC 2369); with it, one click is enough (RFC 8058).
    package var unsubscribeURL: String?
    /// Further fields, such as `Auto-Submitted`. Fields that this type writes itself are refused.
    package var headers: [(name: String, value: String)]

    package init(
        from: EmailAddress, fromName: String? = nil, to: EmailAddress, subject: String, text: String,
        html: String? = nil, messageID: String, date: Date, replyTo: EmailAddress? = nil,
        copyTo: EmailAddress? = nil, unsubscribeURL: String? = nil, headers: [(name: String, value: String)] = []
    ) {
        self.from = from
        self.fromName = fromName
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.messageID = messageID
        self.date = date
        self.replyTo = replyTo
        self.copyTo = copyTo
        self.unsubscribeURL = unsubscribeURL
        self.headers = headers
    }

    package static func == (left: MIMEMessage, right: MIMEMessage) -> Bool {
        left.from == right.from && left.fromName == right.fromName && left.to == right.to
            && left.subject == right.subject && left.text == right.text && left.html == right.html
            && left.messageID == right.messageID && left.date == right.date && left.replyTo == right.replyTo
            && left.copyTo == right.copyTo && left.unsubscribeURL == right.unsubscribeURL
            && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
    }

    /// Everybody that the mail server is given it for.
    package var recipients: [EmailAddress] { [to] + (copyTo.map { [$0] } ?? []) }

    package func hash(into hasher: inout Hasher) { hasher.combine(messageID) }
}

/// Why a mail can't be written.
package enum MailError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A line break or another control character where a header's value stands: somebody's attempt at a header of
    /// their own.
    case headerInjection(field: String)
    case malformed(field: String)

    package var description: String {
        switch self {
        case .headerInjection(let field): "The mail's \(field) holds a line break or another control character."
        case .malformed(let field): "The mail's \(field) can't be written."
        }
    }
}

extension MIMEMessage {
    /// The message with CRLF line ends, all of it ASCII; every line has at most 78 octets, but for the
    /// address in `List-Unsubscribe`, which can't be folded.
    package func encoded() throws(MailError) -> [UInt8] {
        var out: [UInt8] = []
        try writeHeader(&out)
        guard let html else {
            append(
                &out, "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
            QuotedPrintable.encode(text, into: &out)
            return out
        }
        // The boundary can't occur in quoted-printable: `=_` is no escape (RFC 2045 §6.7).
        let boundary =
            "=_\(messageID.utf8.filter { isLetterOrDigit($0) }.prefix(40).map { String(UnicodeScalar($0)) }.joined())"
        append(&out, "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n\r\n")
        for (type, part) in [("text/plain", text), ("text/html", html)] {
            append(&out, "--\(boundary)\r\nContent-Type: \(type); charset=utf-8\r\n")
            append(&out, "Content-Transfer-Encoding: quoted-printable\r\n\r\n")
            QuotedPrintable.encode(part, into: &out)
            append(&out, "\r\n")
        }
        append(&out, "--\(boundary)--\r\n")
        return out
    }

    private func writeHeader(_ out: inout [UInt8]) throws(MailError) {
        append(&out, "Date: \(mailDate(date))\r\n")
        append(&out, "From: \(try mailbox(from, fromName, field: "From"))\r\n")
        append(&out, "To: <\(to)>\r\n")
        if let copyTo { append(&out, "Cc: <\(copyTo)>\r\n") }
        if let replyTo { append(&out, "Reply-To: <\(replyTo)>\r\n") }
        try check(subject, field: "Subject")
        append(&out, "Subject: \(EncodedWord.encode(subject, after: "Subject: ".utf8.count))\r\n")
        try check(messageID, field: "Message-ID")
        let parts = messageID.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isAtomOrDot) }),
            messageID.utf8.count < 200
        else { throw .malformed(field: "Message-ID") }
        append(&out, "Message-ID: <\(messageID)>\r\n")
        if let unsubscribeURL {
            try check(unsubscribeURL, field: "List-Unsubscribe")
            guard let url = OutboundURL(unsubscribeURL), url.scheme == .https || url.scheme == .http,
                !unsubscribeURL.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") })
            else { throw .malformed(field: "List-Unsubscribe") }
            append(
                &out, "List-Unsubscribe: <\(unsubscribeURL)>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
        }
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }),
                !Self.ownFields.contains(name.lowercased())
            else { throw .malformed(field: "header name \(printable(name))") }
            try check(value, field: name)
            append(&out, "\(name): \(EncodedWord.encode(value, after: name.utf8.count + 2))\r\n")
        }
        append(&out, "MIME-Version: 1.0\r\n")
    }

    private static let ownFields: Set<String> = [
        "date", "from", "to", "cc", "bcc", "sender", "return-path", "reply-to", "subject", "message-id",
        "list-unsubscribe", "list-unsubscribe-post", "mime-version", "content-type", "content-transfer-encoding",
    ]

    private func mailbox(_ address: EmailAddress, _ name: String?, field: String) throws(MailError) -> String {
        guard let name, !name.isEmpty else { return "<\(address)>" }
        try check(name, field: field)
        let phrase: String
        if name.utf8.allSatisfy({ $0 < 0x7F }), name.utf8.count <= 60 {
            // A quoted string (RFC 5322 §3.2.4): whatever is in it is only a name.
            let quoted = name.utf8.flatMap { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") ? [0x5C, $0] : [$0] }
            phrase = "\"\(String(decoding: quoted, as: UTF8.self))\""
        } else {
            phrase = EncodedWord.encode(name, after: field.utf8.count + 2, always: true)
        }
        return phrase.utf8.count + address.description.utf8.count > 60
            ? "\(phrase)\r\n <\(address)>" : "\(phrase) <\(address)>"
    }

    /// Refuses what could end a header's line, in ASCII or by Unicode's own separators.
    private func check(_ value: String, field: String) throws(MailError) {
        for scalar in value.unicodeScalars {
            let number = scalar.value
            if number < 0x20 || (0x7F...0x9F).contains(number) || number == 0x2028 || number == 0x2029 {
                throw .headerInjection(field: field)
            }
        }
    }
}

private func append(_ out: inout [UInt8], _ text: String) { out.append(contentsOf: text.utf8) }

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
}

private func isAtomOrDot(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~.".utf8.contains(byte)
}

/// `Fri, 21 Nov 1997 09:55:06 +0000` (RFC 5322 §3.3), always in UTC.
package func mailDate(_ date: Date) -> String {
    let seconds = Int(date.timeIntervalSince1970.rounded(.down))
    let days = Int((Double(seconds) / 86_400).rounded(.down))
    let time = seconds - days * 86_400
    let (year, month, day) = civilDate(daysSince1970: days)
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][((days % 7) + 7) % 7]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let clock = "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))"
    return "\(weekday), \(two(day)) \(months[month - 1]) \(year) \(clock) +0000"
}

/// The Gregorian date of a day, by Howard Hinnant's `civil_from_days`.
private func civilDate(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}
