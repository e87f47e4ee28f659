import JSON

extension Question {
    /// The reader of tokens and bodies.
    static let jsonParse = Question(
        name: "json parse", summary: "Read a JSON document as the server reads it.", kind: .json, input: .files
    ) { subject, circumstances throws(CommandFailure) in
        var finding = Finding(.json, circumstances)
        do throws(JSONError) {
            _ = try JSONReader.read(subject.bytes)
        } catch {
            finding.reject(error.reasonCode, "\(error.reason)", at: "\(error.position)")
            finding.more.append(("offset", .integer(Int64(error.offset))))
        }
        return finding
    }
}

extension JSONError {
    fileprivate var reasonCode: String {
        switch reason {
        case .tooLong: "too_large"
        case .tooDeep: "depth_limit"
        default: "bad_json"
        }
    }
}
