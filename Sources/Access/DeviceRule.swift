/// A device filter's rule (access-policy §6.1), as in `device.isCompliant -ne True and device.model -startsWith "X"`.
///
/// An attribute of an unknown device is null: then no positive operator matches, and every negative one does. Texts are
/// compared without ASCII case.
package indirect enum DeviceRule: Sendable, Hashable {
    package enum Operator: String, Sendable, Hashable, CaseIterable {
        case equals = "-eq"
        case notEquals = "-ne"
        case startsWith = "-startswith"
        case notStartsWith = "-notstartswith"
        case endsWith = "-endswith"
        case notEndsWith = "-notendswith"
        case contains = "-contains"
        case notContains = "-notcontains"
        case isIn = "-in"
        case isNotIn = "-notin"

        var isNegative: Bool {
            switch self {
            case .notEquals, .notStartsWith, .notEndsWith, .notContains, .isNotIn: true
            default: false
            }
        }
    }

    case compare(attribute: String, Operator, [String])
    case and(DeviceRule, DeviceRule)
    case or(DeviceRule, DeviceRule)
    case not(DeviceRule)

    /// What a rule may ask, lower case.
    package static let attributes: Set<String> = Set(
        [
            "deviceid", "displayname", "deviceownership", "iscompliant", "manufacturer", "mdmappid", "model",
            "operatingsystem", "operatingsystemversion", "physicalids", "profiletype", "systemlabels", "trusttype",
            "enrollmentprofilename",
        ] + (1...15).map { "extensionattribute\($0)" })

    /// - Parameter device: Nil for a device that is not registered, or whose home's word on devices does not count.
    package func matches(_ device: DeviceFacts?) -> Bool {
        switch self {
        case .and(let left, let right): return left.matches(device) && right.matches(device)
        case .or(let left, let right): return left.matches(device) || right.matches(device)
        case .not(let rule): return !rule.matches(device)
        case .compare(let attribute, let comparison, let operands):
            let values = device?.values(of: attribute) ?? []
            let isMet = values.contains { value in
                let value = asciiLowercased(value)
                return operands.contains { comparison.holds(value, $0) }
            }
            return comparison.isNegative ? !isMet : isMet
        }
    }
}

extension DeviceRule.Operator {
    /// Of the positive form; both in lower case.
    fileprivate func holds(_ value: String, _ operand: String) -> Bool {
        switch self {
        case .equals, .notEquals, .isIn, .isNotIn: value == operand
        case .startsWith, .notStartsWith: value.hasPrefix(operand)
        case .endsWith, .notEndsWith: value.hasSuffix(operand)
        case .contains, .notContains: value.contains(operand)
        }
    }
}

/// A device as its directory describes it.
package struct DeviceFacts: Sendable, Hashable {
    package var isCompliant: Bool?
    /// `AzureAD`, `ServerAD`, `Workplace`.
    package var trustType: String?
    /// The others by name, lower case; several values joined by a line feed.
    package var attributes: [String: String]

    package init(isCompliant: Bool? = nil, trustType: String? = nil, attributes: [String: String] = [:]) {
        self.isCompliant = isCompliant
        self.trustType = trustType
        self.attributes = attributes
    }

    func values(of attribute: String) -> [String] {
        switch attribute {
        case "iscompliant": return isCompliant.map { [$0 ? "True" : "False"] } ?? []
        case "trusttype": return trustType.map { [$0] } ?? []
        default:
            // Only managed, compliant or joined devices have extension attributes that count.
            if attribute.hasPrefix("extensionattribute"), isCompliant != true, trustType != "ServerAD" { return [] }
            return attributes[attribute].map { $0.split(separator: "\n").map(String.init) } ?? []
        }
    }
}
