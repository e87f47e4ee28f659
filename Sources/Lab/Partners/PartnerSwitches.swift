internal import JSON
internal import Synchronization

/// Which faults of a partner are on.
final class PartnerSwitches: Sendable {
    /// What was last on: a fault's name, and its number where it has one.
    private struct State {
        var settings: [String: Int] = [:]
        var lastAssertionID: String?
    }

    let faults: [PartnerFault]
    private let state = Mutex(State())

    init(_ faults: [PartnerFault]) { self.faults = faults }

    func isOn(_ name: String) -> Bool { state.withLock { $0.settings[name] != nil } }

    /// The number of a fault that takes one; 0 where it is off.
    func seconds(_ name: String) -> Int { state.withLock { $0.settings[name] ?? 0 } }

    /// The faults of messages that are on, in the order of the list.
    var messageFaults: [PartnerFault] {
        let settings = state.withLock { $0.settings }
        return faults.filter { settings[$0.name] != nil && !$0.isOfService }
    }

    func fault(_ name: String) -> PartnerFault? { faults.first { $0.name == name } }

    /// Exactly these are on, and no others.
    ///
    /// - Throws: If a name is none of ours, or a number is missing or not one.
    func set(_ values: [(name: String, value: JSONValue)]) throws(LabError) {
        var settings: [String: Int] = [:]
        for (name, value) in values {
            guard let fault = fault(name) else { throw LabError("\(name) is no fault of this partner") }
            if fault.takesSeconds {
                guard let number = value.integer, (-100_000_000...100_000_000).contains(number) else {
                    throw LabError("\(name) takes a number of seconds")
                }
                settings[name] = number == 0 ? nil : Int(number)
            } else {
                guard let isOn = value.bool else { throw LabError("\(name) takes true or false") }
                settings[name] = isOn ? 1 : nil
            }
        }
        state.withLock { $0.settings = settings }
    }

    /// The ID for the next assertion of a replay: that of the one before; nil while there was none.
    var lastAssertionID: String? { state.withLock { $0.lastAssertionID } }

    func remember(assertionID: String) { state.withLock { $0.lastAssertionID = assertionID } }

    /// For the API: the whole list, with what is on.
    var json: JSONValue {
        let settings = state.withLock { $0.settings }
        return .array(
            faults.map { fault in
                let on: JSONValue =
                    fault.takesSeconds
                    ? .integer(Int64(settings[fault.name] ?? 0)) : .bool(settings[fault.name] != nil)
                return [
                    "name": .string(fault.name), "group": .string(fault.group.rawValue),
                    "sentence": .string(fault.sentence), "rule": fault.rule.map { .string($0) } ?? .null, "on": on,
                ]
            })
    }
}
