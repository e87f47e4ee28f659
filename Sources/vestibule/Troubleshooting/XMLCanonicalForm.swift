import JSON
import XML

extension Question {
    /// The canonical octets of a document or of one of its elements.
    static let xmlCanonicalForm = Question(
        name: "xml c14n", summary: "Print the canonical form of XML.", kind: .xml, input: .files,
        options: [
            Option(name: "method", value: "METHOD", summary: "exc, inc or inc11"),
            Option(name: "with-comments", value: nil, summary: "keep comments"),
            Option(name: "prefixes", value: "LIST", summary: "inclusive prefixes of exc, by spaces"),
            Option(name: "id", value: "ID", summary: "only the element of this ID, Id or id"),
        ],
        details: "The octets are payload_b64 of the answer."
    ) { subject, circumstances throws(CommandFailure) in
        let arguments = circumstances.arguments
        let method = try Canonicalization(
            named: try arguments.required("method"), withComments: arguments.has("with-comments"))
        let prefixes = (arguments.value("prefixes") ?? "").split(separator: " ").map(String.init)
        var finding = Finding(.xml, circumstances)
        do throws(XMLError) {
            let id = arguments.value("id")
            let document = try XMLDocument(
                parsing: subject.markup(circumstances), limits: .metadata, allowsComments: true,
                idAttributes: id == nil ? [] : ["ID", "Id", "id"])
            if let id {
                guard let element = document.element(id: id) else {
                    finding.reject("missing_id", "nothing has this ID")
                    return finding
                }
                finding.payload = try element.canonical(method, inclusivePrefixes: prefixes)
            } else {
                finding.payload = try document.canonical(method, inclusivePrefixes: prefixes)
            }
        } catch {
            finding.reject(error)
        }
        return finding
    }
}

extension Canonicalization {
    fileprivate init(named name: String, withComments: Bool) throws(CommandFailure) {
        switch name {
        case "exc": self = withComments ? .exclusiveWithComments : .exclusive
        case "inc": self = withComments ? .inclusiveWithComments : .inclusive
        case "inc11": self = withComments ? .inclusive11WithComments : .inclusive11
        default: throw .usage("--method must be exc, inc or inc11, not \"\(name)\"")
        }
    }
}
