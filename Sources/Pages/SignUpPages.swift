/// Where a stranger becomes a guest: what will be kept, and what the organisation asks.
package struct SignUpPage: Sendable {
    package var organization: String
    package var applicationName: String?
    /// Proven already, so it is shown and not asked.
    package var address: String
    package var fields: [SignUpField]
    /// Of the answers together, in the organisation's own words.
    package var problem: String?
    package var privacyURL: String?
    package var target: FormTarget
    package var decline: FormTarget

    package init(
        organization: String, applicationName: String?, address: String, fields: [SignUpField], problem: String?,
        privacyURL: String?, target: FormTarget, decline: FormTarget
    ) {
        self.organization = organization
        self.applicationName = applicationName
        self.address = address
        self.fields = fields
        self.problem = problem
        self.privacyURL = privacyURL
        self.target = target
        self.decline = decline
    }
}

/// One question.
package struct SignUpField: Sendable {
    package enum Kind: Sendable, Hashable {
        case text
        case wholeNumber
        case date
        /// One box: yes or no.
        case tick
        case list([Choice])
        case radios([Choice])
        case boxes([Choice])
    }

    package struct Choice: Sendable, Hashable {
        package var label: String
        package var value: String

        package init(label: String, value: String) {
            self.label = label
            self.value = value
        }
    }

    /// In the form.
    package var name: String
    /// The name of a built-in attribute, such as `givenName`; nil for the organisation's own.
    package var builtIn: String?
    /// The organisation's words; nil: the page has them, for a built-in attribute.
    package var label: String?
    package var kind: Kind
    package var isOptional: Bool
    package var values: [String]
    package var maximumLength: Int
    package var problem: String?

    package init(
        name: String, builtIn: String?, label: String?, kind: Kind, isOptional: Bool, values: [String],
        maximumLength: Int, problem: String?
    ) {
        self.name = name
        self.builtIn = builtIn
        self.label = label
        self.kind = kind
        self.isOptional = isOptional
        self.values = values
        self.maximumLength = maximumLength
        self.problem = problem
    }
}

package func signUpPage(_ page: SignUpPage, in frame: PageFrame) -> Page {
    let words = frame.words
    var form: [Markup] = []
    if let problem = page.problem {
        form.append(tag("p", [("class", "problem"), ("role", "alert")], .text(problem)))
    }
    // The first question, or the first that has to be answered again.
    let first = page.fields.firstIndex { $0.problem != nil } ?? 0
    for (number, field) in page.fields.enumerated() {
        form.append(frame.question(field, id: "q\(number)", hasFocus: number == first))
    }
    form.append(frame.paragraph(words.reviewTrust(page.organization), "hint"))
    form.append(frame.button(words.signUpButton))
    let content = [
        frame.who(page.address), frame.paragraph(words.signUpLead(page.organization), "lead"),
        frame.privacyNotice(page.privacyURL, of: page.organization), frame.form(page.target, form),
        frame.form(page.decline, [frame.button(words.cancel, kind: "quiet")]),
    ]
    let trouble = page.problem ?? page.fields.first { $0.problem != nil }?.problem
    return frame.page(
        words.signUpTitle(page.applicationName ?? page.organization), status: trouble == nil ? 200 : 400,
        problem: trouble.map { FieldProblem(field: "", message: $0) }, content)
}

extension PageFrame {
    fileprivate func privacyNotice(_ url: String?, of organization: String) -> Markup {
        guard let url else { return paragraph(words.reviewNoPrivacy(organization)) }
        return tag(
            "p", tag("a", [("href", url), ("rel", "noopener noreferrer")], .text(words.reviewPrivacy)))
    }

    /// A question with its label and its problem, tied together for assistive technology.
    fileprivate func question(_ field: SignUpField, id: String, hasFocus: Bool) -> Markup {
        let name = field.label ?? field.builtIn.flatMap { words.attributes[$0] } ?? field.name
        let label = field.isOptional ? words.optional(name) : name
        let problem = field.problem.map { text in
            tag("p", [("class", "problem"), ("id", "\(id)-problem"), ("role", "alert")], .text(text))
        }
        let shared: [(StaticString, String?)] = [
            ("name", field.name), ("aria-invalid", problem == nil ? nil : "true"),
            ("aria-describedby", problem == nil ? nil : "\(id)-problem"),
        ]
        let own: [(StaticString, String?)] = [
            ("id", id), ("required", field.isOptional ? nil : ""), ("autofocus", hasFocus ? "" : nil),
        ]
        let parts: [Markup]
        switch field.kind {
        case .text, .wholeNumber, .date:
            let (type, mode) = field.kind.input
            parts = [
                tag("label", [("for", id)], .text(label)),
                .element(
                    "input",
                    own + shared + [
                        ("type", type), ("inputmode", mode), ("value", field.values.first),
                        ("maxlength", type == "text" ? "\(field.maximumLength)" : nil),
                        ("autocomplete", field.builtIn.flatMap { Self.autocomplete[$0] } ?? "off"),
                    ]),
            ]
        case .tick:
            parts = [
                tag(
                    "label", [("for", id), ("class", "tick")],
                    .element(
                        "input",
                        own + shared + [
                            ("type", "checkbox"), ("value", "true"), ("checked", field.values == ["true"] ? "" : nil),
                        ]), .text(label))
            ]
        case .list(let choices):
            let none = tag("option", [("value", "")], .text(words.choose))
            parts = [
                tag("label", [("for", id)], .text(label)),
                .element("select", own + shared, [none] + choices.map { option($0, in: field) }),
            ]
        case .radios(let choices):
            parts = [group(choices, "radio", field, id, label, shared, isRequired: !field.isOptional, hasFocus)]
        case .boxes(let choices):
            parts = [group(choices, "checkbox", field, id, label, shared, isRequired: false, hasFocus)]
        }
        return .element("div", [("class", "field")], parts + [problem].compactMap(\.self))
    }

    private func option(_ choice: SignUpField.Choice, in field: SignUpField) -> Markup {
        tag(
            "option",
            [("value", choice.value), ("selected", field.values.contains(choice.value) ? "" : nil)],
            .text(choice.label))
    }

    private func group(
        _ choices: [SignUpField.Choice], _ type: String, _ field: SignUpField, _ id: String, _ label: String,
        _ shared: [(StaticString, String?)], isRequired: Bool, _ hasFocus: Bool
    ) -> Markup {
        .element(
            "fieldset", [],
            [tag("legend", .text(label))]
                + choices.enumerated().map { number, choice in
                    let own = "\(id)-\(number)"
                    return tag(
                        "label", [("for", own), ("class", "tick")],
                        .element(
                            "input",
                            shared + [
                                ("id", own), ("type", type), ("value", choice.value),
                                ("required", isRequired ? "" : nil),
                                ("checked", field.values.contains(choice.value) ? "" : nil),
                                ("autofocus", hasFocus && number == 0 ? "" : nil),
                            ]), .text(choice.label))
                })
    }

    /// WCAG 2.2 §1.3.5: the purpose of a field that asks about the person.
    private static let autocomplete = [
        "city": "address-level2", "country": "country-name", "displayName": "name", "givenName": "given-name",
        "jobTitle": "organization-title", "postalCode": "postal-code", "state": "address-level1",
        "streetAddress": "street-address", "surname": "family-name",
    ]
}

extension SignUpField.Kind {
    fileprivate var input: (type: String, mode: String?) {
        switch self {
        case .wholeNumber: ("text", "numeric")
        case .date: ("date", nil)
        case .text, .tick, .list, .radios, .boxes: ("text", nil)
        }
    }
}
