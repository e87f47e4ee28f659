import XML

extension Question {
    /// The parser of messages and metadata. What may have comments is for those who read the result.
    static let xmlParse = Question(
        name: "xml parse", summary: "Read an XML document as the server reads it.", kind: .xml, input: .files,
        details: "Comments and processing instructions are accepted here, as in metadata; a message may have none."
    ) { subject, circumstances throws(CommandFailure) in
        var finding = Finding(.xml, circumstances)
        do throws(XMLError) {
            _ = try XMLDocument(parsing: subject.markup(circumstances), limits: .metadata, allowsComments: true)
        } catch {
            finding.reject(error)
        }
        return finding
    }
}
