internal import Access
internal import HTTP
internal import OAuth
internal import Pages
internal import Upstream

extension RedirectResponse {
    /// In the mode that the application asked for.
    var departure: Departure {
        switch to.mode {
        case .query: .redirect(location)
        case .formPost:
            .post(action: to.redirectURI, fields: fields.map { Departure.Field($0.name, $0.value) })
        }
    }
}

extension Departure {
    /// After a GET: a redirect, or the page that posts by itself. After a POST: Chromium applies `form-action` to the
    /// redirects that follow one, so a page moves on instead.
    ///
    /// - Parameter label: Where the person goes, for the page that moves on.
    func response(in frame: PageFrame, afterPost: Bool, label: String) -> HTTPResponse {
        switch self {
        case .redirect(let location):
            afterPost
                ? movingOnPage(MovingOnPage(url: location, label: label), in: frame).response()
                : .redirect(to: location)
        case .post(let action, let fields):
            formPostPage(
                FormPostPage(action: action, fields: fields.map { (name: $0.name, value: $0.value) }), in: frame
            ).response()
        }
    }
}

extension Turn {
    /// The browser leaves for the application.
    func response(leavingBy departure: Departure) -> HTTPResponse {
        let frame = frame
        return departure.response(
            in: frame, afterPost: isPost, label: applicationName ?? frame.text(.theApplication))
    }

    /// What the application hears of a refusal; nil where nobody asked but an invitation.
    func answer(refusing refusal: Refusal, _ values: [String: String]) -> Departure? {
        switch request {
        case .openID(let request)?:
            RedirectResponse.failure(
                code: refusal.oauthCode, description: "\(refusal.code): \(refusal.sentence(values))",
                to: request.answer, issuer: issuer
            ).departure
        case .federated(let request)?:
            FederatedAnswers(installation: installation, snapshot: snapshot).failure(request, refusing: refusal)
        case nil: nil
        }
    }

    /// What the application hears where the person turned back; nil where nobody asked but an invitation.
    func answerToCancelling() -> Departure? {
        switch request {
        case .openID(let request)?:
            RedirectResponse.failure(.accessDenied("The person declined."), to: request.answer, issuer: issuer)
                .departure
        case .federated(let request)?:
            FederatedAnswers(installation: installation, snapshot: snapshot)
                .failure(request, refusing: .redemptionDeclined)
        case nil: nil
        }
    }
}
