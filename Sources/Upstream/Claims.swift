internal import Directory
internal import JSON

/// Claims from one source, read within limits. What is for display only is passed over when it is unfit; what rules
/// are made with is refused.
struct Claims {
    let object: JSONObject

    init(_ object: JSONObject) { self.object = object }

    static let longestName = 256
    static let mostGroups = 1000
    static let longestGroup = 256
    static let mostMethods = 32

    var subject: String? { object["sub"]?.string }

    /// A text for people: no control characters, not longer than anything people are called. Nil when it is unfit.
    func display(_ name: String, limit: Int = longestName) -> String? {
        object[name]?.string.flatMap { Self.isFit($0, limit: limit) ? $0 : nil }
    }

    /// Whether a text from a home may be shown to people.
    static func isFit(_ text: String, limit: Int = longestName) -> Bool {
        guard !text.isEmpty, text.unicodeScalars.count <= limit else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            let number = scalar.value
            // Controls, line separators, and marks that turn the reading direction of what stands around them.
            return number >= 0x20 && !(0x7F...0x9F).contains(number) && !(0x2028...0x202E).contains(number)
                && !(0x2066...0x2069).contains(number)
        }
    }

    func email(_ name: String) -> EmailAddress? { object[name]?.string.flatMap { EmailAddress($0) } }

    /// True only for JSON's own `true`: the string "true" is somebody's habit, not a statement (Core §5.1).
    func isTrue(_ name: String) -> Bool { object[name]?.bool == true }

    /// For providers whose habit the string "true" is known to be.
    func isTrueOrSaysSo(_ name: String) -> Bool { isTrue(name) || object[name]?.string == "true" }

    /// A language tag; LinkedIn sends its two parts in an object.
    var locale: String? {
        if let tag = display("locale", limit: 35) { return tag }
        guard let parts = object["locale"]?.object.map({ Claims($0) }),
            let language = parts.display("language", limit: 8)
        else { return nil }
        return parts.display("country", limit: 8).map { "\(language)-\($0)" } ?? language
    }

    /// - Throws: ``UpstreamError/claimMalformed(_:reason:)``, because rules are made with groups: half a list would
    ///   decide differently from the whole.
    func groups(_ name: String) throws(UpstreamError) -> [String] {
        guard let value = object[name] else { return [] }
        guard let groups = value.string.map({ [$0] }) ?? value.strings else {
            throw .claimMalformed(name, reason: "it is \(value.kind), not a list of strings")
        }
        return try Self.groups(groups, of: name)
    }

    /// The groups as they are, if they can all be kept.
    static func groups(_ groups: [String], of name: String) throws(UpstreamError) -> [String] {
        guard groups.count <= Self.mostGroups else {
            throw .claimMalformed(name, reason: "it names more than \(Self.mostGroups)")
        }
        guard groups.allSatisfy({ (1...Self.longestGroup).contains($0.utf8.count) }) else {
            throw .claimMalformed(name, reason: "one of its names is empty or longer than \(Self.longestGroup) bytes")
        }
        return groups
    }

    /// A truth value that rules are made with: `true`, `false`, or not there.
    func truth(_ name: String) throws(UpstreamError) -> Bool? {
        guard let value = object[name] else { return nil }
        guard let truth = value.bool else { throw .claimMalformed(name, reason: "it is \(value.kind), not a boolean") }
        return truth
    }

    /// `amr`, whose values are short names (RFC 8176).
    var methods: [String] {
        (object["amr"]?.strings ?? []).filter { (1...64).contains($0.utf8.count) }.prefix(Self.mostMethods).map(\.self)
    }
}
