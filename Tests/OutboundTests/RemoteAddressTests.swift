import Testing

@testable import Outbound

@Suite("Where requests may go") struct RemoteAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1", SpecialUse.loopback), ("127.255.255.254", .loopback), ("::1", .loopback),
            ("10.0.0.1", .privateUse), ("172.16.0.1", .privateUse), ("172.31.255.255", .privateUse),
            ("192.168.1.1", .privateUse), ("169.254.1.1", .linkLocal), ("fe80::1", .linkLocal),
            ("febf::1", .linkLocal), ("169.254.169.254", .metadata), ("168.63.129.16", .metadata),
            ("100.100.100.200", .metadata), ("fd00:ec2::254", .metadata), ("fc00::1", .uniqueLocal),
            ("fdff::1", .uniqueLocal), ("fec0::1", .uniqueLocal), ("100.64.0.1", .carrierGrade),
            ("100.127.255.255", .carrierGrade), ("224.0.0.1", .multicast), ("239.255.255.255", .multicast),
            ("ff02::1", .multicast), ("0.0.0.0", .unspecified), ("0.1.2.3", .unspecified), ("::", .unspecified),
            ("::ffff:127.0.0.1", .mapped), ("::ffff:8.8.8.8", .mapped), ("::127.0.0.1", .mapped),
            ("::ffff:0:127.0.0.1", .mapped), ("64:ff9b::7f00:1", .nat64), ("64:ff9b:1::1", .nat64),
            ("2002:7f00:1::", .sixToFour), ("192.88.99.1", .sixToFour), ("2001::1", .teredo),
            ("192.0.2.1", .documentation), ("198.51.100.1", .documentation), ("203.0.113.1", .documentation),
            ("2001:db8::1", .documentation), ("3fff::1", .documentation), ("198.18.0.1", .benchmarking),
            ("198.19.255.255", .benchmarking), ("240.0.0.1", .reserved), ("255.255.255.255", .reserved),
            ("192.0.0.8", .reserved), ("100::1", .reserved), ("4000::1", .reserved), ("5f00::1", .reserved),
            ("e000::1", .reserved),
        ]) func `an address set aside is known for what it is`(_ text: String, _ use: SpecialUse) throws
    {
        #expect(try #require(RemoteAddress(text)).specialUse == use)
    }

    @Test(
        arguments: [
            "8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "169.253.255.255",
            "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255", "126.255.255.255", "128.0.0.0",
            "2606:4700:4700::1111", "2a00:1450:4001::1", "2003::1",
        ]) func `a public address is public`(_ text: String) throws
    {
        #expect(try #require(RemoteAddress(text)).specialUse == nil)
    }

    @Test(
        arguments: [
            "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "1.2.3", "::1%lo", "", "1.2.3.4.5", " 1.2.3.4",
        ])
    func `a shorthand is no address`(_ text: String) { #expect(RemoteAddress(text) == nil) }

    @Test func `a network holds its own addresses only`() throws {
        let network = try #require(NetworkPrefix("10.32.0.0/11"))
        #expect(network.contains(try #require(RemoteAddress("10.63.255.255"))))
        #expect(!network.contains(try #require(RemoteAddress("10.64.0.0"))))
        #expect(!network.contains(try #require(RemoteAddress("10.31.255.255"))))
        #expect(!network.contains(try #require(RemoteAddress("::ffff:10.32.0.1"))))
        #expect(try #require(NetworkPrefix("0.0.0.0/0")).contains(try #require(RemoteAddress("255.1.2.3"))))
    }

    @Test(
        arguments: [
            "10.1.2.3/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "x/8", "fd00::/129", "/8",
        ])
    func `a network with a slip in it is refused`(_ text: String) { #expect(NetworkPrefix(text) == nil) }
}

@Suite("Addresses of requests") struct OutboundURLTests {
    @Test func `an address is taken apart`() throws {
        let url = try #require(OutboundURL("https://IdP.Example:8443/a?b=c"))
        #expect(url.host == "idp.example")
        #expect(url.port == 8443)
        #expect(url.scheme == .https)
        #expect(try #require(OutboundURL("https://idp.example")).port == 443)
        let literal = try #require(OutboundURL("https://[fd00::1]:9/"))
        #expect(literal.host == "fd00::1")
        #expect(literal.literalAddress?.specialUse == .uniqueLocal)
    }

    @Test(arguments: ["https://0x7f000001/", "https://2130706433/", "https://127.1/", "https://0177.0.0.1/"])
    func `a numeric shorthand is the address it means`(_ text: String) throws {
        let url = try #require(OutboundURL(text))
        #expect(url.host == "127.0.0.1")
        #expect(EgressPolicy.publicInternetOnly.verdict(on: url) != .allowed)
    }

    @Test(
        arguments: [
            "", "idp.example", "//idp.example/", "https:idp.example", "https:/idp.example", "https:///idp.example",
            "https://", "https:// idp.example/", "https://idp.example/ a", "https://idp.example/\n",
            "https://idp.exa\tmple/", "https://user@idp.example/", "https://user:pw@idp.example/",
            "https://@idp.example/", "https://:@idp.example/", "https://good.example\\@evil.example/",
            "https://idp.example/#fragment", "https://idp.example:0/", "https://idp.example:99999/",
            "https://idp.example:-1/", "https://idp.example:443x/", "ftp://idp.example/", "file:///etc/passwd",
            "gopher://idp.example/", "https://idp.exämple/", "https://[::1%25lo]/", "https://[::1/",
            "javascript:alert(1)", "https://%31%32%37.0.0.1%00/", "data:,x", "\u{0}https://idp.example/",
        ]) func `what two parsers could read differently is refused`(_ text: String)
    { #expect(OutboundURL(text) == nil) }
}

@Suite("Egress policy") struct EgressPolicyTests {
    private func verdict(_ policy: EgressPolicy, _ url: String, at address: String) throws -> EgressVerdict {
        let url = try #require(OutboundURL(url))
        return policy.verdict(on: try #require(RemoteAddress(address)), port: url.port, for: url)
    }

    @Test func `the public internet is allowed and nothing else`() throws {
        let policy = EgressPolicy.publicInternetOnly
        #expect(try verdict(policy, "https://idp.example/", at: "8.8.8.8") == .allowed)
        #expect(
            try verdict(policy, "https://idp.example/", at: "10.0.0.1")
                == .refused("idp.example is at 10.0.0.1, which is private and not allowed by name"))
        #expect(
            try verdict(policy, "https://169.254.169.254/", at: "169.254.169.254")
                == .refused("169.254.169.254 is a cloud platform's metadata and not allowed by name"))
        #expect(policy.verdict(on: try #require(OutboundURL("http://idp.example/"))) != .allowed)
        #expect(policy.verdict(on: try #require(OutboundURL("smtp://idp.example/"))) != .allowed)
        #expect(policy.verdict(on: try #require(OutboundURL("https://idp.example/"))) == .allowed)
    }

    @Test func `a host allowed by name may be private at that port only`() throws {
        let policy = EgressPolicy(name: "t", allowances: [try #require(.init("idp.corp.example:8443"))])
        #expect(try verdict(policy, "https://idp.corp.example:8443/", at: "10.0.0.1") == .allowed)
        #expect(try verdict(policy, "https://idp.corp.example/", at: "10.0.0.1") != .allowed)
        #expect(try verdict(policy, "https://other.example:8443/", at: "10.0.0.1") != .allowed)
    }

    @Test(arguments: ["169.254.169.254", "169.254.3.4", "224.0.0.1", "0.0.0.0", "::ffff:10.0.0.1", "64:ff9b::a00:1"])
    func `no name leads to metadata, link-local or mapped addresses`(_ address: String) throws {
        let policy = EgressPolicy(name: "t", allowances: [try #require(.init("idp.corp.example:443"))])
        #expect(try verdict(policy, "https://idp.corp.example/", at: address) != .allowed)
    }

    @Test func `a network allowed is allowed under any name`() throws {
        let policy = EgressPolicy(name: "t", allowances: [try #require(.init("10.2.0.0/16"))])
        #expect(try verdict(policy, "https://a.example/", at: "10.2.3.4") == .allowed)
        #expect(try verdict(policy, "https://10.2.3.4:99/", at: "10.2.3.4") == .allowed)
        #expect(try verdict(policy, "https://a.example/", at: "10.3.3.4") != .allowed)
    }

    @Test func `plain http is for loopback in development only`() throws {
        let policy = EgressPolicy.development
        for url in ["http://127.0.0.1:8080/", "http://localhost:8080/", "http://[::1]:8080/"] {
            #expect(policy.verdict(on: try #require(OutboundURL(url))) == .allowed, "\(url)")
        }
        #expect(policy.verdict(on: try #require(OutboundURL("http://idp.example/"))) != .allowed)
        #expect(policy.verdict(on: try #require(OutboundURL("http://10.0.0.1/"))) != .allowed)
        #expect(policy.verdict(on: try #require(OutboundURL("http://[::ffff:127.0.0.1]/"))) != .allowed)
        #expect(try verdict(policy, "http://localhost/", at: "8.8.8.8") != .allowed)
        #expect(try verdict(policy, "https://idp.example/", at: "192.168.0.1") != .allowed)
    }

    @Test(
        arguments: [
            "", "idp.example", "idp.example:", "idp.example:0", "idp.example:+1", ":443", "a b:443", "10.0.0.1/8",
            "a/b:443", "a?b:443",
        ])
    func `an allowance that says nothing clear is refused`(_ text: String) {
        #expect(EgressPolicy.Allowance(text) == nil)
    }

    @Test func `an allowance by address and port is a host`() throws {
        #expect(EgressPolicy.Allowance("127.0.0.1:9443") == .host("127.0.0.1", port: 9443))
        #expect(EgressPolicy.Allowance("[fd00::1]:443") == .host("fd00::1", port: 443))
    }
}
