import Testing

/// What a client may send on one connection, and what the parser must make of it.
struct WellFormedStream: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    /// `METHOD target body`, with `|close` where the connection ends; `continue` for an interim answer.
    let outcomes: [String]
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ outcomes: String...) {
        self.name = name
        bytes = Array(text.utf8)
        self.outcomes = outcomes
    }
}

let wellFormedStreams: [WellFormedStream] = [
    .init("nothing", ""),
    .init("a GET", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / "),
    .init(
        "every method, pipelined",
        "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: h\r\n\r\nPOST /3 HTTP/1.1\r\nHost: h\r\n\r\nPUT /4 HTTP/1.1\r\nHost: h\r\n\r\nPATCH /5 HTTP/1.1\r\nHost: h\r\n\r\nDELETE /6 HTTP/1.1\r\nHost: h\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /1 ", "HEAD /2 ", "POST /3 ", "PUT /4 ", "PATCH /5 ", "DELETE /6 ", "OPTIONS * "),
    .init("a POST with its length", "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\na=b&c", "POST /p a=b&c"),
    .init("a POST of length 0", "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "POST /p "),
    .init("a GET with content", "GET /p HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", "GET /p hi"),
    .init(
        "a body that looks like a request",
        "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 28\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /1 GET /2 HTTP/1.1\r\nHost: h\r\n\r\n", "GET /3 "),
    .init(
        "POSTs, pipelined",
        "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nonePOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\ntwo",
        "POST /1 one", "POST /2 two"),
    .init(
        "chunks",
        "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        "POST /c hello world"),
    .init(
        "a chunk of nothing only", "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /c "),
    .init(
        "chunk sizes in hexadecimal, both cases, with zeros",
        "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\na\r\n0123456789\r\nB\r\n0123456789a\r\n00000001\r\n!\r\n000\r\n\r\n",
        "POST /c 01234567890123456789a!"),
    .init(
        "chunks with line ends inside",
        "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n0\r\n\r\n",
        "POST /c \r\n\r\n"),
    .init(
        "chunks, then a GET",
        "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nGET /g HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /c x", "GET /g "),
    .init(
        "a blank line before each",
        "\r\nPOST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n\r\n",
        "POST /1 x", "GET /2 "),
    .init(
        "Connection: close ends it",
        "GET /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n", "GET /1 |close"),
    .init("close among others", "GET /1 HTTP/1.1\r\nHost: h\r\nConnection: TE, \tClose\r\n\r\nGET /2", "GET /1 |close"),
    .init(
        "close after a body", "POST /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\nxyz",
        "POST /1 x|close"),
    .init(
        "keep-alive is not close",
        "GET /1 HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, closed\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /1 ", "GET /2 "),
    .init(
        "HTTP/1.0 is closed",
        "GET /1 HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\nHost: h\r\n\r\n",
        "GET /1 |close"),
    .init(
        "an upgrade that nobody takes",
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
        "GET / "),
    .init(
        "100-continue", "POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\nhi",
        "continue", "POST /p hi"),
    .init(
        "100-continue with chunks",
        "POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        "continue", "POST /p hi"),
    .init("100-continue without content", "GET /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n", "GET /p "),
    .init(
        "100-continue in HTTP/1.0",
        "POST /p HTTP/1.0\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi", "POST /p hi|close"),
    .init(
        "absolute form", "GET http://H.example:80/a?b HTTP/1.1\r\nHost: h.EXAMPLE:80\r\n\r\n",
        "GET http://H.example:80/a?b "),
    .init("absolute form without a path", "GET HTTPS://h HTTP/1.1\r\nHost: h\r\n\r\n", "GET HTTPS://h "),
    .init("absolute form with a query only", "GET http://h?q HTTP/1.1\r\nHost: h\r\n\r\n", "GET http://h?q "),
    .init(
        "what browsers leave unescaped in a query", "GET /a?{}|^`[]'\\~;,:@ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a?{}|^`[]'\\~;,:@ "),
    .init(
        "a broken escape in the query is the form's to judge", "GET /a?b=%zz HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a?b=%zz "),
    .init(
        "dots that are no dot segments", "GET /.well-known/a..b/...?/../ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /.well-known/a..b/...?/../ "),
    .init(
        "spaces and tabs around values", "GET / HTTP/1.1\r\nHost: \t h \t\r\nA:\r\nB: \t \r\nC:x\ty\r\n\r\n", "GET / "),
    .init("IPv6 Host", "GET / HTTP/1.1\r\nHost: [2001:db8::1]:8443\r\n\r\n", "GET / "),
    .init("an unfinished head", "GET / HTTP/1.1\r\nHost: h\r\n"),
    .init("an unfinished body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nab"),
    .init(
        "a smuggler's prefix is one request and a fault",
        "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost : h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /1 ", "400"),
]
