import Directory
import FoundationEssentials
import Testing

@testable import Access

@Suite("The table of refusals") struct RefusalTests {
    @Test(arguments: Refusal.allCases)
    func `every number has a cause, a sentence and a next step`(refusal: Refusal) {
        let text = refusal.text
        #expect(text.cause.hasSuffix(".") && text.sentence.hasSuffix("."))
        #expect(refusal.code == "AADSTS\(refusal.number)")
        for known in ["organization", "application", "home", "address", "message"] {
            #expect(!text.sentence.replacing("{\(known)}", with: "").contains("{\(known)"))
        }
        let left = ["organization", "application", "home", "address", "message"].reduce(text.sentence) {
            $0.replacing("{\($1)}", with: "")
        }
        #expect(!left.contains("{"))
    }

    @Test func `Entra's numbers where it has them`() {
        #expect(
            [Refusal.guestPending, .noMatchingGuest, .userDisabled, .notAssigned, .homeOutbound, .ourInbound].map(
                \.number)
                == [50_014, 50_020, 50_057, 50_105, 500_212, 500_213])
        #expect(
            [Refusal.conditionalAccess, .consentDeclined, .redirectMismatch].map(\.number) == [53_003, 65_004, 50_011])
    }

    @Test func `values fill the cause, and a missing one is named`() {
        #expect(
            Refusal.notAssigned.cause(["application": "Orders", "user": "{application}"])
                == "Orders is for assigned users only, and neither {application} nor any group they are in is assigned."
        )
        #expect(Refusal.tenantUnknown.cause() == "No tenant has the identifier or domain [tenant].")
    }

    @Test func `the sentence for a wrong password does not say which half was wrong`() {
        #expect(!Refusal.wrongPassword.sentence().contains("[") && !Refusal.wrongPassword.cause().contains("["))
    }

    @Test func `refusals of the directory have their numbers`() {
        let ada = EmailAddress("ada@contoso.example")!
        #expect(Refusal(GuestMappingRefusal.stranger) == .noMatchingGuest)
        #expect(Refusal(GuestMappingRefusal.wrongAccount(invited: ada)) == .wrongAccount)
        #expect(Refusal(HomeRealmRefusal.noHome(ada.domain)) == .noHomeForAddress)
    }
}

@Suite("Client facts") struct ClientFactsTests {
    static let agents: [(String?, ClientFacts.Platform, ClientFacts.Kind)] = [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36", .windows, .browser),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605", .macOS, .browser),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", .linux, .browser),
        (
            "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/156 Mobile Safari/537.36", .android,
            .browser
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile/15E148 Safari/604", .iOS,
            .browser
        ),
        ("Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1) AppleWebKit/537.36 Edge/15", .windowsPhone, .browser),
        (
            "Mozilla/5.0 (Linux; Android 16; Pixel 9; wv) AppleWebKit/537.36", .android, .mobileAppsAndDesktopClients
        ),
        ("Orders/3 CFNetwork/1568 Darwin/24.0", .macOS, .mobileAppsAndDesktopClients),
        ("curl/8.5", .unknown, .other), ("", .unknown, .other), (nil, .unknown, .other), ("Win", .unknown, .other),
    ]

    @Test(arguments: agents)
    func `platform and kind as the client says them`(
        agent: String?, platform: ClientFacts.Platform, kind: ClientFacts.Kind
    ) {
        #expect(ClientFacts(userAgent: agent) == ClientFacts(platform: platform, kind: kind))
    }

    @Test func `a very long field costs no more than its beginning`() {
        let long = String(repeating: "x", count: 100_000) + "Windows"
        #expect(ClientFacts(userAgent: long).platform == .unknown)
    }

    static let addresses: [(String, AddressClass)] = [
        ("127.0.0.1", .loopback), ("127.255.0.1", .loopback), ("10.0.0.1", .private), ("172.16.0.1", .private),
        ("172.32.0.1", .global), ("192.168.1.1", .private), ("100.64.0.1", .private), ("169.254.169.254", .linkLocal),
        ("8.8.8.8", .global), ("0.0.0.0", .special), ("224.0.0.1", .special), ("255.255.255.255", .special),
        ("192.0.2.1", .special), ("::1", .loopback), ("::", .special), ("fe80::1", .linkLocal), ("fd00::1", .private),
        ("2606:4700::1111", .global), ("2001:db8::1", .special), ("::ffff:127.0.0.1", .loopback),
        ("::ffff:10.0.0.1", .private), ("ff02::1", .special), ("1:2:3:4:5:6:7:8", .special), ("64:ff9b::1", .special),
        ("2600:1:2:3:4:5:6:7", .global), ("2600::5:6:7", .global), ("127.1", .invalid), ("0127.0.0.1", .invalid),
        ("256.0.0.1", .invalid), ("", .invalid), ("localhost", .invalid), (":::", .invalid), ("1::2::3", .invalid),
        ("1:2:3:4:5:6:7", .invalid), ("fe80::1%eth0", .invalid), ("1:2:3:4:5:6:7:8:9", .invalid), ("12345::", .invalid),
        (":1::", .invalid), ("1:", .invalid), ("+1::", .invalid), ("2600::", .global),
    ]

    @Test(arguments: addresses)
    func `address classes`(address: String, expected: AddressClass) { #expect(AddressClass(address) == expected) }
}
