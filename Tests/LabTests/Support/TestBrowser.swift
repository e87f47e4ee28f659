import Foundation
import HTTP
import JSON

@testable import Lab

/// Sends requests to routes, without a server between.
struct TestBrowser {
    private var router = Router<LabRoute>()

    init(_ routes: [LabRoute]) {
        for route in routes { router.add(route.methods, route.pattern, route) }
    }

    func get(_ target: String, fields: [(String, String)] = []) async -> HTTPResponse {
        await send(HTTPRequest(method: .get, target: target, fields: fields))
    }

    func post(_ target: String, _ pairs: [(String, String)], fields: [(String, String)] = []) async -> HTTPResponse {
        let type = [("Content-Type", "application/x-www-form-urlencoded")]
        return await send(
            HTTPRequest(method: .post, target: target, fields: type + fields, body: Array(Form.encode(pairs).utf8)))
    }

    func send(_ request: HTTPRequest) async -> HTTPResponse {
        guard case .found(let route, let parameters) = router.match(request.method, request.pathSegments) else {
            return .text("no route", status: 404)
        }
        return await route.work(LabExchange(request: request, parameters: parameters))
    }
}

/// The form of a page that goes on to the gateway.
struct TestAnswer {
    let response: HTTPResponse
    let form: TestForm?
    let requestID: String

    init(_ response: HTTPResponse, requestID: String) {
        (self.response, form, self.requestID) = (response, TestForm(response), requestID)
    }

    subscript(_ name: String) -> String { form?[name] ?? "" }

    /// As `name=value`.
    var cookie: String? {
        response.field("set-cookie").map { String($0.prefix { $0 != ";" }) }
    }
}

/// The one form of a page: where it goes, and its hidden fields.
struct TestForm {
    let action: String
    let hidden: [(String, String)]

    init?(_ response: HTTPResponse) {
        let page = response.shown
        guard let action = page.between("action=\"", "\"").first else { return nil }
        self.action = action.unescaped
        hidden = page.between("<input type=\"hidden\" ", ">").compactMap { input in
            guard let name = input.between("name=\"", "\"").first, let value = input.between("value=\"", "\"").first
            else { return nil }
            return (name.unescaped, value.unescaped)
        }
    }

    subscript(_ name: String) -> String? { hidden.first { $0.0 == name }?.1 }
}

extension HTTPResponse {
    /// The cookies it sets, as a browser sends them back.
    var cookies: [(String, String)] {
        [
            (
                "Cookie",
                fields.filter { $0.0.lowercased() == "set-cookie" }.map { String($0.1.prefix { $0 != ";" }) }.joined(
                    separator: "; ")
            )
        ]
    }

    /// The part of the location behind the origin.
    var target: String {
        let location = field("location") ?? ""
        guard let scheme = location.range(of: "://"),
            let slash = location[scheme.upperBound...].firstIndex(of: "/")
        else { return location }
        return String(location[slash...])
    }

    var shown: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue? { try? JSONReader.read(body) }
}

extension String {
    fileprivate func between(_ start: String, _ end: String) -> [String] {
        components(separatedBy: start).dropFirst().compactMap { $0.components(separatedBy: end).first }
    }

    fileprivate var unescaped: String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(self) {
            $0.replacingOccurrences(of: $1.0, with: $1.1)
        }
    }
}
