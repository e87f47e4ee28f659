/// A piece of a request's head.
struct Part: Sendable, Equatable {
    var start: UInt32 = 0
    var length: UInt32 = 0

    var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
    var isEmpty: Bool { length == 0 }

    init() {}

    init(_ range: Range<Int>) {
        start = UInt32(truncatingIfNeeded: range.lowerBound)
        length = UInt32(truncatingIfNeeded: range.count)
    }
}

struct FieldPart: Sendable, Equatable {
    let name: Part
    let value: Part
}

/// Where the parts of a head are.
struct RequestParts: Sendable, Equatable {
    var target = Part()
    var path = Part()
    var query: Part?
    var host = Part()
    var fields: [FieldPart] = []
}

/// How a request's content is delimited (RFC 9112 §6.3).
enum BodyFraming: Sendable, Equatable {
    case length(Int)
    case chunked
}

/// Collects one head line by line and decides what the lines say together. Offsets count from the head's first octet.
///
/// The caller has checked that a line holds visible ASCII, spaces and tabs only and ended with CRLF.
struct RequestHead: Sendable {
    private(set) var method = HTTPMethod.get
    private(set) var minorVersion = 1
    private(set) var parts = RequestParts()
    private var authority: Part?
    private var seen: Set = []
    private var contentLength = 0
    private var isChunked = false
    private var closes = false
    private var expectation: Part?

    private struct Set: OptionSet {
        let rawValue: UInt8
        static let host = Set(rawValue: 1)
        static let contentLength = Set(rawValue: 2)
        static let transferEncoding = Set(rawValue: 4)
        static let expect = Set(rawValue: 8)
        static let contentType = Set(rawValue: 16)
        static let authorization = Set(rawValue: 32)
    }

    // MARK: Request line, RFC 9112 §3

    mutating func requestLine(_ bytes: [UInt8], base: Int, end: Int, limits: HTTPLimits) throws(Fault) {
        guard let methodEnd = bytes[base..<end].firstIndex(of: Octets.space), methodEnd > base,
            OctetSet.token.contains(all: bytes[base..<methodEnd])
        else { throw .badRequest("the request line has no method") }
        let targetStart = methodEnd + 1
        guard let targetEnd = bytes[targetStart..<end].firstIndex(of: Octets.space), targetEnd > targetStart else {
            throw .badRequest("the request line has no target or no version")
        }
        try version(bytes[(targetEnd + 1)..<end])
        guard let method = HTTPMethod(bytes[base..<methodEnd]) else {
            throw Fault(status: 501, reason: "the method is not one that is served here")
        }
        self.method = method
        guard targetEnd - targetStart <= limits.target else {
            throw Fault(status: 414, reason: "the target is longer than \(limits.target) octets")
        }
        parts.target = Part(targetStart - base..<targetEnd - base)
        try target(bytes, base: base)
    }

    private mutating func version(_ text: ArraySlice<UInt8>) throws(Fault) {
        var word: UInt64 = 0
        if text.count == 8 { for byte in text { word = word << 8 | UInt64(byte) } }
        switch word {
        case 0x4854_5450_2F31_2E31:  // HTTP/1.1
            minorVersion = 1
        case 0x4854_5450_2F31_2E30:  // HTTP/1.0
            minorVersion = 0
            closes = true
        default:
            let start = text.startIndex
            guard text.count == 8, text.starts(with: "HTTP/".utf8), Octets.isDigit(text[start + 5]),
                text[start + 6] == UInt8(ascii: "."), Octets.isDigit(text[start + 7])
            else { throw .badRequest("the request line does not end with an HTTP version") }
            throw Fault(status: 505, reason: "only HTTP/1.1 and HTTP/1.0 are spoken here")
        }
    }

