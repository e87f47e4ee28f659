import HTTP
import Testing

/// Bytes that must be refused, and the status they must be refused with.
struct MalformedRequest: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let status: Int
    var testDescription: String { name }

    init(_ status: Int, _ name: String, _ text: String) { self.init(status, name, bytes: Array(text.utf8)) }

    init(_ status: Int, _ name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        self.status = status
    }

    /// A GET whose head has these lines besides its Host.
    static func field(_ status: Int, _ name: String, _ lines: String) -> MalformedRequest {
        MalformedRequest(status, name, "GET / HTTP/1.1\r\nHost: h\r\n\(lines)\r\n\r\n")
    }

    /// A POST that frames `body` with these lines.
    static func post(_ status: Int, _ name: String, _ lines: String, _ body: String = "") -> MalformedRequest {
        MalformedRequest(status, name, "POST /p HTTP/1.1\r\nHost: h\r\n\(lines)\r\n\r\n\(body)")
    }

    static func chunked(_ status: Int, _ name: String, _ body: String) -> MalformedRequest {
        post(status, name, "Transfer-Encoding: chunked", body)
    }

    static func target(_ status: Int, _ name: String, _ target: String) -> MalformedRequest {
        MalformedRequest(status, name, "GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n")
    }

    static func host(_ name: String, _ host: String) -> MalformedRequest {
        MalformedRequest(400, "Host: \(name)", "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
    }
}

private let smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"

