internal import Access
internal import Directory
internal import HTTP
internal import Pages
internal import Upstream

/// What a request that failed still tells of the sign-in it belongs to: for the language of its page, and the ways on.
struct FailureContext: Sendable {
    /// That the application asked for (`ui_locales`).
    var uiLocales: [String] = []
    /// Where the sign-in stands, as a path; nil: it belongs to none that this browser holds.
    var signIn: String?
    /// Where a sign-out under way goes on, as a path.
    var signOut: String?

    /// The buttons of a page with this advice.
    func actions(for advice: NextStepAdvice, in frame: PageFrame) -> [(label: String, url: String)] {
        if let signOut { return [(label: frame.text(.goOn), url: signOut)] }
        guard let signIn else { return [] }
        let again = (label: frame.text(.tryAgain), url: signIn)
        let another = (label: frame.text(.useAnotherAccount), url: signIn + "/another")
        return switch advice {
        case .tryAgain, .wait: [again, another]
        case .startAgain, .openInvitation, .returnToApplication: []
        case .useAnotherAccount, .askForInvitation, .askInviter, .askAdministrator, .askHome: [another]
        }
    }
}

extension Exchange {
    func failureContext(at tenant: Tenant.ID) -> FailureContext {
        let form = request.method == .post ? try? form() : try? query()
        var context = FailureContext()
        if let asked = try? form?.value("ui_locales") { context.uiLocales = Self.tags(asked) }
        if let message = try? form?.value("SAMLResponse"), !message.isEmpty,
            let walk = SignOutCookie(installation: installation, tenant: tenant).open(request)
        {
            (context.signOut, context.uiLocales) = (SignOutSteps.path(tenant), [walk.language])
            return context
        }
        var id = parameters["id"].flatMap { SignIn.ID($0) }
        for name in ["state", "RelayState", "wctx"] where id == nil {
            guard let state = try? form?.value(name) else { continue }
            id = UpstreamTransaction.signIn(inState: state).flatMap { SignIn.ID(bytes: $0) }
        }
        let cookies = SignInCookies(installation: installation, tenant: tenant)
        guard let id, let signIn = cookies.open(id, from: request) else { return context }
        context.signIn = "/\(tenant)/signin/\(id)"
        if let asked = signIn.request.first(where: { $0.name == "ui_locales" }) {
            context.uiLocales = Self.tags(asked.value)
        }
        return context
    }

    private static func tags(_ list: String) -> [String] { list.split(separator: " ").map(String.init) }
}