    private mutating func target(_ bytes: [UInt8], base: Int) throws(Fault) {
        let range = parts.target.range
        var start = base + range.lowerBound
        let end = base + range.upperBound
        if bytes[start] == UInt8(ascii: "*"), range.count == 1 {
            guard method == .options else { throw .badRequest("only OPTIONS may ask for *") }
            parts.path = parts.target
            return
        }
        if bytes[start] != UInt8(ascii: "/") {
            start = try absoluteForm(bytes, from: start, to: end, base: base)
        }
        // Put into a Location it would name a host.
        if start + 1 < end, bytes[start] == UInt8(ascii: "/"), bytes[start + 1] == UInt8(ascii: "/") {
            throw .badRequest("the path begins with two slashes")
        }
        let pathEnd = bytes[start..<end].firstIndex(of: UInt8(ascii: "?")) ?? end
        if let reason = PathSegments.fault(in: bytes, start..<pathEnd) { throw .badRequest(reason) }
        parts.path = Part(start - base..<pathEnd - base)
        if pathEnd < end {
            guard OctetSet.sentQuery.contains(all: bytes[(pathEnd + 1)..<end]) else {
                throw .badRequest("the query has characters that must be escaped")
            }
            parts.query = Part(pathEnd + 1 - base..<end - base)
        }
    }

