import Access
import Testing

@testable import Pages

@Suite("Sentences of refusals") struct RefusalSentenceTests {
    /// The `{name}`s of a template, each as often as it occurs.
    private func names(in template: String) -> [String] {
        template.split(separator: "{").dropFirst().map { String($0.prefix { $0 != "}" }) }.sorted()
    }

    @Test(arguments: ["de", "fr"], Refusal.allCases)
    func `every refusal has its sentence in every language, with the same values`(language: String, refusal: Refusal) {
        let english = refusal.text.sentence
        let sentence = PagesTests.frame(language).refusalTemplate(refusal.number) ?? ""
        #expect(sentence.hasSuffix(".") && sentence != english)
        #expect(names(in: sentence) == names(in: english))
        // Typographic, as the rest of the page: no straight apostrophe, and no line begins with a sign.
        #expect(!sentence.contains("'") && !sentence.contains(" ;") && !sentence.contains(" :"))
    }

    @Test func `English has its sentences in the table of refusals, and no language has one too many`() {
        let numbers = Set(Refusal.allCases.map(\.number))
        for (language, words) in Words.all {
            #expect(words.refusals.isEmpty == (language == "en"))
            #expect(numbers.isSuperset(of: words.refusals.keys), "\(language)")
        }
    }

    @Test func `every phrase is said in every language`() {
        let phrases: [Phrase] = [
            .noSuchPage, .wrongMethod, .requestNotRight, .fieldNotRight("code"), .wholeAddressNeeded, .notClaimed,
            .thisPage, .theApplication, .returnTo("Orders"), .useAnotherAccount, .tryAgain, .answerMissing,
            .answerTooLong(9), .answerNotOffered, .answerNoNumber, .answerNoChoice, .answerOnOneLine,
        ]
        for phrase in phrases {
            #expect(Set(Words.all.keys.map { PagesTests.frame($0).text(phrase) }).count == 3, "\(phrase)")
        }
    }
}
