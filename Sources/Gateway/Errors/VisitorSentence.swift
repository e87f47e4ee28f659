internal import Access
internal import Directory
internal import HTTP
internal import Pages
internal import Upstream

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

extension Exchange {
    /// The languages that the application asked for (`ui_locales`), as far as a request that failed still tells: by its
    /// own parameters, or by the sign-in that it belongs to.
    func uiLocales(at tenant: Tenant.ID) -> [String] {
        let form = request.method == .post ? try? form() : try? query()
        if let asked = try? form?.value("ui_locales") { return SignIn.locales(asked) }
        var id = parameters["id"].flatMap { SignIn.ID($0) }
        if id == nil, let state = try? form?.value("state") {
            id = UpstreamTransaction.signIn(inState: state).flatMap { SignIn.ID(bytes: $0) }
        }
        guard let id else { return [] }
        return SignInCookies(installation: installation, tenant: tenant).open(id, from: request)?.uiLocales ?? []
    }
}

extension SignIn {
    /// As the request has them; they choose a page's language and nothing else.
    fileprivate var uiLocales: [String] {
        request.first { $0.name == "ui_locales" }.map { Self.locales($0.value) } ?? []
    }

    fileprivate static func locales(_ list: String) -> [String] { list.split(separator: " ").map(String.init) }
}
