/// Turns responses into bytes.
package enum ResponseWriter {
    /// Appends the response to what will be sent.
    ///
    /// A field that could break out of its line (a control character, a name that is no token, anything beyond ASCII) is
    /// never sent: the whole answer becomes a 500 that ends the connection.
    ///
    /// - Parameters:
    ///   - isHead: The request was HEAD; the length is said and the body left out.
    ///   - keepsAlive: What the request allows; the response may still close.
    ///   - date: An IMF-fixdate (RFC 9110 §5.6.7) of now; the caller renews it once a second.
    /// - Returns: Whether the connection may go on.
    @discardableResult
    package static func write(
        _ response: HTTPResponse, isHead: Bool, keepsAlive: Bool, date: String, to output: inout [UInt8]
    ) -> Bool {
        guard isSayable(response) else {
            let failure = HTTPResponse(status: 500, closes: true)
            return write(failure, isHead: isHead, keepsAlive: false, date: date, to: &output)
        }
        let goesOn = keepsAlive && !response.closes
        output.reserveCapacity(output.count + 512 + (isHead ? 0 : response.body.count))
        append("HTTP/1.1 ", to: &output)
        append(decimal: response.status, to: &output)
        append(" ", to: &output)
        append(reason(of: response.status), to: &output)
        append("\r\ndate: ", to: &output)
        output.append(contentsOf: date.utf8)
        append("\r\n", to: &output)
        for (name, value) in response.fields where !isOurs(name) {
            output.append(contentsOf: name.utf8)
            append(": ", to: &output)
            output.append(contentsOf: value.utf8)
            append("\r\n", to: &output)
        }
        let hasContent = hasContent(response.status)
        if hasContent {
            append("content-length: ", to: &output)
            append(decimal: response.body.count, to: &output)
            append("\r\n", to: &output)
        }
        if !goesOn { append("connection: close\r\n", to: &output) }
        append("\r\n", to: &output)
        if hasContent, !isHead { output.append(contentsOf: response.body) }
        return goesOn
    }

    /// What a client that sent `Expect: 100-continue` waits for.
    package static let continueLine: [UInt8] = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    private static func isSayable(_ response: HTTPResponse) -> Bool {
        guard !response.isMalformed, (200...599).contains(response.status) else { return false }
        for (name, value) in response.fields {
            guard !name.isEmpty, OctetSet.token.contains(all: name.utf8) else { return false }
            var value = value
            let isPlain = value.withUTF8 { octets in
                octets.allSatisfy { ($0 >= 0x20 && $0 < 0x7F) || $0 == Octets.tab }
            }
            guard isPlain else { return false }
        }
        return true
    }

    /// RFC 9110 §6.4.1 and §8.6: no content, and so no length, with these.
    private static func hasContent(_ status: Int) -> Bool { status != 204 && status != 304 }

    private static func isOurs(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4, 10, 14, 17:
            let bytes = Array(name.utf8)[...]
            return Octets.equal(bytes, ignoringCase: "date") || Octets.equal(bytes, ignoringCase: "connection")
                || Octets.equal(bytes, ignoringCase: "content-length")
                || Octets.equal(bytes, ignoringCase: "transfer-encoding")
        default: return false
        }
    }

    private static func append(_ text: StaticString, to output: inout [UInt8]) {
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private static func append(decimal number: Int, to output: inout [UInt8]) {
        var power: UInt = 1
        while number.magnitude / power >= 10 { power *= 10 }
        while power > 0 {
            output.append(UInt8(ascii: "0") + UInt8(number.magnitude / power % 10))
            power /= 10
        }
    }

    private static func reason(of status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 423: "Locked"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}
