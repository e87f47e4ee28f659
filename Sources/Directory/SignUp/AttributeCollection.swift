/// Why an answer on the sign-up form can't be taken.
package enum AttributeProblem: Sendable, Hashable {
    case missing
    case tooLong(maximum: Int)
    /// Not one of the values offered.
    case notOffered
    /// Not of the attribute's type: a whole number, yes or no, an address.
    case malformed(UserFlowAttribute.DataType)
    case notAnAddress
    /// Control characters, line breaks included, have no place in a name or an address.
    case controlCharacter
}

/// The form of a user flow, read: every value is of its attribute's type, within its length and one of those offered, or
/// else every answer that isn't is named.
package enum AttributeCollection: Sendable, Hashable {
    case complete([UserFlowAttribute.ID: AttributeValue])
    case problems([UserFlowAttribute.ID: AttributeProblem])

    /// - Parameter answers: What the form holds under an attribute's id, in the order sent: several for a multiple choice.
    ///   What the flow doesn't ask for is not read.
    package init(_ assignments: [AttributeAssignment], answers: (UserFlowAttribute.ID) -> [String]) {
        var values: [UserFlowAttribute.ID: AttributeValue] = [:]
        var problems: [UserFlowAttribute.ID: AttributeProblem] = [:]
        for assignment in assignments {
            let id = assignment.attribute.id
            switch Self.read(answers(id).map(Self.trimmed).filter { !$0.isEmpty }, assignment) {
            case .success(let value): values[id] = value
            case .failure(let refused): problems[id] = refused.problem
            }
        }
        self = problems.isEmpty ? .complete(values) : .problems(problems)
    }

    private struct Refused: Error { let problem: AttributeProblem }

    private static func read(
        _ answers: [String], _ assignment: AttributeAssignment
    ) -> Result<AttributeValue?, Refused> {
        let attribute = assignment.attribute
        guard let first = answers.first else {
            // An unticked box is an answer: no.
            if attribute.dataType == .boolean, assignment.input == .checkboxMultiSelect {
                return assignment.isOptional ? .success(.boolean(false)) : .failure(Refused(problem: .missing))
            }
            return assignment.isOptional ? .success(nil) : .failure(Refused(problem: .missing))
        }
        if assignment.input.isChoice, !assignment.options.isEmpty {
            let offered = assignment.options.map(\.value)
            guard answers.allSatisfy({ answer in offered.contains { $0.utf8.elementsEqual(answer.utf8) } }) else {
                return .failure(Refused(problem: .notOffered))
            }
        }
        guard assignment.input == .checkboxMultiSelect || answers.count == 1 else {
            return .failure(Refused(problem: .notOffered))
        }
        return typed(answers, first, attribute)
    }

    private static func typed(
        _ answers: [String], _ first: String, _ attribute: UserFlowAttribute
    ) -> Result<AttributeValue?, Refused> {
        switch attribute.dataType {
        case .boolean:
            switch first.lowercased() {
            case "true", "on", "yes", "1": return .success(.boolean(true))
            case "false", "off", "no", "0": return .success(.boolean(false))
            default: return .failure(Refused(problem: .malformed(.boolean)))
            }
        case .int64:
            guard let number = Int64(first) else { return .failure(Refused(problem: .malformed(.int64))) }
            return .success(.integer(number))
        case .string:
            let text = answers.joined(separator: ",")
            guard text.unicodeScalars.allSatisfy({ !$0.properties.isControl }) else {
                return .failure(Refused(problem: .controlCharacter))
            }
            guard text.unicodeScalars.count <= attribute.maximumLength else {
                return .failure(Refused(problem: .tooLong(maximum: attribute.maximumLength)))
            }
            if attribute.id.builtIn == .email, EmailAddress(text) == nil {
                return .failure(Refused(problem: .notAnAddress))
            }
            return .success(.string(text))
        }
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool {
        switch generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
