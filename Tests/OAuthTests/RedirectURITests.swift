import Testing

@testable import OAuth

@Suite("RFC 9700 §2.1 redirect URIs") struct RedirectURITests {
    static let attacks = [
        "https://app.example.com.evil/callback", "https://app.example.com.evil",
        "https://app.example.com@evil.example/callback",
        "https://evil@app.example.com/callback", "https://app.example.com\\@evil.example/callback",
        "https://app.example.com/callback\\..", "https://app.example.com/callback/..%2f..",
        "https://app.example.com/%2f../callback",
        "https://app.example.com./callback", "https://app.example.com/callback#", "https://app.example.com/callback#x",
        "https://app.example.com/callbacj", "https://app.example.com/callback/", "https://app.example.com/callbac",
        "https://app.example.com/callback?", "https://app.example.com/callback?a=b", "https://app.example.com/Callback",
        "https://APP.example.com/callback", "HTTPS://app.example.com/callback", "https://app.example.com:443/callback",
        "https://app.example.com:8443/callback", "http://app.example.com/callback", "//app.example.com/callback",
        "/callback",
        "https:app.example.com/callback", "https:///app.example.com/callback", "https://app.example.com//callback",
        "https://app.example.com/./callback", "https://app.example.com/x/../callback",
        "https://app.example.com/%63allback",
        " https://app.example.com/callback", "https://app.example.com/callback ", "https://app.example.com/callback\n",
        "https://app.example.com/callback\t", "https://app.example.com/callback%00",
        "https://app.example.com/callback\u{0}",
        "javascript:alert(1)//https://app.example.com/callback", "data:text/html,x",
        "https://app.example.com/callback;x",
        "https://\u{0430}pp.example.com/callback", "https://app.example.com/cal\u{0308}lback",
        "https://*.example.com/callback",
        "", "https://app.example.com", "https://app.example.com/callback%0d%0aSet-Cookie:x",
    ]

    @Test(arguments: attacks)
    func `anything but the registered bytes is refused`(received: String) {
        for kind in RegisteredClient.Kind.allCases {
            #expect(!RedirectURI.matches(received, registered: ["https://app.example.com/callback"], kind: kind))
        }
    }

    @Test func `the registered bytes are accepted`() {
        let registered = ["https://a.example/x", "https://app.example.com/callback?tenant=a%20b"]
        for uri in registered {
            #expect(RedirectURI.match(uri, registered: registered, kind: .web) == .exact(uri))
        }
    }

    @Test func `canonically equal text is not the same bytes`() {
        let composed = "https://app.example.com/\u{00E9}"
        let decomposed = "https://app.example.com/e\u{0301}"
        #expect(composed == decomposed)
        #expect(!RedirectURI.matches(decomposed, registered: [composed], kind: .web))
    }

    static let loopback: [(String, Bool)] = [
        ("http://127.0.0.1/cb", true), ("http://127.0.0.1:1/cb", true), ("http://127.0.0.1:65535/cb", true),
        ("http://[::1]:9000/cb", true), ("http://[::1]/cb", true), ("http://127.0.0.1:0/cb", false),
        ("http://127.0.0.1:65536/cb", false), ("http://127.0.0.1:080/cb", false), ("http://127.0.0.1:/cb", false),
        ("http://127.0.0.1:80a/cb", false), ("http://127.0.0.1:80@evil.example/cb", false),
        ("http://127.0.0.1.evil.example/cb", false), ("http://127.0.0.1:80.evil.example/cb", false),
        ("http://127.0.0.10/cb", false), ("http://localhost:80/cb", false), ("http://127.0.0.1:80/cb2", false),
        ("http://127.0.0.1:80/cb?x", false), ("http://127.0.0.1:80/cb#x", false), ("https://127.0.0.1:80/cb", false),
        ("HTTP://127.0.0.1:80/cb", false), ("http://127.0.0.1:80", false), ("http://[::1].evil/cb", false),
        ("http://127.1:80/cb", false), ("http://[::ffff:127.0.0.1]:80/cb", false), ("http://127.0.0.1:80\\/cb", false),
    ]

