/// The parameters of an authorization response (RFC 6749 §4.1.2).
enum AnswerParameters {
    /// Longer than any code or error text that is meant seriously.
    private static let longest = 8192

    /// Each parameter once (RFC 6749 §3.1): of two states or codes, one would be somebody else's.
    static func read(_ response: [(name: String, value: String)]) throws(UpstreamError) -> [String: String] {
        var parameters: [String: String] = [:]
        for (name, value) in response {
            guard value.utf8.count <= longest else { throw .responseMalformed("\(shown(name)) is too long") }
            guard parameters.updateValue(value, forKey: name) == nil else {
                throw .responseMalformed("\(shown(name, limit: 60)) is there twice")
            }
        }
        return parameters
    }

    /// The code, where the home did not say no.
    static func code(in answer: [String: String]) throws(UpstreamError) -> String {
        if let error = answer["error"] {
            throw .partnerRefused(error: shown(error), description: answer["error_description"].map { shown($0) })
        }
        guard let code = answer["code"], !code.isEmpty else {
            throw .responseMalformed("it has neither code nor error")
        }
        return code
    }
}
