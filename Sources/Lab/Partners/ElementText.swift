/// Elements in canonical text, where every one has a start tag and an end tag, and no name is split.
extension String {
    /// The first element of this name, tags included. None may lie in another of its name.
    func element(_ name: String) -> Range<Index>? {
        var rest = self[...]
        while let found = rest.firstRange(of: "<\(name)") {
            rest = self[found.upperBound...]
            guard let next = rest.first, next == ">" || next == " " else { continue }
            guard let end = rest.firstRange(of: "</\(name)>") else { return nil }
            return found.lowerBound..<end.upperBound
        }
        return nil
    }

    func part(_ name: String) throws(LabError) -> String {
        guard let range = element(name) else { throw LabError("the message has no \(name)") }
        return String(self[range])
    }

    /// Every one of this name.
    mutating func removeElement(_ name: String) {
        while let range = element(name) { removeSubrange(range) }
    }

    mutating func insert(_ more: String, beforeEndOf name: String) {
        guard let range = element(name) else { return }
        insert(contentsOf: more, at: index(range.upperBound, offsetBy: -(name.count + 3)))
    }

    /// Of the first attribute of this name.
    func attribute(_ name: String) throws(LabError) -> String {
        guard let range = attributeValue(name) else { throw LabError("the message has no \(name)") }
        return String(self[range])
    }

    mutating func changeAttribute(_ name: String, to value: String) {
        guard let range = attributeValue(name) else { return }
        replaceSubrange(range, with: value)
    }

    private func attributeValue(_ name: String) -> Range<Index>? {
        guard let start = firstRange(of: " \(name)=\""), let end = self[start.upperBound...].firstIndex(of: "\"")
        else { return nil }
        return start.upperBound..<end
    }
}