    @Test(arguments: loopback)
    func `a native client may vary the port on loopback, and nothing else`(received: String, matches: Bool) {
        let registered = Sample.native.redirectURIs
        #expect(RedirectURI.matches(received, registered: registered, kind: .native) == matches)
        for kind in [RegisteredClient.Kind.web, .spa, .daemon] {
            #expect(
                RedirectURI.matches(received, registered: registered, kind: kind) == registered.contains(received))
        }
    }

    @Test func `the query of a loopback address is compared too`() {
        let registered = ["http://127.0.0.1/cb?a=b"]
        #expect(RedirectURI.matches("http://127.0.0.1:7/cb?a=b", registered: registered, kind: .native))
        #expect(!RedirectURI.matches("http://127.0.0.1:7/cb?a=c", registered: registered, kind: .native))
        #expect(!RedirectURI.matches("http://127.0.0.1:7/cb", registered: registered, kind: .native))
    }

    static let registrations: [(String, RegisteredClient.Kind, RedirectURIFault?)] = [
        ("https://app.example.com", .web, nil), ("https://app.example.com/", .spa, nil),
        ("https://app.example.com:8443/cb?x=%20y", .web, nil), ("https://localhost/cb", .web, nil),
        ("https://[1:2:3:4:5:6:7:8]/cb", .web, nil), ("https://[1::]/cb", .web, nil), ("https://[1::8]/cb", .web, nil),
        ("https://192.0.2.1/cb", .web, nil), ("https://[2001:db8::1]:8443/cb", .web, nil),
        ("https://xn--bcher-kva.example/cb", .web, nil), ("http://127.0.0.1/cb", .native, nil),
        ("http://[::1]:80/cb", .native, nil), ("com.example.app:/cb", .native, nil),
        ("com.example.app://auth", .native, nil), ("https://app.example.com/cb", .native, nil),
        ("http://127.0.0.1/cb", .web, .plainHTTP), ("http://localhost/cb", .native, .plainHTTP),
        ("http://app.example.com/cb", .web, .plainHTTP),
        ("com.example.app:/cb", .web, .forbiddenScheme("com.example.app")),
        ("example:/cb", .native, .forbiddenScheme("example")),
        ("javascript:alert(1)", .native, .forbiddenScheme("javascript")),
        ("data:text/html,x", .native, .forbiddenScheme("data")),
        ("file:///etc/passwd", .native, .forbiddenScheme("file")),
        ("urn:ietf:wg:oauth:2.0:oob", .native, .forbiddenScheme("urn")),
        ("https://app.example.com/#x", .web, .fragment),
        ("https://u@app.example.com/", .web, .userInfo), ("https://u:p@app.example.com/", .web, .userInfo),
        ("https://app.example.com\\x", .web, .forbiddenCharacter),
        ("https://*.example.com/", .web, .forbiddenCharacter),
        ("https://app.example.com/a b", .web, .forbiddenCharacter),
        ("https://app.example.com/é", .web, .forbiddenCharacter),
        ("https://app.example.com/\n", .web, .forbiddenCharacter), ("https://app.example.com./", .web, .badHost),
        ("https://App.example.com/", .web, .badHost), ("https://app..example.com/", .web, .badHost),
        ("https://2130706433/", .web, .badHost), ("https://127.1/", .web, .badHost),
        ("https://0x7f.0.0.1/", .web, .badHost),
        ("https://256.0.0.1/", .web, .badHost), ("https://01.0.0.1/", .web, .badHost),
        ("https://1.2.3.0x4/", .web, .badHost),
        ("https://[2001:001:2001:1]/", .web, .badHost), ("https://[1::2::3]/", .web, .badHost),
        ("https://[1:2:3:4:5:6:7:8:9]/", .web, .badHost), ("https://[12345::]/", .web, .badHost),
        ("https://[:1]/", .web, .badHost), ("https://[1:]/", .web, .badHost), ("https://[:::]/", .web, .badHost),
        ("https://-a.example/", .web, .badHost), ("https://[::1/", .web, .badHost), ("https://[g::1]/", .web, .badHost),
        ("https://app.example.com:/", .web, .badPort), ("https://app.example.com:0/", .web, .badPort),
        ("https://app.example.com:70000/", .web, .badPort), ("https://app.example.com:8a/", .web, .badPort),
        ("https://app.example.com/../x", .web, .dotSegment), ("https://app.example.com/.", .web, .dotSegment),
        ("https://app.example.com/%2E%2e/x", .web, .dotSegment), ("https://app.example.com/a%2Fb", .web, .dotSegment),
        ("https://app.example.com/a%5cb", .web, .dotSegment), ("https://app.example.com/a%0db", .web, .dotSegment),
        ("https://app.example.com/%2", .web, .badPercentEncoding),
        ("https://app.example.com/%zz", .web, .badPercentEncoding),
        ("https:///x", .web, .noHost), ("https:app.example.com", .web, .noHost), ("//app.example.com", .web, .noScheme),
        ("app.example.com", .web, .noScheme), ("", .web, .noScheme), ("HTTPS://app.example.com", .web, .noScheme),
        ("https://app.example.com/" + String(repeating: "a", count: 1100), .web, .tooLong),
        ("com.example.app:", .native, .noHost), ("com.example.app.:/x", .native, .forbiddenScheme("com.example.app.")),
    ]

    @Test(arguments: registrations)
    func `what may be registered`(raw: String, kind: RegisteredClient.Kind, fault: RedirectURIFault?) throws {
        #expect(RedirectURI.isAcceptable(raw, forKind: kind) == (fault == nil))
        if let fault {
            #expect(throws: fault) { try RedirectURI(raw, forKind: kind) }
            #expect(fault.description.hasSuffix("."))
        } else {
            #expect(try RedirectURI(raw, forKind: kind).description == raw)
        }
    }

    @Test func `development accepts plain http on loopback names for every kind, and nowhere else`() {
        for kind in RegisteredClient.Kind.allCases {
            for host in ["127.0.0.1:5000", "localhost:5000", "[::1]:5000"] {
                #expect(RedirectURI.isAcceptable("http://\(host)/cb", forKind: kind, allowsLoopback: true))
            }
            for host in ["127.0.0.2", "localhost.evil.example", "app.example.com"] {
                #expect(!RedirectURI.isAcceptable("http://\(host)/cb", forKind: kind, allowsLoopback: true))
            }
        }
    }
}
