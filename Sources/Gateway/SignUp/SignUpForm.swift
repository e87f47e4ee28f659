internal import Directory
internal import HTTP
internal import Pages

/// The form of a user flow, as it stands for this person.
struct SignUpForm {
    let turn: Turn
    let standing: SignUpStanding
    /// What was sent and can't be taken; nil before anything was.
    var answers: ((UserFlowAttribute.ID) -> [String])?
    var problems: [UserFlowAttribute.ID: AttributeProblem] = [:]
    /// A connector's, about the answers together.
    var message: String?

    /// The name of an attribute's field.
    static func name(of id: UserFlowAttribute.ID) -> String { "attribute.\(id)" }

    func response() -> HTTPResponse { page.response() }

    var page: Page {
        let frame = turn.frame
        return signUpPage(
            SignUpPage(
                organization: turn.tenant.displayName, applicationName: turn.applicationName,
                address: standing.address.description,
                fields: standing.flow.asked.map { field($0, in: frame) }, problem: message,
                privacyURL: turn.tenant.privacyStatementURL, target: turn.target("signup"),
                decline: turn.target("cancel")),
            in: frame)
    }

    private func field(_ assignment: AttributeAssignment, in frame: PageFrame) -> SignUpField {
        let attribute = assignment.attribute
        return SignUpField(
            name: Self.name(of: attribute.id), builtIn: attribute.id.builtIn?.rawValue,
            label: standing.flow.label(of: assignment, in: frame.language),
            kind: kind(of: assignment, in: frame.language), isOptional: assignment.isOptional,
            values: values(of: assignment), maximumLength: attribute.maximumLength,
            problem: problems[attribute.id].map { frame.text($0.phrase) })
    }

    private func kind(of assignment: AttributeAssignment, in language: String) -> SignUpField.Kind {
        let choices = assignment.options.map { option in
            SignUpField.Choice(
                label: standing.flow.label(of: option, assignment, in: language), value: option.value)
        }
        switch (assignment.input, assignment.attribute.dataType) {
        case (.radioSingleSelect, _): return .radios(choices)
        case (.dropdownSingleSelect, _): return .list(choices)
        case (.checkboxMultiSelect, .boolean): return .tick
        case (.checkboxMultiSelect, _): return .boxes(choices)
        case (.dateTimeDropdown, _): return .date
        case (.textBox, .int64), (.emailBox, .int64): return .wholeNumber
        case (.textBox, _), (.emailBox, _): return .text
        }
    }

    private func values(of assignment: AttributeAssignment) -> [String] {
        let id = assignment.attribute.id
        if let answers { return answers(id) }
        switch standing.progress.values[id] {
        case .string(let text)?: return assignment.input == .checkboxMultiSelect ? text.parts(at: ",") : [text]
        case .boolean(let flag)?: return [flag ? "true" : "false"]
        case .integer(let number)?: return [String(number)]
        case nil: break
        }
        let chosen = assignment.options.filter(\.isDefault).map(\.value)
        return chosen.isEmpty ? fromHome(id).map { [$0] } ?? [] : chosen
    }

    /// What the home says of the person fills in what is asked.
    private func fromHome(_ id: UserFlowAttribute.ID) -> String? {
        switch id.builtIn {
        case .displayName: turn.vouched?.identity.displayName
        case .givenName: turn.vouched?.identity.givenName
        case .surname: turn.vouched?.identity.surname
        default: nil
        }
    }
}

extension AttributeProblem {
    fileprivate var phrase: Phrase {
        switch self {
        case .missing: .answerMissing
        case .tooLong(let maximum): .answerTooLong(maximum)
        case .notOffered: .answerNotOffered
        case .malformed(.int64): .answerNoNumber
        case .malformed(.boolean), .malformed(.string): .answerNoChoice
        case .notAnAddress: .wholeAddressNeeded
        case .controlCharacter: .answerOnOneLine
        }
    }
}

extension String {
    fileprivate func parts(at separator: Character) -> [String] { split(separator: separator).map(String.init) }
}
