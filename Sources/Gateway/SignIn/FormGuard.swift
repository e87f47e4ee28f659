internal import Cryptography
internal import HTTP

/// Whether a POST came from the page we sent for this sign-in or session.
///
/// The token is bound to the sign-in (sealed) or the session; `Origin`, which every browser sends with a POST, must be
/// ours. A request without an Origin (a browser that strips it) still needs the token.
struct FormGuard {
    let installation: Installation

    func check(_ form: Form, token: String, _ request: HTTPRequest) throws(Failure) {
        if let origin = request.field("origin"), origin != installation.base {
            throw .refused(.formNotOurs, ["origin": origin])
        }
        if let site = request.field("sec-fetch-site"), site != "same-origin" {
            throw .refused(.formNotOurs, ["origin": "Sec-Fetch-Site: \(site)"])
        }
        let sent: String?
        do { sent = try form.value("token") } catch { throw .badField("token", "\(error)") }
        guard let sent, constantTimeEqual(Array(sent.utf8), Array(token.utf8)) else {
            throw .refused(.formNotOurs, ["origin": request.field("origin") ?? "none"])
        }
    }
}
