internal import Access
internal import Pages

/// What happened, for the visitor, before the language of their page is known.
enum VisitorSentence: Sendable, Hashable {
    case refusal(Refusal, [String: String] = [:])
    case phrase(Phrase)

    func text(in frame: PageFrame) -> String {
        switch self {
        case .phrase(let phrase): return frame.text(phrase)
        case .refusal(let refusal, let values):
            let known = ["organization": frame.organization, "application": frame.text(.thisPage)]
            return refusal.sentence(
                known.merging(values) { $1 }, in: frame.refusalTemplate(refusal.number))
        }
    }
}
