import HTTP
import Testing

@Suite("URLs, media types, languages") struct HTTPURLTests {
    @Test(arguments: [
        ("https://gateway.example", "https://gateway.example", ""),
        ("https://gateway.example/", "https://gateway.example", "/"),
        ("https://gateway.example:443/a/b?c=d#e", "https://gateway.example", "/a/b"),
        ("https://gateway.example:8443/", "https://gateway.example:8443", "/"), ("http://h:80", "http://h", ""),
        ("http://h:443", "http://h:443", ""), ("HTTPS://Gateway.EXAMPLE/A", "https://gateway.example", "/A"),
        ("http://127.0.0.1:5000/cb", "http://127.0.0.1:5000", "/cb"),
        ("http://[::1]:5000/cb", "http://[::1]:5000", "/cb"),
        ("https://[2001:DB8::192.0.2.1]", "https://[2001:db8::192.0.2.1]", ""),
        ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example", "/"),
        ("https://a_b.internal", "https://a_b.internal", ""),
        ("https://h?q", "https://h", ""), ("https://h#f", "https://h", ""), ("https://h/?a/b?c", "https://h", "/"),
        ("https://h/a%20b/%2e%2ex", "https://h", "/a%20b/%2e%2ex"), ("https://1.example", "https://1.example", ""),
        ("https://h/a//b", "https://h", "/a//b"), ("https://h/..a/.b", "https://h", "/..a/.b"),
    ]) func `is read`(_ text: String, _ origin: String, _ path: String) throws {
        let url = try HTTPURL(parsing: text)
        #expect(url.origin == origin)
        #expect(url.path == path)
        #expect(url.string == text)
    }

    @Test(arguments: [
        ("", HTTPURL.Flaw.scheme), ("/path", .scheme), ("//evil.example", .scheme), ("javascript:alert(1)", .scheme),
        ("javascript://h/%0aalert(1)", .scheme), ("data:text/html,x", .scheme), ("ftp://h", .scheme),
        ("https:/h", .scheme),
        ("https:h", .scheme), ("https:///h", .host), ("https:\\\\evil.example", .notASCII),
        ("\\\\evil.example", .notASCII),
        ("http://h\\@evil.example", .notASCII), ("https://h/\\evil", .notASCII), (" https://h", .notASCII),
        ("https://h ", .notASCII), ("https://h/\t", .notASCII), ("https://h/\n", .notASCII), ("ht\ntps://h", .notASCII),
        ("https://h/\u{0}", .notASCII), ("https://h/\u{7F}", .notASCII), ("https://m\u{FC}nchen.example", .notASCII),
        ("https://h/caf\u{E9}", .notASCII), ("https://ex\u{FF41}mple", .notASCII), ("https://user@h", .userInformation),
        ("https://gateway.example@evil.example", .userInformation), ("https://user:pw@h/", .userInformation),
        ("https://@h", .userInformation), ("https://gateway.example:pw@evil.example", .userInformation),
        ("https://", .host), ("https://?q", .host), ("https://:443", .host), ("https://h.", .host),
        ("https://h.example.", .host),
        ("https://.h", .host), ("https://a..b", .host), ("https://h%2eexample", .host), ("https://h,x", .host),
        ("https://*.example", .host), ("https://" + String(repeating: "a", count: 64), .host),
        ("https://" + Array(repeating: "aaaaaaa", count: 32).joined(separator: "."), .host), ("https://h:", .port),
        ("https://h:0", .port), ("https://h:65536", .port), ("https://h:080", .port), ("https://h:-1", .port),
        ("https://h:8o", .port), ("https://h:80:80", .port), ("https://h:443@", .userInformation),
        ("http://127.1", .host), ("http://0x7f.0.0.1", .host), ("http://0177.0.0.1", .host),
        ("http://2130706433", .host),
        ("http://127.0.0.01", .host), ("http://256.0.0.1", .host), ("http://1.2.3.4.5", .host),
        ("http://0x7f000001", .host),
        ("http://h.0x1", .host), ("http://[::1", .host), ("http://[::1]x", .host), ("http://::1", .host),
        ("http://[]", .host),
        ("http://[:::1]", .host), ("http://[1:2:3:4:5:6:7]", .host), ("http://[1:2:3:4:5:6:7:8:9]", .host),
        ("http://[1::2::3]", .host), ("http://[::12345]", .host), ("http://[fe80::1%25eth0]", .host),
        ("http://[::1.2.3]", .host),
        ("http://[1:2:3:4:5:6:7:8::]", .host), ("http://[1.2.3.4::]", .host), ("http://[::1:]", .host),
        ("http://[v1.x]", .host),
        ("https://h/..", .path), ("https://h/a/./b", .path), ("https://h/%2e%2E/a", .path), ("https://h/%", .path),
        ("https://h/%0a", .path), ("https://h/a|b", .path), ("https://h/a%2fb", .path), ("https://h/<", .path),
        ("https://h?%zz", .query), ("https://h?a|b", .query), ("https://h?a\"b", .query), ("https://h#%", .fragment),
        ("https://h#a#b", .fragment), ("https://h/" + String(repeating: "a", count: 8192), .tooLong),
    ]) func `is refused for its flaw`(_ text: String, _ flaw: HTTPURL.Flaw) {
        #expect(throws: flaw) { try HTTPURL(parsing: text) }
        #expect(HTTPURL(text) == nil)
    }

