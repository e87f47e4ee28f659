import Directory
import FoundationEssentials
import Testing

@testable import Access

@Suite("Device rules") struct DeviceRuleTests {
    static let laptop = DeviceFacts(
        isCompliant: true, trustType: "AzureAD",
        attributes: ["model": "Surface Book", "extensionattribute1": "SAW", "physicalids": "[ZTDID]:a\n[GID]:b"])

    static let rules: [(String, known: Bool, unknown: Bool)] = [
        (#"device.isCompliant -eq True"#, true, false), (#"device.isCompliant -ne "True""#, false, true),
        (#"device.model -startsWith "surface""#, true, false), (#"device.model -notStartsWith "surface""#, false, true),
        (#"device.model -endsWith "book""#, true, false), (#"device.model -notEndsWith "book""#, false, true),
        (#"device.model -contains "ace b""#, true, false), (#"device.model -notContains "x""#, true, true),
        (#"device.trustType -in ["ServerAD", "AzureAD"]"#, true, false),
        (#"device.trustType -notIn ["ServerAD", "AzureAD"]"#, false, true),
        (#"device.extensionAttribute1 -eq "SAW""#, true, false),
        (#"device.physicalIds -contains "[GID]""#, true, false),
        (#"not (device.isCompliant -eq True)"#, false, true),
        (
            #"device.isCompliant -eq False or device.model -eq "Surface Book" and device.trustType -eq "AzureAD""#,
            true, false
        ),
        (#"(device.isCompliant -eq False OR device.isCompliant -eq True) AND device.model -eq "x""#, false, false),
        (#"device.displayName -eq "say \"hello\"""#, false, false),
    ]

    @Test(arguments: rules)
    func `a rule, for a known and an unknown device`(text: String, known: Bool, unknown: Bool) throws {
        let rule = try DeviceRule(text)
        #expect(rule.matches(Self.laptop) == known)
        #expect(rule.matches(nil) == unknown)
    }

    @Test func `extension attributes count on managed devices alone`() throws {
        var device = Self.laptop
        device.isCompliant = nil
        #expect(try !DeviceRule(#"device.extensionAttribute1 -eq "SAW""#).matches(device))
    }

    static let faults: [(String, DeviceRule.Fault)] = [
        ("", .unexpected(offset: 0)), ("user.name -eq \"x\"", .unexpected(offset: 9)),
        ("device.colour -eq \"x\"", .attributeUnknown("colour")),
        ("device.model -like \"x\"", .operatorUnknown("-like")),
        ("device.model -eq \"x", .unexpected(offset: 19)), ("device.model -eq \"x\" extra", .unexpected(offset: 21)),
        ("(device.model -eq \"x\"", .unexpected(offset: 21)), ("device.model -in \"x\"", .unexpected(offset: 17)),
        ("device.model -eq", .unexpected(offset: 16)),
    ]

    @Test(arguments: faults)
    func `what is no rule`(text: String, fault: DeviceRule.Fault) {
        #expect(throws: fault) { try DeviceRule(text) }
    }

    @Test func `a rule has 3,072 characters at most and no endless nesting`() {
        #expect(throws: DeviceRule.Fault.tooLong) { try DeviceRule(String(repeating: " ", count: 3_073)) }
        #expect(throws: DeviceRule.Fault.tooDeep) { try DeviceRule(String(repeating: "(", count: 3_000)) }
        #expect(throws: DeviceRule.Fault.tooDeep) { try DeviceRule(String(repeating: "not ", count: 700)) }
    }
}

@Suite("Named locations") struct NamedLocationTests {
    static let ranges: [(String, inside: [String], outside: [String])] = [
        ("192.0.2.0/24", ["192.0.2.0", "192.0.2.255", "::ffff:192.0.2.9"], ["192.0.3.0", "::1", "x"]),
        ("192.0.2.8/29", ["192.0.2.8", "192.0.2.15"], ["192.0.2.7", "192.0.2.16"]),
        ("198.51.100.7/32", ["198.51.100.7"], ["198.51.100.6"]),
        ("2001:db8::/33", ["2001:db8::1", "2001:db8:7fff::1"], ["2001:db8:8000::1", "32.1.13.184"]),
    ]

    @Test(arguments: ranges)
    func `an address is in a range or not`(range: String, inside: [String], outside: [String]) throws {
        let range = try #require(AddressRange(range))
        for text in inside { #expect(NetworkAddress(text).map(range.contains) == true, "\(text)") }
        for text in outside { #expect(NetworkAddress(text).map(range.contains) != true, "\(text)") }
    }

    @Test(arguments: [
        "192.0.2.0", "192.0.2.1/24", "10.0.0.0/8", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/+24", "x/24",
        "::ffff:192.0.2.0/120", "2001:db8::/8", "192.0.2.0/24/24",
    ])
    func `what is no range`(text: String) { #expect(AddressRange(text) == nil) }
}
