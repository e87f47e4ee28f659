internal import Directory
internal import HTTP
package import Storage

/// The file with which many are invited: Entra's own (bulk invite, version 1.0), so that its template serves here too.
///
/// ```
/// version:v1.0
/// Email address to invite [inviteeEmail] Required,Redirection url [inviteRedirectURL] Required,Send …
/// ada@contoso.example,https://app.example/,true,Welcome
/// ```
///
/// Columns are known by the names in brackets; others are passed over. A field may stand in quotes (RFC 4180), so a message
/// may hold commas, which Entra's may not.
package enum InvitationCSV {
    package static let byteLimit = 16 << 20
    package static let lineLimit = 50_000

    package static let header =
        "Email address to invite [inviteeEmail] Required,Redirection url [inviteRedirectURL] Required,"
        + "Send invitation message (true or false) [sendEmail],Customized invitation message [customizedMessageBody]"

    /// Why the file as a whole can't be used.
    package enum Fault: Error, Sendable, Hashable, CustomStringConvertible {
        case tooLarge
        case notUTF8
        case noVersion
        case noColumn(String)
        case openQuote(line: Int)
        case empty

        package var description: String {
            switch self {
            case .tooLarge: "It has more than \(lineLimit) lines, or is larger than \(byteLimit >> 20) MiB."
            case .notUTF8: "It is not UTF-8."
            case .noVersion: "Its first line is not \"version:v1.0\"."
            case .noColumn(let name): "Its second line has no column [\(name)]."
            case .openQuote(let line): "The quotation mark in line \(line) is never closed."
            case .empty: "It invites nobody."
            }
        }
    }

    /// Reads the file whole. A line that can't be invited is a failure of its own, with the reason; the others go on.
    package static func read(_ bytes: [UInt8], allowsLoopback: Bool) throws(Fault) -> [InvitationJobLine] {
        guard bytes.count <= byteLimit else { throw .tooLarge }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        var records = try CSVRecords(text).all[...]
        guard records.popFirst()?.fields.first == "version:v1.0" else { throw .noVersion }
        let names = records.popFirst()?.fields ?? []
        func column(_ name: String) -> Int? { names.firstIndex { $0.contains("[\(name)]") } }
        guard let address = column("inviteeEmail") else { throw .noColumn("inviteeEmail") }
        guard let redirect = column("inviteRedirectURL") else { throw .noColumn("inviteRedirectURL") }
        let (sends, message) = (column("sendEmail"), column("customizedMessageBody"))
        var seen: [String: Int] = [:]
        var lines: [InvitationJobLine] = []
        for record in records where record.fields.contains(where: { !$0.trimmedASCII.isEmpty }) {
            func field(_ index: Int?) -> String {
                index.flatMap { record.fields.indices.contains($0) ? record.fields[$0].trimmedASCII : nil } ?? ""
            }
            guard lines.count < lineLimit else { throw .tooLarge }
            var line = InvitationJobLine(
                number: record.line, address: field(address), redirectURL: field(redirect),
                sendsMail: field(sends).lowercased() == "true", message: field(message))
            if line.message?.isEmpty ?? false { line.message = nil }
            line.reason = fault(line, sends: field(sends).lowercased(), allowsLoopback: allowsLoopback)
            if line.reason == nil, let parsed = try? EmailAddress(reading: line.address) {
                if let first = seen[parsed.normalized] {
                    line.reason = "The same address is in line \(first)."
                } else {
                    seen[parsed.normalized] = line.number
                }
            }
            if line.reason != nil { line.state = .failure }
            lines.append(line)
        }
        guard !lines.isEmpty else { throw .empty }
        return lines
    }

    private static func fault(_ line: InvitationJobLine, sends: String, allowsLoopback: Bool) -> String? {
        do throws(EmailAddress.Fault) {
            _ = try EmailAddress(reading: line.address)
        } catch {
            return "\"\(line.address)\" can't be invited. \(error)"
        }
        guard LandingURL(line.redirectURL, allowsLoopback: allowsLoopback) != nil else {
            return "[inviteRedirectURL] is no https address."
        }
        return ["", "true", "false"].contains(sends) ? nil : "[sendEmail] is neither true nor false."
    }
}

/// The records of a CSV file (RFC 4180), each with the line that it begins in.
struct CSVRecords {
    struct Record {
        var line: Int
        var fields: [String]
    }

    private(set) var all: [Record] = []

    init(_ text: String) throws(InvitationCSV.Fault) {
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        var (line, begun, quotedSince) = (1, 1, 0)
        var fields: [String] = []
        var field = String.UnicodeScalarView()
        var isQuoted = false
        func finish() {
            fields.append(String(field))
            field = String.UnicodeScalarView()
        }
        var records: [Record] = []
        func endRecord() {
            finish()
            records.append(Record(line: begun, fields: fields))
            fields = []
        }
        while let scalar = scalars.popFirst() {
            if scalar == "\n" { line += 1 }
            if isQuoted {
                if scalar != "\"" {
                    field.append(scalar)
                } else if scalars.first == "\"" {
                    field.append(scalar)
                    scalars.removeFirst()
                } else {
                    isQuoted = false
                }
                continue
            }
            switch scalar {
            case "\"" where field.isEmpty:
                isQuoted = true
                quotedSince = line
            case ",": finish()
            case "\r" where scalars.first == "\n": break
            case "\n":
                endRecord()
                begun = line
            default: field.append(scalar)
            }
        }
        if isQuoted { throw .openQuote(line: quotedSince) }
        if !field.isEmpty || !fields.isEmpty { endRecord() }
        all = records
    }
}