    @Test func `parts`() throws {
        let url = try HTTPURL(parsing: "https://H.example:8443/a?b#c")
        #expect((url.scheme, url.host, url.port) == (.https, "h.example", 8443))
        #expect((url.query, url.fragment) == ("b", "c"))
        #expect(HTTPURL("https://h")?.query == nil)
        #expect(HTTPURL("https://h?")?.query == "")
        #expect(HTTPURL("https://h#")?.fragment == "")
        #expect(HTTPURL("https://h")?.effectivePort == 443)
        #expect(HTTPURL("http://h")?.effectivePort == 80)
    }

    @Test(arguments: [
        ("http://localhost:1", true), ("http://a.localhost", true), ("http://127.9.8.7", true), ("http://[::1]", true),
        ("http://[0:0::0:1]", true), ("http://[::ffff:127.0.0.1]", false), ("http://localhost.example", false),
        ("http://notlocalhost", false), ("http://128.0.0.1", false), ("http://0.0.0.0", false), ("http://[::]", false),
    ]) func `loopback`(_ text: String, _ isLoopback: Bool) throws {
        #expect(try HTTPURL(parsing: text).isLoopback == isLoopback)
    }

    @Test(arguments: [
        ("text/html", "text/html", nil, nil), ("Text/HTML; Charset=\"UTF-8\"", "text/html", "utf-8", nil),
        ("application/x-www-form-urlencoded;charset=utf-8;", "application/x-www-form-urlencoded", "utf-8", nil),
        ("multipart/form-data; boundary=\"a\\\"b;c\"; x=y", "multipart/form-data", nil, "a\"b;c"),
        ("application/jwk-set+json", "application/jwk-set+json", nil, nil), ("a/b ;; c=d", "a/b", nil, nil),
    ]) func `a media type`(_ text: String, _ type: String, _ charset: String?, _ boundary: String?) {
        let parsed = ContentType(text)
        #expect(parsed?.mediaType == type)
        #expect(parsed?.charset == charset)
        #expect(parsed?.boundary == boundary)
    }

    @Test(arguments: [
        "", "text", "/html", "text/", "text/html/x", "text /html", "text/html; charset", "text/html; =x",
        "text/html; a=",
        "text/html; a=b c", "text/html; a=\"b", "text/html; a=b; A=c", "text/html, text/plain", "text/html; a =b",
        "text/html; a=\"b\\",
    ]) func `no media type`(_ text: String) { #expect(ContentType(text) == nil) }

    @Test(arguments: [
        ("de", ["de"]), ("da, en-GB;q=0.8, en;q=0.7", ["da", "en-gb", "en"]), ("en;q=0.1, fr, de", ["fr", "de", "en"]),
        ("*", []), ("fr;q=0, *;q=0.5, en;q=0.001", ["en"]), ("", []), (",,en,", ["en"]),
        ("en;q=1.000,de;q=1.001", ["en"]),
        ("en;q=,de;q=x,fr;q=0.1234,it;q=2", []), ("zh-Hant-TW;q=0.9,zh", ["zh", "zh-hant-tw"]),
        ("en_US, <script>, 1x", []),
        ("en; Q=0.5, de ; q=0.6", ["de", "en"]), ("toolonglanguage", []),
    ]) func `languages, best first`(_ text: String, _ tags: [String]) { #expect(AcceptLanguage.parse(text) == tags) }

    @Test func `a field of a thousand languages is cut short`() {
        #expect(AcceptLanguage.parse(Array(repeating: "en", count: 1000).joined(separator: ",")).count == 32)
    }
}
