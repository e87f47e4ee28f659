internal import Directory
internal import JSON

/// The body of a `$ref`: which object is meant, by its URL.
enum References {
    static let type = GraphType("referenceCreate", [GraphProperty("@odata.id", .string(limit: 1_024)).always.required])
    static let shape = BodyShape.create(type)
}

extension GraphCall {
    /// The id at the end of the reference's URL: whatever host it names, it can only be of this tenant.
    func reference<Subject>(of kind: Subject.Type = Subject.self) throws(GraphError) -> ID<Subject> {
        let url = body.string("@odata.id") ?? ""
        let last = url.split(separator: "/").last.map(String.init) ?? ""
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), let id = ID<Subject>(last) else {
            throw .badRequest("Invalid URL specified in '@odata.id': it ends with an object's id.")
        }
        return id
    }
}
