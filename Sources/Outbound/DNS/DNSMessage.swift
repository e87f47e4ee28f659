// The question for a name's TXT records and what is read from its answer: RFC 1035 §4, bytes in, values out.

/// A question for the TXT records of a name.
package struct DNSQuery: Sendable, Hashable {
    package let id: UInt16
    package let name: DNSName

    package init(id: UInt16, name: DNSName) {
        self.id = id
        self.name = name
    }

    /// The message: recursion desired, one question of type TXT and class IN.
    package var message: [UInt8] {
        let head: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xFF), 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]
        return head + name.wire + [0, DNSType.txt, 0, DNSType.classIN]
    }
}

/// What a server says there is.
package enum TXTAnswer: Sendable, Hashable {
    /// At least one. The character-strings of one record are joined without anything between, as RFC 7208 §3.3 does.
    case records([[UInt8]])
    /// The name is there and has no TXT record.
    case noRecords
    /// There is no such name.
    case noSuchName
    /// The name stands for another. What is said of that one is said by whoever has it, so it is not told.
    case alias(of: DNSName)
}

/// What a message says to a question.
package enum DNSReply: Sendable, Hashable {
    case answer(TXTAnswer)
    /// There is more than fits: ask again by TCP (RFC 1035 §4.2.1).
    case truncated
    /// The server could not or would not answer: SERVFAIL, REFUSED and their like (§4.1.1).
    case failed(code: UInt8)
}

/// Why a message is no answer to our question.
package enum DNSMessageFlaw: Error, Sendable, Hashable, CustomStringConvertible {
    case truncated
    case name
    case pointer
    case record
    case notAnAnswer
    case otherID
    case otherQuestion

    package var description: String {
        switch self {
        case .truncated: "it ends too early"
        case .name: "a name in it is malformed"
        case .pointer: "a name in it points forward or at itself"
        case .record: "a TXT record in it is malformed"
        case .notAnAnswer: "it is no answer to a query"
        case .otherID: "it answers a query with another number"
        case .otherQuestion: "it answers another question"
        }
    }
}

enum DNSType {
    static let cname: UInt8 = 5
    static let txt: UInt8 = 16
    static let classIN: UInt8 = 1
}

extension DNSReply {
    /// Reads a server's message.
    ///
    /// - Throws: Whatever makes it no answer to exactly this query. Over UDP such a message is ignored: it may be
    ///   anybody's.
    package init(_ message: [UInt8], to query: DNSQuery) throws(DNSMessageFlaw) {
        var reader = DNSReader(message)
        guard try reader.number() == query.id else { throw .otherID }
        let flags = try reader.number()
        guard flags & 0x8000 != 0, flags & 0x7800 == 0 else { throw .notAnAnswer }
        let questions = try reader.number()
        let answers = try reader.number()
        // Authority and additional records say nothing about the name's TXT records.
        _ = try reader.bytes(4)
        let code = UInt8(flags & 0x000F)
        if questions == 0, code != 0, code != 3 {
            // A server that can't read or won't serve us may leave the question out.
            self = .failed(code: code)
            return
        }
        guard questions == 1, try reader.name() == query.name, try reader.number() == UInt16(DNSType.txt),
            try reader.number() == UInt16(DNSType.classIN)
        else { throw .otherQuestion }
        guard code == 0 || code == 3 else {
            self = .failed(code: code)
            return
        }
        guard flags & 0x0200 == 0 else {
            self = .truncated
            return
        }
        self = .answer(try Self.answer(&reader, count: Int(answers), to: query.name, exists: code == 0))
    }

    private static func answer(
        _ reader: inout DNSReader, count: Int, to name: DNSName, exists: Bool
    ) throws(DNSMessageFlaw) -> TXTAnswer {
        var records: [[UInt8]] = []
        for _ in 0..<count {
            let owner = try reader.name()
            let type = try reader.number()
            let klass = try reader.number()
            _ = try reader.bytes(4)
            let length = Int(try reader.number())
            guard owner == name, klass == UInt16(DNSType.classIN) else {
                _ = try reader.bytes(length)
                continue
            }
            switch type {
            case UInt16(DNSType.cname):
                // Where the alias leads nowhere the code says so (RFC 6604 §2.1): it is not about this name.
                let end = reader.position + length
                let target = try reader.name()
                guard reader.position == end else { throw .record }
                return .alias(of: target)
            case UInt16(DNSType.txt): records.append(try text(reader.bytes(length)))
            default: _ = try reader.bytes(length)
            }
        }
        guard exists else { return .noSuchName }
        return records.isEmpty ? .noRecords : .records(records)
    }

    /// One or more character-strings that fill the record (RFC 1035 §3.3.14).
    private static func text(_ data: ArraySlice<UInt8>) throws(DNSMessageFlaw) -> [UInt8] {
        guard !data.isEmpty else { throw .record }
        var rest = data
        var text: [UInt8] = []
        while let count = rest.popFirst() {
            guard Int(count) <= rest.count else { throw .record }
            text.append(contentsOf: rest.prefix(Int(count)))
            rest = rest.dropFirst(Int(count))
        }
        return text
    }
}
