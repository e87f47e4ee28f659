import Testing

@testable import Directory

@Suite("The #EXT# user principal name") struct UserPrincipalNameTests {
    let home = Sample.domain("fabrikam.onmicrosoft.com")

    @Test(
        arguments: [
            ("john@contoso.com", "john_contoso.com#EXT#@fabrikam.onmicrosoft.com"),
            ("James@contoso.com", "James_contoso.com#EXT#@fabrikam.onmicrosoft.com"),
            ("a.b-c@Sub.Contoso.com", "a.b-c_sub.contoso.com#EXT#@fabrikam.onmicrosoft.com"),
            ("ada+x@contoso.com", "ada+x_contoso.com#EXT#@fabrikam.onmicrosoft.com"),
        ])
    func `only the at sign is replaced, and case survives`(address: String, name: String) {
        #expect(UserPrincipalName.guest(for: Sample.address(address), in: home, isTaken: { _ in false }) == name)
    }

    @Test func `two addresses with one name get numbers`() {
        var taken: Set<String> = []
        for (address, local) in [
            ("a_b@c.com", "a_b_c.com"), ("a@b_c.com".replacing("b_c", with: "b-c"), "a_b-c.com"),
            ("a_b_c@com.com", "a_b_c_com.com"),
        ] {
            let name = UserPrincipalName.guest(for: Sample.address(address), in: home) {
                taken.contains(asciiLowercased($0))
            }
            #expect(name == local + "#EXT#@" + home.description)
            taken.insert(asciiLowercased(name))
        }
        let again = ["a_b@c.com", "A_B@c.com", "a_b@C.com"].map { address in
            let name = UserPrincipalName.guest(for: Sample.address(address), in: home) {
                taken.contains(asciiLowercased($0))
            }
            taken.insert(asciiLowercased(name))
            return name
        }
        #expect(again.map { $0.prefix { $0 != "#" } } == ["a_b_c.com_2", "A_B_c.com_3", "a_b_c.com_4"])
    }

    @Test func `a name that is too long is shortened and keeps apart what it stands for`() {
        let tail = String(repeating: "d", count: 60) + ".example"
        let first = Sample.address(String(repeating: "a", count: 64) + "@" + tail)
        let second = Sample.address(String(repeating: "a", count: 63) + "b@" + tail)
        let names = [first, second].map { UserPrincipalName.guest(for: $0, in: home, isTaken: { _ in false }) }
        #expect(names[0] != names[1])
        for name in names {
            let local = name.prefix { $0 != "@" }
            #expect(local.utf8.count == UserPrincipalName.localLengthLimit)
            #expect(local.hasSuffix("#EXT#"))
        }
        var asked = 0
        let third = UserPrincipalName.guest(for: first, in: home) { _ in
            asked += 1
            return asked < 12
        }
        #expect(third.prefix { $0 != "@" }.hasSuffix("_12#EXT#"))
        #expect(third.prefix { $0 != "@" }.utf8.count == UserPrincipalName.localLengthLimit)
    }

    @Test func `every name is within its length and unlike the ones before`() {
        var generator = SeededGenerator(seed: 3)
        let alphabet = Array("ab_.-'+".utf8)
        var taken: Set<String> = []
        for _ in 0..<400 {
            let middle = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator)!
            }
            let text =
                "a" + String(decoding: middle, as: UTF8.self) + "z@b"
                + String(repeating: "c", count: .random(in: 0...60, using: &generator)) + ".example"
            guard let address = EmailAddress(text) else { continue }
            let name = UserPrincipalName.guest(for: address, in: home) { taken.contains(asciiLowercased($0)) }
            #expect(taken.insert(asciiLowercased(name)).inserted)
            #expect(name.prefix { $0 != "@" }.utf8.count <= UserPrincipalName.localLengthLimit)
            #expect(UserPrincipalName.isGuest(name))
        }
        #expect(taken.count > 200)
    }

    @Test func `the misprint without the second hash is read as the name it means`() {
        let proper = "john_contoso.com#ext#@fabrikam.onmicrosoft.com"
        #expect(UserPrincipalName.normalized("John_contoso.com#EXT@Fabrikam.onmicrosoft.com") == proper)
        #expect(UserPrincipalName.normalized("John_contoso.com#EXT#@fabrikam.onmicrosoft.com") == proper)
        for bad in [
            "", "@fabrikam.example", "a b@fabrikam.example", "a@", "a", "ä@fabrikam.example", "a\u{0}@b.example",
        ] {
            #expect(UserPrincipalName.normalized(bad) == nil)
        }
    }

    @Test func `a member is named in a domain of the tenant`() {
        let domains = [Sample.domain("woodgrove.example")]
        #expect(UserPrincipalName.isWithinDomain("grace@Woodgrove.example", domains: domains))
        for other in [
            "grace@sub.woodgrove.example", "grace@woodgrove.example.evil", "grace#EXT#@woodgrove.example", "grace",
        ] {
            #expect(!UserPrincipalName.isWithinDomain(other, domains: domains))
        }
    }
}
