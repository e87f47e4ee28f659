import HTTP
import Testing

@Suite("Router") struct RouterTests {
    private let router: Router<String> = {
        var router = Router<String>()
        router.add(.get, "/", "root")
        router.add(.get, "/{tenant}/v2.0/.well-known/openid-configuration", "discovery")
        router.add(.post, "/{tenant}/oauth2/v2.0/token", "token")
        router.add([.get, .post], "/{tenant}/oauth2/v2.0/authorize", "authorize")
        router.add(.get, "/{tenant}/signin/{id}", "step")
        router.add(.get, "/{tenant}/signin/done", "done")
        router.add(.post, "/{tenant}/signin/done", "finish")
        router.add(.get, "/health/live", "live")
        router.add(.get, "/health/{what}/detail", "detail")
        router.add(.delete, "/{a}/{b}/{c}", "three")
        router.add(.get, "/slash/", "slash")
        return router
    }()

    private func found(_ method: HTTPMethod, _ path: String) throws -> String {
        switch router.match(method, try HTTPRequest(parsing: .get, path).pathSegments) {
        case .found(let handler, let parameters):
            return handler + parameters.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        case .methodNotAllowed(let methods): return "405 " + methods.map(\.rawValue).joined(separator: ",")
        case .notFound: return "404"
        }
    }

    @Test(arguments: [
        (HTTPMethod.get, "/", "root"), (.head, "/", "root"), (.post, "/", "405 GET,HEAD"),
        (.get, "/t1/v2.0/.well-known/openid-configuration", "discovery tenant=t1"),
        (.post, "/t1/oauth2/v2.0/token", "token tenant=t1"), (.get, "/t1/oauth2/v2.0/token", "405 POST"),
        (.head, "/t1/oauth2/v2.0/token", "405 POST"), (.put, "/t1/oauth2/v2.0/authorize", "405 GET,HEAD,POST"),
        (.get, "/t1/signin/42", "step id=42 tenant=t1"), (.get, "/t1/signin/done", "done tenant=t1"),
        (.post, "/t1/signin/done", "finish tenant=t1"), (.post, "/t1/signin/42", "405 GET,HEAD,DELETE"),
        (.delete, "/t1/signin/done", "three a=t1 b=signin c=done"), (.get, "/health/live", "live"),
        (.get, "/health/live/detail", "detail what=live"), (.get, "/health/signin/42", "step id=42 tenant=health"),
        (.get, "/health/v2.0/.well-known/openid-configuration", "discovery tenant=health"),
        (.get, "/health", "404"), (.get, "/t1/signin/", "404"), (.get, "/t1//42", "404"),
        (.get, "/t1/signin/42/", "404"),
        (.get, "/slash/", "slash"), (.get, "/slash", "404"), (.get, "/T1/SIGNIN/42", "405 DELETE"),
        (.get, "/a%20b/signin/%C3%A9", "step id=\u{E9} tenant=a b"),
        (.get, "/%7Btenant%7D/signin/x", "step id=x tenant={tenant}"),
    ]) func `finds what serves`(_ method: HTTPMethod, _ path: String, _ expected: String) throws {
        #expect(try found(method, path) == expected)
    }

    @Test func `the order of adding does not matter`() {
        for reversed in [false, true] {
            var router = Router<Int>()
            let routes = [("/{x}/b", 1), ("/a/{y}", 2), ("/a/b", 3)]
            for (pattern, number) in reversed ? routes.reversed() : routes { router.add(.get, pattern, number) }
            for (path, number) in [(["a", "b"], 3), (["a", "c"], 2), (["c", "b"], 1)] {
                guard case .found(number, _) = router.match(.get, path) else {
                    Issue.record("\(path)")
                    continue
                }
            }
        }
    }
}
