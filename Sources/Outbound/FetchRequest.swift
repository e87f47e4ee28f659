package import Cryptography

/// One request over https. Redirects are not followed, cookies are not kept.
package struct FetchRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package var method: Method
    package var url: String
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]
    /// From the call to the last byte of the answer, waiting for a connection included.
    package var timeout: Duration
    /// Of the answer's body; one byte more ends the transfer.
    package var maximumBytes: Int
    /// An open file that takes the answer's body in its place, from where it stands; the answer then has an empty one.
    package var file: Int32?
    /// What we prove ourselves with in TLS: a certificate, those it is issued by, and its key, in PEM. Give such requests
    /// a policy of their own, so that no other rides on their connection.
    package var clientIdentity: Secret?

    package init(
        _ method: Method = .get, _ url: String, fields: [(name: String, value: String)] = [], body: [UInt8] = [],
        timeout: Duration = .seconds(5), maximumBytes: Int = 256 * 1024, file: Int32? = nil
    ) {
        self.file = file
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        self.timeout = timeout
        self.maximumBytes = maximumBytes
    }
}

/// What was answered, whatever the status.
package struct FetchResult: Sendable {
    package var status: Int
    /// Names in lower case, in the order received.
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, fields: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// The first field of that name, given in lower case.
    package func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The media type without its parameters, lower case; empty when none was sent.
    package var mediaType: String {
        guard let value = field("content-type") else { return "" }
        let type = value.prefix { $0 != ";" }
        return String(decoding: type.utf8.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self).lowercased()
    }
}

/// Why nothing was answered. Each says one sentence that names the host.
package enum FetchError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The egress policy refused, before a byte was sent; the clause names the address.
    case notAllowed(String)
    case resolve(host: String)
    case connect(host: String, String)
    /// Certificate, name or protocol version.
    case tls(host: String, String)
    case timeout(host: String)
    case tooLarge(host: String, limit: Int)
    /// Not HTTP, or more header than anyone needs.
    case malformed(host: String, String)
    /// The request itself can't be sent.
    case badRequest(String)
    case canceled

    package var description: String {
        switch self {
        case .notAllowed(let reason): "The egress policy refused: \(reason)."
        case .resolve(let host): "The name \(host) could not be resolved."
        case .connect(let host, let detail): "\(host) could not be reached: \(detail)."
        case .tls(let host, let detail): "TLS to \(host) failed: \(detail)."
        case .timeout(let host): "\(host) did not answer in time."
        case .tooLarge(let host, let limit): "\(host) answered with more than \(limit) bytes."
        case .malformed(let host, let detail): "\(host) did not answer in HTTP: \(detail)."
        case .badRequest(let detail): "The request could not be made: \(detail)."
        case .canceled: "The request was canceled."
        }
    }
}
