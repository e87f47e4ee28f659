/// An answer. What it says about the connection and its own length is added when it is written.
package struct HTTPResponse: Sendable {
    package var status: Int
    /// Names in any case. Content-Length, Transfer-Encoding, Connection and Date are the writer's and ignored here.
    package var fields: [(String, String)]
    package var body: [UInt8]
    /// Ends the connection after this answer.
    package var closes: Bool
    /// A part could not be said in HTTP; the writer answers 500 instead.
    package private(set) var isMalformed = false

    package init(status: Int, body: [UInt8] = [], fields: [(String, String)] = [], closes: Bool = false) {
        self.status = status
        self.body = body
        self.fields = fields
        self.closes = closes
    }

    package func field(_ name: String) -> String? {
        fields.first { $0.0.isField(name) }?.1
    }

    /// Replaces every field of that name.
    package mutating func set(_ name: String, _ value: String) {
        fields.removeAll { $0.0.isField(name) }
        fields.append((name, value))
    }

    package mutating func add(_ name: String, _ value: String) {
        fields.append((name, value))
    }

    package mutating func remove(_ name: String) {
        fields.removeAll { $0.0.isField(name) }
    }

    /// Adds a cookie. One that cannot be said, or that a browser would drop for its prefix, spoils the response: a
    /// session that was silently not set is found by a user, a 500 is found by a test.
    package mutating func setCookie(_ cookie: SetCookie) {
        guard cookie.isValid else {
            isMalformed = true
            return
        }
        fields.append(("set-cookie", cookie.description))
    }
}

// MARK: - Kinds

extension HTTPResponse {
    package static func html(_ body: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, body: body, fields: [("content-type", "text/html; charset=utf-8")])
    }

    package static func html(_ body: String, status: Int = 200) -> HTTPResponse {
        html(Array(body.utf8), status: status)
    }

    package static func json(_ body: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, body: body, fields: [("content-type", "application/json")])
    }

    package static func text(_ body: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, body: Array(body.utf8), fields: [("content-type", "text/plain; charset=utf-8")])
    }

    /// 303 makes a browser follow with GET whatever it had sent, so a form with a password is never posted on
    /// (RFC 9700 §4.12).
    package static func redirect(_ status: Int = 303, to location: String) -> HTTPResponse {
        HTTPResponse(status: status, fields: [("location", location)])
    }

    /// The answer to what the parser refused.
    package static func refusal(_ fault: Fault) -> HTTPResponse {
        var response = text(fault.reason + "\n", status: fault.status)
        response.closes = true
        return response
    }
}

extension String {
    /// Field names compare without regard to case.
    fileprivate func isField(_ name: String) -> Bool {
        utf8.count == name.utf8.count
            && utf8.elementsEqual(name.utf8) { Octets.lowercased($0) == Octets.lowercased($1) }
    }
}
