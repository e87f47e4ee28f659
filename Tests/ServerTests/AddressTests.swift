import Testing

@testable import Server

@Suite("Addresses") struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("::1", "::1"), ("2001:DB8::0:1", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ])
    func `an address is written one way`(_ text: String, _ expected: String) {
        #expect(SocketAddress(text)?.text == expected)
    }

    @Test(arguments: ["", "example.org", "127.1", "1.2.3.4.5", "01.2.3.4", "[::1]", "::1%eth0", "256.1.1.1"])
    func `what is not numeric is no address`(_ text: String) { #expect(SocketAddress(text) == nil) }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("192.0.2.1", "192.0.2.1", true),
        ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("::/0", "2001:db8::1", true), ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::1", false), ("2001:db8::/65", "2001:db8::7fff:0:0:1", true),
        ("2001:db8::/65", "2001:db8::8000:0:0:1", false), ("fd00::/8", "::ffff:10.0.0.1", false),
    ])
    func `a range holds what shares its prefix`(_ range: String, _ address: String, _ expected: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(try #require(SocketAddress(address))) == expected)
    }

    @Test(arguments: ["10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/08", "::1/129", "host/8", ""])
    func `a malformed range is none`(_ text: String) { #expect(AddressRange(text) == nil) }
}

@Suite("X-Forwarded-For") struct ForwardedForTests {
    private let forwarded = ForwardedFor(proxies: ["10.0.0.0/8", "2001:db8::5"].compactMap(AddressRange.init))

    @Test(arguments: [
        (["203.0.113.7"], "203.0.113.7"),
        (["203.0.113.7, 10.9.9.9"], "203.0.113.7"),
        (["203.0.113.7", "10.9.9.9"], "203.0.113.7"),
        (["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
        (["10.3.3.3, 203.0.113.7, 2001:db8::5"], "203.0.113.7"),
        (["203.0.113.7:4711"], "203.0.113.7"),
        (["[2001:db8::9]:4711"], "2001:db8::9"),
        (["2001:db8::9"], "2001:db8::9"),
        (["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        (["203.0.113.7, unknown, 10.2.2.2"], "10.2.2.2"),
        (["garbage"], "10.0.0.1"),
        ([""], "10.0.0.1"),
        ([], "10.0.0.1"),
    ])
    func `the right-most address that is not trusted is the client`(_ values: [String], _ expected: String) throws {
        let proxy = try #require(SocketAddress("10.0.0.1"))
        #expect(forwarded.client(behind: proxy, values: values).text == expected)
    }

    @Test(arguments: [(["https"], true), (["http"], false), (["https, http"], false), (["http", " HTTPS "], true)])
    func `the nearest proxy says whether it was TLS`(_ values: [String], _ expected: Bool) {
        #expect(forwarded.isSecure(values: values) == expected)
    }

    @Test func `without the field nothing is said`() { #expect(forwarded.isSecure(values: []) == nil) }
}

@Suite("Admission") struct AdmissionTests {
    private func key(_ text: String) throws -> Admission.Key { Admission.Key(try #require(SocketAddress(text))) }

    @Test func `an IPv6 network of 64 bits counts as one address`() throws {
        let admission = Admission(perAddress: 2, total: 100)
        #expect(try admission.enter(key("2001:db8:0:1::1")))
        #expect(try admission.enter(key("2001:db8:0:1:ffff::2")))
        #expect(try !admission.enter(key("2001:db8:0:1::3")))
        #expect(try admission.enter(key("2001:db8:0:2::1")))
        try admission.leave(key("2001:db8:0:1::9"))
        #expect(try admission.enter(key("2001:db8:0:1::3")))
    }

    @Test func `IPv4 addresses count one by one`() throws {
        let admission = Admission(perAddress: 1, total: 100)
        #expect(try admission.enter(key("192.0.2.1")))
        #expect(try !admission.enter(key("::ffff:192.0.2.1")))
        #expect(try admission.enter(key("192.0.2.2")))
    }

    @Test func `a total holds for everybody and nothing is kept of who left`() throws {
        let admission = Admission(perAddress: 10, total: 2)
        #expect(admission.enter(nil))
        #expect(try admission.enter(key("192.0.2.1")))
        #expect(!admission.enter(nil))
        admission.leave(nil)
        try admission.leave(key("192.0.2.1"))
        #expect(admission.connections == 0)
        #expect(admission.addresses == 0)
    }
}

@Suite("Date field") struct HTTPDateTests {
    @Test func `the example of RFC 9110`() { #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT") }
}
