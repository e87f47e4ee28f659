/// What pages say that Gateway decides: it knows which, and the words are here, in each language.
package enum Phrase: Sendable, Hashable {
    case noSuchPage
    case wrongMethod
    /// The application's.
    case requestNotRight
    case fieldNotRight(String)
    case wholeAddressNeeded
    case notClaimed
    case answerMissing
    case answerTooLong(Int)
    case answerNotOffered
    case answerNoNumber
    /// Neither yes nor no.
    case answerNoChoice
    case answerOnOneLine
    /// In place of an application's name where nobody asked.
    case thisPage
    /// In place of an application's name, as the aim of a link.
    case theApplication
    case returnTo(String)
    case useAnotherAccount
    case tryAgain
    case goOn
}

extension PageFrame {
    /// The phrase in the language of the page.
    package func text(_ phrase: Phrase) -> String {
        switch phrase {
        case .noSuchPage: words.noSuchPage
        case .wrongMethod: words.wrongMethod
        case .requestNotRight: words.requestNotRight
        case .fieldNotRight(let name): words.fieldNotRight(name)
        case .wholeAddressNeeded: words.wholeAddressNeeded
        case .notClaimed: words.notClaimed
        case .answerMissing: words.answerMissing
        case .answerTooLong(let maximum): words.answerTooLong(maximum)
        case .answerNotOffered: words.answerNotOffered
        case .answerNoNumber: words.answerNoNumber
        case .answerNoChoice: words.answerNoChoice
        case .answerOnOneLine: words.answerOnOneLine
        case .thisPage: words.thisPage
        case .theApplication: words.theApplication
        case .returnTo(let application): words.returnTo(application)
        case .useAnotherAccount: words.otherAccount
        case .tryAgain: words.tryAgain
        case .goOn: words.continueLabel
        }
    }

    /// The sentence of a refusal in the language of the page, with `{name}` where a value belongs. Nil in English, whose
    /// sentences are in the table of refusals itself.
    package func refusalTemplate(_ number: Int) -> String? { words.refusals[number] }
}
