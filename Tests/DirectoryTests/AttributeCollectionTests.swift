// A test may force: a nil here is a mistake in the test.
// swift-format-ignore-file: NeverForceUnwrap

import Directory
import Testing

/// What the sign-up form takes, and what it says of the rest.
@Suite struct AttributeCollectionTests {
    private static let application = Application.AppID("00000000-0000-4000-8000-0000000000aa")!

    private func custom(_ name: String, _ type: UserFlowAttribute.DataType) -> UserFlowAttribute {
        UserFlowAttribute(id: .init(custom: name, of: Self.application)!, displayName: name, dataType: type)
    }

    private func collect(
        _ assignments: [AttributeAssignment], _ answers: [UserFlowAttribute: [String]]
    ) -> AttributeCollection {
        AttributeCollection(assignments) { id in answers.first { $0.key.id == id }?.value ?? [] }
    }

    @Test func `Answers are trimmed, and typed as their attribute`() {
        let city = UserFlowAttribute(.city)
        let seats = custom("Seats", .int64)
        let terms = custom("Terms", .boolean)
        let read = collect(
            [AttributeAssignment(city), AttributeAssignment(seats), AttributeAssignment(terms)],
            [city: ["  Zürich "], seats: ["42"], terms: ["on"]])
        #expect(
            read == .complete([city.id: .string("Zürich"), seats.id: .integer(42), terms.id: .boolean(true)]))
    }

    @Test(arguments: [
        (["x\ny"], AttributeProblem.controlCharacter), ([], .missing), (["  "], .missing),
        ([String(repeating: "a", count: 129)], .tooLong(maximum: 128)), (["a", "b"], .notOffered),
        ([String(repeating: "e\u{301}", count: 65)], .tooLong(maximum: 128)),
    ])
    func `A city that can't be taken`(answers: [String], problem: AttributeProblem) {
        let city = UserFlowAttribute(.city)
        #expect(collect([AttributeAssignment(city)], [city: answers]) == .problems([city.id: problem]))
    }

    @Test func `Every problem is named at once`() {
        let seats = custom("Seats", .int64)
        let email = UserFlowAttribute(.email)
        let read = collect(
            [AttributeAssignment(seats), AttributeAssignment(email)], [seats: ["many"], email: ["nobody"]])
        #expect(read == .problems([seats.id: .malformed(.int64), email.id: .notAnAddress]))
    }

    @Test func `A choice takes only what is offered`() {
        let size = custom("Size", .string)
        let assignment = AttributeAssignment(
            size, input: .radioSingleSelect,
            options: [.init(name: "Small", value: "S"), .init(name: "Large", value: "L")])
        #expect(collect([assignment], [size: ["L"]]) == .complete([size.id: .string("L")]))
        #expect(collect([assignment], [size: ["Large"]]) == .problems([size.id: .notOffered]))
        #expect(collect([assignment], [size: ["S", "L"]]) == .problems([size.id: .notOffered]))
    }

    @Test func `Several choices are kept together`() {
        let days = custom("Days", .string)
        let assignment = AttributeAssignment(
            days, input: .checkboxMultiSelect, options: [.init(name: "Mo", value: "1"), .init(name: "Tu", value: "2")])
        #expect(collect([assignment], [days: ["1", "2"]]) == .complete([days.id: .string("1,2")]))
    }

    @Test func `What is optional may be left out, and what is not asked is not read`() {
        let city = UserFlowAttribute(.city)
        let state = UserFlowAttribute(.state)
        #expect(collect([AttributeAssignment(city, isOptional: true)], [state: ["Bern"]]) == .complete([:]))
    }

    @Test(arguments: [
        "extension_0000000000004000800000000000aa_Seats", "extension__Seats",
        "extension_000000000000400080000000000000aa_", "extension_000000000000400080000000000000aa_1",
        "extension_000000000000400080000000000000AA_Seats", "favourite", "",
    ])
    func `No attribute's id`(text: String) { #expect(UserFlowAttribute.ID(text) == nil) }

    @Test func `An attribute's id and a flow's`() {
        let id = UserFlowAttribute.ID("extension_000000000000400080000000000000aa_Seats")
        #expect(id == UserFlowAttribute.ID(custom: "Seats", of: Self.application))
        #expect(id?.customName == "Seats")
        #expect(UserFlow.ID(name: "partners")?.description == "B2X_1_partners")
        #expect(UserFlow.ID(name: "B2X_1_partners")?.description == "B2X_1_partners")
        #expect(UserFlow.ID(name: "p/q") == nil)
        #expect(UserFlow.ID("partners") == nil)
    }
}
