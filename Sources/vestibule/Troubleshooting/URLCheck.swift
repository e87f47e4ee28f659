import HTTP
import OAuth
import Outbound
import Upstream

extension Question {
    /// The readers of addresses, and the policy of what may be fetched. Nothing is resolved or asked.
    static let urlCheck = Question(
        name: "url check", summary: "Judge an address, without any network.", kind: .url, input: .words("URL…"),
        options: [
            Option(
                name: "purpose", value: "PURPOSE",
                summary: "fetch (by us, the default), redirect (of a web application) or link (on a page)")
        ],
        details: "For fetch a name still has to lead to a public address; that is judged at the connection."
    ) { subject, circumstances throws(CommandFailure) in
        var finding = Finding(.url, circumstances)
        let purpose = circumstances.arguments.value("purpose") ?? "fetch"
        switch purpose {
        case "fetch": finding.judgeFetch(of: subject.name)
        case "redirect":
            do throws(RedirectURIFault) {
                _ = try RedirectURI(subject.name, forKind: .web)
            } catch {
                finding.reject("url_forbidden", error.description)
            }
        case "link":
            do throws(HTTPURL.Flaw) {
                let url = try HTTPURL(parsing: subject.name)
                finding.more.append(("origin", .string(url.origin)))
                if url.scheme != .https { finding.reject("url_forbidden", "It does not begin with https://.") }
            } catch {
                finding.reject("url_forbidden", error.description)
            }
        default: throw .usage("--purpose must be fetch, redirect or link, not \"\(purpose)\"")
        }
        return finding
    }
}

extension Finding {
    fileprivate mutating func judgeFetch(of text: String) {
        guard let url = OutboundURL(text) else {
            checks.append(Check("syntax", .fail))
            return reject("url_forbidden", "It is no absolute https address without user, fragment and odd characters.")
        }
        checks.append(Check("syntax", .pass))
        more = [("host", .string(url.host)), ("port", .integer(Int64(url.port)))]
        if case .refused(let reason) = EgressPolicy.publicInternetOnly.verdict(on: url) {
            checks.append(Check("policy", .fail, actual: url.host))
            return reject("url_forbidden", reason)
        }
        checks.append(Check("policy", .pass, actual: url.host))
        guard url.literalAddress == nil else { return }
        addSkipped([("address", true)])
    }
}
