internal import Cryptography
internal import FoundationEssentials
package import JSON

/// A record that can be proven later although the personal values in it can be erased.
///
/// The record itself holds, in place of each personal value, a commitment to it: HMAC-SHA-256 under the record's own
/// salt over the value's path and its canonical JSON. The leaf, which the audit trail is built on, is SHA-256 over the
/// record's bytes as stored. Erasing drops the values and the salt; the leaf still verifies, and without the salt the
/// commitments tell nothing, not even to somebody who guesses the value.
package struct CommittedRecord: Sendable, Hashable {
    /// JSON: the public members in their order, and `commitments`, an object from path to HMAC in lower-case hex.
    package var record: [UInt8]
    /// JSON: an object from path to value. Nil once erased.
    package var personal: [UInt8]?
    /// Thirty-two random bytes of this record only. Nil once erased.
    package var salt: [UInt8]?
    package var leaf: [UInt8]

    init(record: [UInt8], personal: [UInt8]?, salt: [UInt8]?, leaf: [UInt8]) {
        self.record = record
        self.personal = personal
        self.salt = salt
        self.leaf = leaf
    }

    package static let saltCount = 32

    /// Seals a record.
    ///
    /// - Parameters:
    ///   - publicMembers: What may be kept for good. Its member `commitments`, if any, is replaced.
    ///   - personal: What must be erasable: where in the record it belongs (a JSON Pointer, RFC 6901, such as
    ///     `/input/network/address`) and what it is. Of one path's values the last counts.
    ///   - salt: Thirty-two random bytes, used for nothing else.
    package init(_ publicMembers: JSONObject, personal: [(path: String, value: JSONValue)], salt: [UInt8]) {
        precondition(salt.count == Self.saltCount, "a record's salt has \(Self.saltCount) bytes")
        let values = JSONObject(personal.map { ($0.path, $0.value) })
        var sealed = publicMembers
        sealed["commitments"] = .object(Self.commitments(to: values, salt: salt))
        record = JSONWriter.write(.object(sealed))
        self.personal = JSONWriter.write(.object(values))
        self.salt = salt
        leaf = Digest.sha256(record)
    }

    /// Seals a record with one personal value, written as it goes: every sign-in has one, and building values first costs
    /// more than writing them.
    ///
    /// - Parameters:
    ///   - path: Where the personal value belongs.
    ///   - canonical: The value in the form of ``JSONWriter/canonical(_:)``, or ``verify()`` finds it changed.
    ///   - salt: Thirty-two random bytes, used for nothing else.
    ///   - members: Writes what may be kept for good, without `commitments`.
    package init(
        personalAt path: String, canonical: [UInt8], salt: [UInt8], members: (inout JSONWriter) -> Void
    ) {
        precondition(salt.count == Self.saltCount, "a record's salt has \(Self.saltCount) bytes")
        let commitment = Self.commitment(toCanonical: canonical, at: path, key: Secret(salt))
        var whole = JSONWriter(capacity: 2048)
        whole.object { writer in
            members(&writer)
            writer.object("commitments") { $0.member(path, commitment) }
        }
        var values = JSONWriter(capacity: canonical.count + 32)
        values.object { $0.member(path, written: canonical) }
        record = whole.bytes
        personal = values.bytes
        self.salt = salt
        leaf = Digest.sha256(record)
    }

    package var isErased: Bool { personal == nil }

    package enum Verdict: Sendable, Hashable {
        case intact
        /// Intact as far as it was kept: the personal values are erased.
        case intactButErased
        /// The record is not the one that the leaf was made of.
        case recordChanged
        /// The personal value at this path is not the one that was committed to.
        case personalChanged(path: String)
    }

    /// Whether record, personal values and leaf belong together.
    package func verify() -> Verdict {
        guard Digest.sha256(record) == leaf, let committed = Self.read(record)?["commitments"]?.object else {
            return .recordChanged
        }
        guard let personal else { return .intactButErased }
        guard let salt, let values = Self.read(personal)?.object else { return .personalChanged(path: "") }
        for (path, value) in values.members
        where committed[path] != .string(Self.commitment(to: value, at: path, key: Secret(salt))) {
            return .personalChanged(path: path)
        }
        for path in committed.names where values[path] == nil { return .personalChanged(path: path) }
        return .intact
    }

    /// The record with the personal values in their places, for people to read; without `commitments`. Nil: not JSON.
    /// A value whose place does not exist in the record is left out.
    package var whole: JSONValue? {
        guard var record = Self.read(record) else { return nil }
        if case .object(var object) = record {
            object["commitments"] = nil
            record = .object(object)
        }
        for (path, value) in personal.flatMap({ Self.read($0)?.object })?.members ?? [] {
            record.put(value, at: Self.names(ofPointer: path)[...])
        }
        return record
    }

    private static func read(_ bytes: [UInt8]) -> JSONValue? { try? JSONReader.read(bytes, limits: .stored) }

    private static func commitments(to values: JSONObject, salt: [UInt8]) -> JSONObject {
        let key = Secret(salt)
        return JSONObject(
            values.members.map { path, value in (path, .string(commitment(to: value, at: path, key: key))) })
    }

    /// A zero byte ends the path, which holds none.
    private static func commitment(to value: JSONValue, at path: String, key: Secret) -> String {
        commitment(toCanonical: JSONWriter.canonical(value), at: path, key: key)
    }

    private static func commitment(toCanonical bytes: [UInt8], at path: String, key: Secret) -> String {
        hex(MAC.hmac(.sha256, key: key, Array(path.utf8) + [0] + bytes))
    }

    /// RFC 6901 §3: `~1` stands for a slash and `~0` for a tilde.
    private static func names(ofPointer pointer: String) -> [String] {
        pointer.utf8.split(separator: UInt8(ascii: "/")).map { name in
            var text: [UInt8] = []
            var escaped = false
            for byte in name {
                if escaped {
                    text.append(byte == UInt8(ascii: "1") ? UInt8(ascii: "/") : UInt8(ascii: "~"))
                } else if byte != UInt8(ascii: "~") {
                    text.append(byte)
                }
                escaped = !escaped && byte == UInt8(ascii: "~")
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: bytes.count * 2) { text in
            for (index, byte) in bytes.enumerated() {
                text[2 * index] = digits[Int(byte >> 4)]
                text[2 * index + 1] = digits[Int(byte & 15)]
            }
            return bytes.count * 2
        }
    }
}

extension JSONValue {
    /// Puts the value where the names lead: members of objects, made where they are missing, and elements of arrays,
    /// which must exist.
    fileprivate mutating func put(_ value: JSONValue, at path: ArraySlice<String>) {
        guard let name = path.first else {
            self = value
            return
        }
        switch self {
        case .object(var object):
            var member = object[name] ?? .object(JSONObject())
            member.put(value, at: path.dropFirst())
            object[name] = member
            self = .object(object)
        case .array(var elements):
            guard let index = Int(name), elements.indices.contains(index) else { return }
            elements[index].put(value, at: path.dropFirst())
            self = .array(elements)
        default: break
        }
    }
}
