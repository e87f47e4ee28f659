import Directory
import FoundationEssentials
import Gateway
import SAML
import Storage
import Testing

/// What each product's own names become, through a whole sign-in.
@Suite("Attributes by product") struct AttributePresetTests {
    struct Case: Sendable {
        var preset: AttributeMapping.Preset
        var attributes: [(String, [String])]
        var context = SAMLContextClass.passwordProtectedTransport
        var subject = "sam-1"
        var multiFactor: Bool? = false
        var isCompliant: Bool?
        var isJoined: Bool?
        var groups: [String] = []
    }

    private static let claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
    private static let microsoft = "http://schemas.microsoft.com/ws/2008/06/identity/claims/"
    private static let methods = "http://schemas.microsoft.com/claims/authnmethodsreferences"
    private static let device = "http://schemas.microsoft.com/2012/01/devicecontext/claims/"
    private static let mfa = "http://schemas.microsoft.com/claims/multipleauthn"

    static let cases = [
        Case(
            preset: .adfs,
            attributes: [
                (claims + "emailaddress", ["sam@adatum.test"]), (claims + "name", ["Sam"]),
                (claims + "givenname", ["Samuel"]), (claims + "surname", ["Adatum"]),
                ("http://schemas.xmlsoap.org/claims/Group", ["Sales", "Everyone"]),
                (methods, ["urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", mfa]),
                (device + "ismanaged", ["true"]), (device + "isregistereduser", ["true"]),
            ], multiFactor: true, isCompliant: true, isJoined: true, groups: ["Sales", "Everyone"]),
        Case(
            preset: .adfs,
            attributes: [
                (claims + "emailaddress", ["sam@adatum.test"]), (claims + "name", ["Sam"]),
                (claims + "givenname", ["Samuel"]), (claims + "surname", ["Adatum"]),
                (device + "ismanaged", ["false"]), (device + "isregistereduser", ["TRUE "]),
            ], multiFactor: false, isCompliant: false, isJoined: false),
        Case(
            preset: .entra,
            attributes: [
                (claims + "emailaddress", ["sam@adatum.test"]),
                ("http://schemas.microsoft.com/identity/claims/displayname", ["Sam"]),
                (claims + "givenname", ["Samuel"]), (claims + "surname", ["Adatum"]),
                (microsoft + "groups", ["5f1c0f9e-0000-4000-8000-000000000001"]),
                (methods, ["http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password", mfa]),
            ], multiFactor: true, groups: ["5f1c0f9e-0000-4000-8000-000000000001"]),
        Case(
            preset: .okta,
            attributes: [
                ("email", ["sam@adatum.test"]), ("displayName", ["Sam"]), ("firstName", ["Samuel"]),
                ("lastName", ["Adatum"]), ("groups", ["Sales"]), ("session.amr", ["pwd", "mfa"]),
            ], multiFactor: true, groups: ["Sales"]),
        Case(
            preset: .okta,
            attributes: [
                ("email", ["sam@adatum.test"]), ("displayName", ["Sam"]), ("firstName", ["Samuel"]),
                ("lastName", ["Adatum"]), ("session.amr", ["pwd"]),
            ], multiFactor: false),
        Case(
            preset: .google,
            attributes: [
                ("primary_email", ["sam@adatum.test"]), ("name", ["Sam"]), ("first_name", ["Samuel"]),
                ("last_name", ["Adatum"]), ("groups", ["Sales"]),
            ], context: SAMLContextClass.unspecified, multiFactor: false, groups: ["Sales"]),
        Case(
            preset: .shibboleth,
            attributes: [
                ("urn:oasis:names:tc:SAML:attribute:pairwise-id", ["ABC123@adatum.test"]),
                ("urn:oid:0.9.2342.19200300.100.1.3", ["sam@adatum.test"]),
                ("urn:oid:2.16.840.1.113730.3.1.241", ["Sam"]), ("urn:oid:2.5.4.42", ["Samuel"]),
                ("urn:oid:2.5.4.4", ["Adatum"]), ("urn:oid:1.3.6.1.4.1.5923.1.5.1.1", ["urn:mace:adatum:staff"]),
            ], context: SAMLContextClass.refedsMultipleFactors, subject: "ABC123@adatum.test", multiFactor: true,
            groups: ["urn:mace:adatum:staff"]),
        Case(
            preset: .ping,
            attributes: [
                ("saml_subject_email", ["sam@adatum.test"]), ("cn", ["Sam"]), ("givenName", ["Samuel"]),
                ("sn", ["Adatum"]), ("memberOf", ["CN=Sales,DC=adatum"]),
            ], context: "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract", multiFactor: true,
            groups: ["CN=Sales,DC=adatum"]),
    ]

    @Test(arguments: cases.indices)
    func `names, groups, factors and devices`(_ index: Int) async throws {
        let expected = Self.cases[index]
        let gateway = try await TestGateway()
        let partner = try await gateway.addSAMLPartner { $0.attributes = AttributeMapping(expected.preset) }
        var person = FakePerson("sam-1", mail: nil)
        person.context = expected.context
        person.attributes = expected.attributes.map { SAMLAttribute($0.0, values: $0.1) }
        let browser = try await gateway.redeemed(partner, person)
        let identity = try #require(try await gateway.session(browser)).identity
        #expect(identity.key == IdentityKey(issuer: FakeSAMLPartner.entityID, subject: expected.subject))
        #expect(identity.email == EmailAddress("sam@adatum.test"))
        #expect(identity.displayName == "Sam")
        #expect(identity.givenName == "Samuel")
        #expect(identity.surname == "Adatum")
        #expect(identity.homeGroups == expected.groups)
        #expect(identity.authentication.multiFactor == expected.multiFactor)
        #expect(identity.authentication.deviceIsCompliant == expected.isCompliant)
        #expect(identity.authentication.deviceIsHybridJoined == expected.isJoined)
        #expect(identity.federatedSession?.nameID == "sam-1")
        #expect(identity.federatedSession?.sessionIndex == "_session")
    }
}