    /// `http://authority/path` (RFC 9112 §3.2.2); answers where the path begins.
    private mutating func absoluteForm(_ bytes: [UInt8], from start: Int, to end: Int, base: Int) throws(Fault) -> Int {
        let text = bytes[start..<end]
        let scheme: Int
        if Octets.equal(text.prefix(7), ignoringCase: "http://") {
            scheme = 7
        } else if Octets.equal(text.prefix(8), ignoringCase: "https://") {
            scheme = 8
        } else {
            throw .badRequest("the target is neither a path nor an http address")
        }
        let authorityStart = start + scheme
        let isDelimiter = { (byte: UInt8) in byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") }
        let authorityEnd = bytes[authorityStart..<end].firstIndex(where: isDelimiter) ?? end
        authority = Part(authorityStart - base..<authorityEnd - base)
        return authorityEnd
    }

    // MARK: Fields, RFC 9112 §5

    /// One field line; its name is turned to lower case where it stands.
    mutating func field(_ bytes: inout [UInt8], base: Int, line: Range<Int>, limits: HTTPLimits) throws(Fault) {
        guard parts.fields.count < limits.fields else {
            throw Fault(status: 431, reason: "more than \(limits.fields) fields")
        }
        var colon = line.lowerBound
        while colon < line.upperBound {
            let byte = bytes[colon]
            if byte == UInt8(ascii: ":") { break }
            guard OctetSet.token.contains(byte) else { throw Self.nameFault(byte, isFirst: colon == line.lowerBound) }
            if byte &- UInt8(ascii: "A") < 26 { bytes[colon] = byte | 0x20 }
            colon += 1
        }
        guard colon < line.upperBound else { throw .badRequest("a field line has no colon") }
        guard colon > line.lowerBound else { throw .badRequest("a field has no name") }
        var start = colon + 1
        var end = line.upperBound
        while start < end, bytes[start] == Octets.space || bytes[start] == Octets.tab { start += 1 }
        while end > start, bytes[end - 1] == Octets.space || bytes[end - 1] == Octets.tab { end -= 1 }
        let field = FieldPart(name: Part(line.lowerBound - base..<colon - base), value: Part(start - base..<end - base))
        if parts.fields.isEmpty { parts.fields.reserveCapacity(16) }
        parts.fields.append(field)
        try interpret(bytes[line.lowerBound..<colon], bytes[start..<end], field.value)
    }

    private static func nameFault(_ byte: UInt8, isFirst: Bool) -> Fault {
        guard byte == Octets.space || byte == Octets.tab else {
            return .badRequest("a field name has a character that none may have")
        }
        return .badRequest(isFirst ? "a folded field line" : "white space before a field's colon")
    }

    /// The fields that decide how the message is framed or routed, and those that mean something only once.
    private mutating func interpret(
        _ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, _ part: Part
    ) throws(Fault) {
        switch name.count {
        case 4 where Octets.equal(name, ignoringCase: "host"):
            try once(.host, "Host")
            guard HostName.isAuthority(value) else { throw .badRequest("the Host field is not a host") }
            parts.host = part
        case 6 where Octets.equal(name, ignoringCase: "expect"):
            try once(.expect, "Expect")
            expectation = part
        case 10 where Octets.equal(name, ignoringCase: "connection"):
            let tokens = value.split(separator: UInt8(ascii: ","))
            if tokens.contains(where: { Octets.equal($0.trimmed, ignoringCase: "close") }) { closes = true }
        case 12 where Octets.equal(name, ignoringCase: "content-type"):
            try once(.contentType, "Content-Type")
        case 13 where Octets.equal(name, ignoringCase: "authorization"):
            try once(.authorization, "Authorization")
        case 14 where Octets.equal(name, ignoringCase: "content-length"):
            try once(.contentLength, "Content-Length")
            contentLength = try Self.length(value)
        case 17 where Octets.equal(name, ignoringCase: "transfer-encoding"):
            try once(.transferEncoding, "Transfer-Encoding")
            guard minorVersion == 1 else { throw .badRequest("Transfer-Encoding in HTTP/1.0") }
            guard !value.isEmpty else { throw .badRequest("Transfer-Encoding names no coding") }
            guard Octets.equal(value, ignoringCase: "chunked") else {
                throw Fault(status: 501, reason: "only the chunked transfer coding is understood")
            }
            isChunked = true
        default: break
        }
    }

    private mutating func once(_ field: Set, _ name: StaticString) throws(Fault) {
        guard seen.insert(field).inserted else { throw .badRequest("the \(name) field occurs twice") }
    }

    /// Digits only: no sign, no list, no spaces, nothing that a neighbour may read as another number.
    private static func length(_ value: ArraySlice<UInt8>) throws(Fault) -> Int {
        guard !value.isEmpty, value.count <= 18, value.allSatisfy(Octets.isDigit),
            value.count == 1 || value.first != UInt8(ascii: "0")
        else { throw .badRequest("the Content-Length is not a length") }
        return value.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    // MARK: The whole

    /// What the lines say together.
    func finish(
        _ bytes: [UInt8], base: Int, limits: HTTPLimits
    ) throws(Fault) -> (framing: BodyFraming, keepsAlive: Bool, expectsContinue: Bool) {
        guard seen.contains(.host) else { throw .badRequest("there is no Host field") }
        if let authority {
            let host = bytes[parts.host.range.shifted(by: base)]
            let named = bytes[authority.range.shifted(by: base)]
            guard named.elementsEqual(host, by: { Octets.lowercased($0) == Octets.lowercased($1) }) else {
                throw .badRequest("the target names another host than the Host field")
            }
        }
        guard !(isChunked && seen.contains(.contentLength)) else {
            throw .badRequest("both Content-Length and Transfer-Encoding")
        }
        guard contentLength <= limits.body else {
            throw Fault(status: 413, reason: "the content is longer than \(limits.body) octets")
        }
        // RFC 9110 §10.1.1: in HTTP/1.0 the expectation is to be ignored.
        var expectsContinue = false
        if let expectation, minorVersion == 1 {
            guard Octets.equal(bytes[expectation.range.shifted(by: base)], ignoringCase: "100-continue") else {
                throw Fault(status: 417, reason: "the only expectation understood is 100-continue")
            }
            expectsContinue = isChunked || contentLength > 0
        }
        return (isChunked ? .chunked : .length(contentLength), !closes, expectsContinue)
    }
}

extension Range<Int> {
    func shifted(by distance: Int) -> Range<Int> { lowerBound + distance..<upperBound + distance }
}

extension ArraySlice<UInt8> {
    /// Without spaces and tabs at either end.
    var trimmed: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first == Octets.space || first == Octets.tab { slice.removeFirst() }
        while let last = slice.last, last == Octets.space || last == Octets.tab { slice.removeLast() }
        return slice
    }
}
