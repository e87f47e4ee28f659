/// What happened, what to do next, and an id that the administrator can look up.
package struct ErrorPage: Sendable {
    package var status: Int
    package var sentence: String
    /// A key of `Words.advice`.
    package var advice: String
    /// AADSTS.
    package var number: Int?
    package var failureID: String
    /// RFC 3339.
    package var at: String
    package var actions: [(label: String, url: String)]
    /// The person chose it: nothing went wrong.
    package var isChosen: Bool

    package init(
        status: Int, sentence: String, advice: String, number: Int?, failureID: String, at: String,
        actions: [(label: String, url: String)] = [], isChosen: Bool = false
    ) {
        self.status = status
        self.sentence = sentence
        self.advice = advice
        self.number = number
        self.failureID = failureID
        self.at = at
        self.actions = actions
        self.isChosen = isChosen
    }
}

package func errorPage(_ page: ErrorPage, in frame: PageFrame) -> Page {
    let words = frame.words
    var content = [
        frame.paragraph(page.sentence), tag("h2", .text(words.whatNext)), frame.paragraph(words.advice(page.advice)),
    ]
    if !page.actions.isEmpty {
        content.append(
            .element(
                "div", [("class", "row")],
                page.actions.enumerated().map { position, action in
                    tag(
                        "a", [("class", position == 0 ? "button primary" : "button secondary"), ("href", action.url)],
                        .text(action.label))
                }))
    }
    content += lookUp(LookUp(number: page.number, failureID: page.failureID, at: page.at), in: frame)
    return frame.page(page.isChosen ? words.declinedTitle : words.problemTitle, status: page.status, content)
}

/// What an administrator looks a failure up by.
package struct LookUp: Sendable {
    /// AADSTS.
    package var number: Int?
    package var failureID: String
    /// RFC 3339.
    package var at: String

    package init(number: Int?, failureID: String, at: String) {
        (self.number, self.failureID, self.at) = (number, failureID, at)
    }
}

/// A line each: nobody wants to copy half an id.
func lookUp(_ failure: LookUp, in frame: PageFrame) -> [Markup] {
    var details = [tag("code", .text(failure.failureID)), tag("time", [("datetime", failure.at)], .text(failure.at))]
    if let number = failure.number { details.insert(tag("span", .text("AADSTS\(number)")), at: 0) }
    return [tag("h2", .text(frame.words.lookUp)), .element("p", [("class", "detail lines")], details)]
}
