import HTTP
import Testing

@Suite("Requests and responses") struct HTTPMessageTests {
    @Test func `a request answers for its parts`() throws {
        let text = """
            POST /caf%C3%A9/a%20b/?x=%2F&y HTTP/1.1\r
            HOST: Gateway.Example:8443\r
            accept: text/html\r
            X-List: a\r
            ACCEPT: application/json\r
            x-list: \t b \r
            Content-Length: 2\r
            \r
            hi
            """
        guard case .request(let request) = RequestParser.outcomes(of: [Array(text.utf8)[...]]).first else {
            Issue.record("no request")
            return
        }
        #expect(request.method == .post)
        #expect(request.target == "/caf%C3%A9/a%20b/?x=%2F&y")
        #expect(request.path == "/caf%C3%A9/a%20b/")
        #expect(request.query == "x=%2F&y")
        #expect(request.pathSegments == ["caf\u{E9}", "a b", ""])
        #expect(request.host == "gateway.example:8443")
        #expect(request.field("accept") == "text/html, application/json")
        #expect(request.fields("x-list") == ["a", "b"])
        #expect(request.field("x-missing") == nil)
        #expect(request.fields("x-missing").isEmpty)
        #expect(request.allFields.map(\.name) == ["host", "accept", "x-list", "accept", "x-list", "content-length"])
        #expect(String(decoding: request.body, as: UTF8.self) == "hi")
        #expect(request.minorVersion == 1)
        #expect(request.keepsAlive)
    }

    @Test(arguments: [
        ("/", []), ("/a", ["a"]), ("/a/", ["a", ""]), ("/a//b", ["a", "", "b"]), ("/a/b?c/d", ["a", "b"]),
        ("/%61%2e%2ex", ["a..x"]), ("/a;b=c/:@", ["a;b=c", ":@"]), ("/%F0%9D%84%9E", ["\u{1D11E}"]), ("/?x", []),
    ]) func `a path is cut and unescaped once`(_ target: String, _ segments: [String]) throws {
        #expect(try HTTPRequest(parsing: .get, target).pathSegments == segments)
    }

    @Test func `an escaped percent sign is unescaped once`() throws {
        #expect(try HTTPRequest(parsing: .get, "/%252e%252e/%252F").pathSegments == ["%2e%2e", "%2F"])
    }

    @Test func `absolute form has the path and query of its target`() throws {
        let request = try HTTPRequest(parsing: .get, "http://localhost?q")
        #expect(request.path == "/")
        #expect(request.pathSegments.isEmpty)
        #expect(request.query == "q")
        #expect(try HTTPRequest(parsing: .get, "http://LOCALHOST/a/b").pathSegments == ["a", "b"])
        #expect(try HTTPRequest(parsing: .options, "*").path == "*")
        #expect(try HTTPRequest(parsing: .options, "*").pathSegments.isEmpty)
    }

    @Test func `a test's request goes through the parser`() throws {
        let peer = Peer(remoteAddress: "192.0.2.7", isSecure: true, clientCertificateThumbprint: [1, 2])
        let request = HTTPRequest(
            method: .post, target: "/x?y", fields: [("Host", "gateway"), ("Cookie", "a=b")], body: [1, 2, 3], peer: peer
        )
        #expect(request.host == "gateway")
        #expect(request.body == [1, 2, 3])
        #expect(request.remoteAddress == "192.0.2.7")
        #expect(request.isSecure)
        #expect(request.clientCertificateThumbprint == [1, 2])
        #expect(HTTPRequest(method: .get, target: "/").host == "localhost")
        #expect(throws: Fault.self) { try HTTPRequest(parsing: .get, "/", fields: [("A", "b\r\nC: d")], body: [1]) }
        #expect(throws: Fault.self) { try HTTPRequest(parsing: .get, "/..") }
    }

    @Test func `the octet tables hold what the RFCs list`() throws {
        let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for octet in UInt8.min...UInt8.max where octet != 0x3A {
            let name = Array("GET / HTTP/1.1\r\nHost: h\r\nx".utf8) + [octet] + Array(": 1\r\n\r\n".utf8)
            let outcome = RequestParser.outcomes(of: [name[...]]).first
            if case .request = outcome {
                #expect(token.contains(octet), "\(octet)")
            } else {
                #expect(!token.contains(octet))
            }
            let value =
                Array("GET / HTTP/1.1\r\nHost: h\r\nxxxxxxxxxxxx: aaaaaaa".utf8) + [octet]
                + Array("aaaaaaaaa\r\n\r\n".utf8)
            let isValue = octet == 0x09 || (0x20...0x7E).contains(octet)
            if case .request = RequestParser.outcomes(of: [value[...]]).first {
                #expect(isValue, "\(octet)")
            } else {
                #expect(!isValue, "\(octet)")
            }
        }
    }

    // MARK: Responses

    private let date = "Sat, 21 Nov 2026 12:00:00 GMT"