let malformedRequests: [MalformedRequest] = [
    // Framing: the rows of the comparison in which other servers failed.
    .post(400, "CL.TE", "Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + smuggled),
    .post(400, "TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4", "5c\r\n" + smuggled),
    .post(400, "CL.CL, different", "Content-Length: 3\r\nContent-Length: 4", "abcd"),
    .post(400, "CL.CL, the same", "Content-Length: 4\r\nContent-Length: 4", "abcd"),
    .post(400, "CL +19", "Content-Length: +19", smuggled),
    .post(400, "CL -1", "Content-Length: -1", smuggled),
    .post(400, "CL -0", "Content-Length: -0", smuggled),
    .post(400, "CL 0x13", "Content-Length: 0x13", smuggled),
    .post(400, "CL 2^64+19", "Content-Length: 18446744073709551635", smuggled),
    .post(400, "CL 1 9", "Content-Length: 1 9", smuggled),
    .post(400, "CL list", "Content-Length: 4, 4", "abcd"),
    .post(400, "CL with a comma only", "Content-Length: 4,", "abcd"),
    .post(400, "CL empty", "Content-Length:", "abcd"),
    .post(400, "CL with leading zeros", "Content-Length: 010", "0123456789"),
    .post(400, "CL a word", "Content-Length: four", "abcd"),
    .post(400, "CL 4.0", "Content-Length: 4.0", "abcd"),
    .post(400, "CL in quotes", "Content-Length: \"4\"", "abcd"),
    .post(400, "space before colon, CL", "Content-Length : 4", "abcd"),
    .post(400, "tab before colon, CL", "Content-Length\t: 4", "abcd"),
    .post(400, "space before colon, TE", "Transfer-Encoding : chunked", "0\r\n\r\n"),
    .post(400, "tab before colon, TE", "Transfer-Encoding\t: chunked", "0\r\n\r\n"),
    .post(501, "TE xchunked", "Transfer-Encoding: xchunked", smuggled),
    .post(501, "TE identity", "Transfer-Encoding: identity", smuggled),
    .post(501, "TE gzip, chunked", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
    .post(501, "TE chunked, identity", "Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
    .post(501, "TE chunked, chunked", "Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
    .post(501, "TE chunked with a parameter", "Transfer-Encoding: chunked;q=1", "0\r\n\r\n"),
    .post(501, "TE in quotes", "Transfer-Encoding: \"chunked\"", "0\r\n\r\n"),
    .post(400, "TE empty", "Transfer-Encoding:", "0\r\n\r\n"),
    .post(501, "TE with a trailing comma", "Transfer-Encoding: chunked,", "0\r\n\r\n"),
    .post(400, "TE vertical tab chunked", "Transfer-Encoding: \u{B}chunked", "0\r\n\r\n"),
    .post(400, "TE twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    .post(501, "TE twice, the first unknown", "Transfer-Encoding: x\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    .post(400, "TE folded", "Transfer-Encoding:\r\n chunked", "0\r\n\r\n"),
    .init(
        400, "TE in HTTP/1.0", "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    // Chunks.
    .chunked(400, "chunk size +13", "+13\r\n"),
    .chunked(400, "chunk size -1", "-1\r\n"),
    .chunked(400, "chunk size 0x13", "0x13\r\n"),
    .chunked(400, "chunk size with a leading space", " 4\r\nabcd\r\n0\r\n\r\n"),
    .chunked(400, "chunk size with a trailing space", "4 \r\nabcd\r\n0\r\n\r\n"),
    .chunked(400, "chunk size with a trailing tab", "4\t\r\nabcd\r\n0\r\n\r\n"),
    .chunked(400, "chunk size missing", "\r\nabcd\r\n0\r\n\r\n"),
    .chunked(400, "chunk size all F", "FFFFFFFFFFFFFFFF\r\n"),
    .chunked(400, "chunk size 2^64+13", "1000000000000000D\r\n"),
    .chunked(400, "chunk size of nine digits", "000000004\r\nabcd\r\n0\r\n\r\n"),
    .chunked(413, "chunk larger than a body may be", "FFFFFFFF\r\n"),
    .chunked(413, "chunks larger together than a body may be", "1\r\na\r\n100000\r\n"),
    .chunked(400, "chunk extension", "4;a=b\r\nabcd\r\n0\r\n\r\n"),
    .chunked(400, "chunk extension on the last", "4\r\nabcd\r\n0;a\r\n\r\n"),
    .chunked(400, "chunk extension with a bare LF", "4;\nxx\r\n0\r\n\r\n"),
    .chunked(400, "bare LF after a chunk size", "4\nabcd\r\n0\r\n\r\n"),
    .chunked(400, "bare LF after a chunk", "4\r\nabcd\n0\r\n\r\n"),
    .chunked(400, "bare CR after a chunk size", "4\rabcd\r\n0\r\n\r\n"),
    .chunked(400, "bare LF at the end", "4\r\nabcd\r\n0\r\n\n"),
    .chunked(400, "chunk shorter than its data", "3\r\nabcd\r\n0\r\n\r\n"),
    .chunked(400, "chunk longer than its data", "5\r\nabcd\r\n0\r\n\r\n"),
    .chunked(400, "two octets that are no line end after a chunk", "4\r\nabcdXX0\r\n\r\n"),
    .chunked(400, "Content-Length as a trailer", "4\r\nabcd\r\n0\r\nContent-Length: 9\r\n\r\n"),
    .chunked(400, "any trailer", "4\r\nabcd\r\n0\r\nX-Checksum: 9\r\n\r\n"),
    .chunked(400, "no chunks at all", "a=b&c=d"),
    // Lines.
    .init(400, "bare LF everywhere", "GET / HTTP/1.1\nHost: h\n\n"),
    .init(400, "bare LF after the request line", "GET / HTTP/1.1\nHost: h\r\n\r\n"),
    .field(400, "bare LF after one field", "A: 1\nB: 2"),
    .init(400, "bare LF as the blank line", "GET / HTTP/1.1\r\nHost: h\r\n\n"),
    .field(400, "bare CR in a value", "A: 1\rB: 2"),
    .field(400, "CR CR LF", "A: 1\r"),
    .init(400, "bare CR everywhere", "GET / HTTP/1.1\rHost: h\r\r"),
    .field(400, "folded line, space", "A: 1\r\n 2"),
    .field(400, "folded line, tab", "A: 1\r\n\t2"),
    .init(400, "folded line before any field", "GET / HTTP/1.1\r\n Host: h\r\n\r\n"),
    .field(400, "NUL in a value", "A: 1\u{0}2"),
    .field(400, "NUL in a name", "A\u{0}: 1"),
    .field(400, "DEL in a value", "A: 1\u{7F}"),
    .field(400, "vertical tab in a value", "A: 1\u{B}2"),
    .field(400, "escape character in a value", "A: \u{1B}[31m"),
    .field(400, "a value that is not ASCII", "A: caf\u{E9}"),
    .init(
        400, "a value with a lone high octet",
        bytes: Array("GET / HTTP/1.1\r\nHost: h\r\nA: ".utf8) + [0xFF] + Array("\r\n\r\n".utf8)),
    .field(400, "a name that is not ASCII", "caf\u{E9}: 1"),
    .field(400, "no colon", "A"),
    .field(400, "no name", ": 1"),
    .field(400, "a name in brackets", "(A): 1"),
    .field(400, "a name with a slash", "a/b: 1"),
    .field(400, "space inside a name", "A B: 1"),
    .field(400, "the request line again", "GET / HTTP/1.1"),
    .init(400, "two blank lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(400, "LF first", "\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(400, "a space first", " GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(400, "a TLS greeting", bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]),
    // Request line.
    .init(400, "HTTP/0.9", "GET /\r\n"),
    .init(400, "no target", "GET HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(400, "two spaces before the target", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(400, "two spaces before the version", "GET /  HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(400, "a tab instead of a space", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(400, "a space after the version", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n"),
    .init(400, "a space in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(400, "lower-case version", "GET / http/1.1\r\nHost: h\r\n\r\n"),
    .init(400, "version without a minor", "GET / HTTP/1\r\nHost: h\r\n\r\n"),
    .init(400, "version with two digits", "GET / HTTP/1.10\r\nHost: h\r\n\r\n"),
    .init(400, "another protocol", "GET / ICAP/1.1\r\nHost: h\r\n\r\n"),
    .init(505, "HTTP/2.0", "GET / HTTP/2.0\r\nHost: h\r\n\r\n"),
    .init(505, "HTTP/1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n"),
    .init(505, "HTTP/0.9 by name", "GET / HTTP/0.9\r\nHost: h\r\n\r\n"),
    .init(505, "the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    .init(501, "CONNECT", "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n"),
    .init(501, "TRACE", "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(501, "a method of its own", "BREW / HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(501, "a method in lower case", "get / HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(400, "a method that is no token", "G@T / HTTP/1.1\r\nHost: h\r\n\r\n"),
    // Targets.
    .target(400, "no leading slash", "x"),
    .target(400, "asterisk for GET", "*"),
    .target(400, "two leading slashes", "//evil.example/"),
    .target(400, "a fragment", "/a#b"),
    .target(400, "a backslash", "/a\\b"),
    .target(400, "quotes", "/a\"b"),
    .target(400, "angle brackets in the query", "/a?<script>"),
    .target(400, "quotes in the query", "/a?\"b"),
    .target(400, "a fragment after the query", "/a?b#c"),
    .target(400, "not ASCII", "/caf\u{E9}"),
    .target(400, "not ASCII in the query", "/?caf\u{E9}"),
    .target(400, "a broken escape", "/a%2"),
    .target(400, "an escape that is none", "/a%zz"),
    .target(400, "an escaped NUL", "/a%00"),
    .target(400, "an escaped line feed", "/a%0Ab"),
    .target(400, "an escaped DEL", "/a%7f"),
    .target(400, "an escaped slash", "/a%2Fb"),
    .target(400, "an escaped backslash", "/a%5cb"),
    .target(400, "an escape that is not UTF-8", "/a%ff"),
    .target(400, "an overlong escape", "/a%c0%af"),
    .target(400, "a dot segment", "/a/./b"),
    .target(400, "two dots", "/a/../b"),
    .target(400, "two dots at the end", "/a/.."),
    .target(400, "an escaped dot segment", "/a/%2e"),
    .target(400, "escaped dots", "/a/%2E%2e/b"),
    .target(400, "half-escaped dots", "/a/.%2e/b"),
    .target(400, "absolute form for another host", "http://evil.example/"),
    .target(400, "absolute form with a user", "http://h@evil.example/"),
    .target(400, "absolute form with a user, our host last", "http://evil.example@h/"),
    .target(400, "absolute form with a port that Host lacks", "http://h:80/"),
    .target(400, "absolute form without a host", "http:///x"),
    .target(400, "absolute form with two slashes", "http://h//evil.example"),
    .target(400, "another scheme", "ftp://h/"),
    .target(400, "authority form", "h:80"),
    .target(414, "a target of 8193 octets", "/" + String(repeating: "a", count: 8192)),
    .target(414, "a target that never ends", "/" + String(repeating: "a", count: 12_000)),
    .init(414, "a request line that never ends", String(repeating: "A", count: 9_000)),
    // Host.
    .init(400, "no Host", "GET / HTTP/1.1\r\n\r\n"),
    .init(400, "no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n"),
    .field(400, "two Hosts", "Host: other"),
    .field(400, "two Hosts, the same", "Host: h"),
    .host("empty", ""),
    .host("with a slash", "h/x"),
    .host("with a user", "u@h"),
    .host("with a space", "h x"),
    .host("a list", "h, other"),
    .host("with an empty port", "h:"),
    .host("with a port that is none", "h:http"),
    .host("with port 0", "h:0"),
    .host("with port 65536", "h:65536"),
    .host("with two ports", "h:80:80"),
    .host("with an empty label", "a..b"),
    .host("with a trailing dot", "h.example."),
    .host("with an escape", "h%2eexample"),
    .host("a bare IPv6 address", "::1"),
    .host("an open bracket", "[::1"),
    .host("junk after a bracket", "[::1]x"),
    .host("an IPv6 address with a zone", "[fe80::1%25eth0]"),
    .host("an IPv4 address in hexadecimal", "0x7f.0.0.1"),
    .host("an IPv4 address as one number", "2130706433"),
    .host("with a question mark", "h?x"),
    // Limits and expectations.
    .field(431, "a field of 20 KB", "A: " + String(repeating: "a", count: 20_000)),
    .field(431, "a field of 8193 octets", "A: " + String(repeating: "a", count: 8190)),
    .field(
        431, "a head of 200 KB",
        String(repeating: "A: " + String(repeating: "a", count: 997) + "\r\n", count: 200) + "B: 1"),
    .field(431, "1,000 fields", String(repeating: "A: 1\r\n", count: 999) + "B: 1"),
    .field(431, "101 fields", String(repeating: "A: 1\r\n", count: 99) + "B: 1"),
    .post(413, "a body of 1 MiB and one octet", "Content-Length: 1048577"),
    .post(413, "a body of a terabyte", "Content-Length: 1099511627776"),
    .post(413, "too large, and the client waits", "Expect: 100-continue\r\nContent-Length: 1048577"),
    .post(417, "another expectation", "Expect: 200-ok\r\nContent-Length: 1", "a"),
    .post(417, "two expectations in one", "Expect: 100-continue, 100-continue\r\nContent-Length: 1", "a"),
    .post(400, "Expect twice", "Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 1", "a"),
    .post(400, "Content-Type twice", "Content-Type: text/plain\r\nContent-Type: application/json\r\nContent-Length: 0"),
    .field(400, "Authorization twice", "Authorization: Basic YTpi\r\nAuthorization: Bearer x"),
]
