internal import HTTP
internal import OAuth
internal import Pages

/// How the authorization endpoint's answer leaves: in the mode the application asked for, and in a way that Chromium lets
/// through after a form's POST.
extension RedirectResponse {
    /// After a GET: a redirect, or the page that posts by itself.
    func response(in frame: PageFrame) -> HTTPResponse {
        switch to.mode {
        case .query: .redirect(to: location)
        case .formPost: posting(in: frame)
        }
    }

    /// After a POST: Chromium applies `form-action` to the redirects that follow one, so a page moves on instead.
    func responseAfterPost(in frame: PageFrame, label: String) -> HTTPResponse {
        switch to.mode {
        case .query: movingOnPage(MovingOnPage(url: location, label: label), in: frame).response()
        case .formPost: posting(in: frame)
        }
    }

    private func posting(in frame: PageFrame) -> HTTPResponse {
        let fields = fields.map { (name: $0.name, value: $0.value) }
        return formPostPage(FormPostPage(action: to.redirectURI, fields: fields), in: frame).response()
    }
}
