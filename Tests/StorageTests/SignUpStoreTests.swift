// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap

import Directory
import JSON
import Storage
import Testing

@Suite("Sign-up in the store") struct SignUpStoreTests {
    private let seats = UserFlowAttribute(
        id: UserFlowAttribute.ID(custom: "Seats", of: woodgrove)!, displayName: "Seats", dataType: .int64)

    @Test func `a flow with all it can have is read as it was written`() throws {
        let connector = APIConnector(
            id: sampleID(1), displayName: "Approvals", targetURL: "https://approvals.example/",
            authentication: .basic(username: "vestibule", secretName: "connector/1/password"))
        let certified = APIConnector(
            id: sampleID(2), displayName: "Other", targetURL: "https://approvals.example/?code=1",
            authentication: .clientCertificate(secretName: "connector/2/certificate"))
        let flow = UserFlow(
            id: UserFlow.ID(name: "partners")!, providers: .some([sampleID(3)], emailCode: true),
            attributes: [
                AttributeAssignment(UserFlowAttribute(.city), displayName: "Town", isOptional: true),
                AttributeAssignment(
                    seats, input: .radioSingleSelect,
                    options: [.init(name: "One", value: "1"), .init(name: "Two", value: "2", isDefault: true)]),
            ], postFederationSignup: sampleID(1), postAttributeCollection: sampleID(2),
            applications: [sampleID(4), sampleID(5)],
            languages: ["de": .init(labels: [seats.id: "Plätze"], options: [seats.id: ["1": "Einer"]])])
        let settings = SettingsVersion(
            number: 1,
            objects: [
                SettingsObject(flow), SettingsObject(seats), SettingsObject(connector), SettingsObject(certified),
            ])
        #expect(try settings.userFlows() == [flow])
        #expect(try settings.userFlowAttributes() == [seats])
        #expect(try settings.apiConnectors() == [connector, certified])
        #expect(throws: SettingsFormatError.self) {
            try SettingsVersion(number: 1, objects: [SettingsObject(flow)]).userFlows()
        }
    }

    @Test(arguments: Backend.available)
    func `answers are kept until the user goes`(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let user = User.sample()
            let city = UserFlowAttribute.ID(.city)
            let terms = UserFlowAttribute.ID(custom: "Terms", of: woodgrove)!
            try await store.commit([
                .insertUser(user, in: woodgrove), .putAttribute(city, .string("Bern"), ofUser: user.id, in: woodgrove),
                .putAttribute(seats.id, .integer(-7), ofUser: user.id, in: woodgrove),
                .putAttribute(terms, .boolean(true), ofUser: user.id, in: woodgrove),
                .putAttribute(city, .string("Zürich"), ofUser: user.id, in: woodgrove),
            ])
            #expect(
                try await store.attributes(woodgrove, ofUser: user.id)
                    == [city: .string("Zürich"), seats.id: .integer(-7), terms: .boolean(true)])
            #expect(try await store.attributes(fabrikam, ofUser: user.id) == [:])
            try await store.commit([.removeAttribute(terms, ofUser: user.id, in: woodgrove)])
            #expect(try await store.attributes(woodgrove, ofUser: user.id).count == 2)
            try await store.commit(Step.deleteUser(user.id, in: woodgrove, at: now))
            #expect(try await store.attributes(woodgrove, ofUser: user.id) == [:])
        }
    }
}