    private func written(_ response: HTTPResponse, isHead: Bool = false, keepsAlive: Bool = true) -> String {
        var bytes: [UInt8] = []
        ResponseWriter.write(response, isHead: isHead, keepsAlive: keepsAlive, date: date, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a response is written with its length and date`() {
        var response = HTTPResponse.html("<p>hi")
        response.set("Cache-Control", "no-store")
        response.add("Vary", "Accept-Language")
        #expect(
            written(response)
                == "HTTP/1.1 200 OK\r\ndate: \(date)\r\ncontent-type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nVary: Accept-Language\r\ncontent-length: 5\r\n\r\n<p>hi"
        )
        #expect(written(response, isHead: true).hasSuffix("content-length: 5\r\n\r\n"))
        #expect(written(response, keepsAlive: false).contains("\r\nconnection: close\r\n"))
        response.closes = true
        #expect(written(response).contains("\r\nconnection: close\r\n"))
        #expect(
            written(.redirect(to: "/next"))
                == "HTTP/1.1 303 See Other\r\ndate: \(date)\r\nlocation: /next\r\ncontent-length: 0\r\n\r\n")
        #expect(written(HTTPResponse(status: 204)) == "HTTP/1.1 204 No Content\r\ndate: \(date)\r\n\r\n")
        #expect(written(HTTPResponse(status: 304, body: [1])) == "HTTP/1.1 304 Not Modified\r\ndate: \(date)\r\n\r\n")
        #expect(written(HTTPResponse(status: 299)).hasPrefix("HTTP/1.1 299 \r\n"))
    }

    @Test func `set replaces whatever the case, and framing is not the caller's`() {
        var response = HTTPResponse.json(Array("{}".utf8))
        response.set("Content-Type", "application/jwk-set+json")
        #expect(response.field("CONTENT-TYPE") == "application/jwk-set+json")
        #expect(response.fields.count == 1)
        for name in ["Content-Length", "transfer-encoding", "CONNECTION", "Date"] { response.add(name, "7") }
        #expect(
            written(response)
                == "HTTP/1.1 200 OK\r\ndate: \(date)\r\nContent-Type: application/jwk-set+json\r\ncontent-length: 2\r\n\r\n{}"
        )
        response.remove("content-type")
        #expect(response.field("content-type") == nil)
    }

    @Test(arguments: [
        ("location", "/a\r\nset-cookie: a=b"), ("location", "/a\nb"), ("location", "/a\rb"), ("location", "a\u{0}"),
        ("location", "caf\u{E9}"), ("location", "\u{7F}"), ("a b", "c"), ("", "c"), ("a\r\nb", "c"), ("a:", "c"),
    ]) func `a field that could break out is never sent`(_ name: String, _ value: String) {
        var response = HTTPResponse.redirect(to: "/")
        response.add(name, value)
        response.body = Array("secret".utf8)
        #expect(
            written(response)
                == "HTTP/1.1 500 Internal Server Error\r\ndate: \(date)\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
        var bytes: [UInt8] = []
        #expect(!ResponseWriter.write(response, isHead: false, keepsAlive: true, date: date, to: &bytes))
    }

    @Test func `a fault closes`() {
        let response = HTTPResponse.refusal(Fault(status: 431, reason: "too much"))
        #expect(response.closes)
        #expect(written(response).hasPrefix("HTTP/1.1 431 Request Header Fields Too Large\r\n"))
    }

    // MARK: Cookies, RFC 6265

    @Test func `a cookie is set with its attributes`() {
        let cookie = SetCookie(
            name: "__Host-s.0a1b2c3d", value: "id.secret", path: "/", maxAge: nil, secure: true, httpOnly: true,
            sameSite: .lax)
        #expect(cookie.description == "__Host-s.0a1b2c3d=id.secret; Path=/; Secure; HttpOnly; SameSite=Lax")
        let gone = SetCookie(
            name: "a", value: "", path: "/x", maxAge: 0, secure: false, httpOnly: false, sameSite: .strict)
        #expect(gone.description == "a=; Path=/x; Max-Age=0; SameSite=Strict")
        var response = HTTPResponse.redirect(to: "/")
        response.setCookie(cookie)
        response.setCookie(gone)
        #expect(response.fields.filter { $0.0 == "set-cookie" }.count == 2)
    }

    @Test(arguments: [
        SetCookie(name: "a", value: "b; Domain=evil.example"), SetCookie(name: "a", value: "b\r\nc"),
        SetCookie(name: "a", value: "b c"), SetCookie(name: "a", value: "b,c"), SetCookie(name: "a", value: "\"b\""),
        SetCookie(name: "a", value: "\u{E9}"), SetCookie(name: "a=b", value: "c"), SetCookie(name: "", value: "c"),
        SetCookie(name: "a;b", value: "c"), SetCookie(name: "a", value: "b", path: ""),
        SetCookie(name: "a", value: "b", path: "/; Domain=evil.example"), SetCookie(name: "a", value: "b", path: "/ x"),
        SetCookie(name: "__Host-a", value: "b", path: "/x"), SetCookie(name: "__Host-a", value: "b", secure: false),
        SetCookie(name: "__HOST-a", value: "b", secure: false),
        SetCookie(name: "__Secure-a", value: "b", secure: false),
        SetCookie(name: "a", value: "b", secure: false, sameSite: .none),
    ]) func `a cookie that cannot be said spoils the response`(_ cookie: SetCookie) {
        var response = HTTPResponse.redirect(to: "/")
        response.setCookie(cookie)
        #expect(!cookie.isValid)
        #expect(written(response).hasPrefix("HTTP/1.1 500 "))
    }

    @Test func `cookies are read strictly, each by itself`() {
        let request = HTTPRequest(
            method: .get, target: "/",
            fields: [
                ("Cookie", "a=1; b=two=2;c=3 ;  d=; =x; e; f=a b; g=\"q\"; h=x,y; (i)=1; a=2; j={\"k\":1}"),
                ("Cookie", "z=26"),
            ])
        #expect(request.cookies.map(\.name) == ["a", "b", "c", "d", "a", "z"])
        #expect(request.cookies.map(\.value) == ["1", "two=2", "3", "", "2", "26"])
        #expect(request.cookie("a") == "1")
        #expect(request.cookie("z") == "26")
        #expect(request.cookie("A") == nil)
        #expect(HTTPRequest(method: .get, target: "/").cookies.isEmpty)
    }
}
