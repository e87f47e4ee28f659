/// Somebody who works at a partner.
struct PartnerPerson: Sendable, Hashable {
    let email: String
    let givenName: String
    let surname: String
    /// What the partner calls them for good: a persistent name, another than the address.
    let subject: String
    let groups: [String]

    var name: String { "\(givenName) \(surname)" }

    static let contoso = [
        PartnerPerson(
            email: "dana@contoso.example", givenName: "Dana", surname: "Swope", subject: "ct-40817",
            groups: ["Buyers", "Night shift"]),
        PartnerPerson(
            email: "chris@contoso.example", givenName: "Chris", surname: "Naidoo", subject: "ct-40952",
            groups: ["Buyers"]),
        PartnerPerson(
            email: "sasha@contoso.example", givenName: "Sasha", surname: "Ouellet", subject: "ct-00001",
            groups: ["Directors"]),
    ]

    static let tailspin = [
        PartnerPerson(
            email: "toby@tailspin.example", givenName: "Toby", surname: "Nakamura", subject: "ts-7a31f0",
            groups: ["Warehouse"]),
        PartnerPerson(
            email: "tara@tailspin.example", givenName: "Tara", surname: "Lindholm", subject: "ts-90be2c",
            groups: ["Warehouse", "Returns"]),
        PartnerPerson(
            email: "max@tailspin.example", givenName: "Max", surname: "Bengtsson", subject: "ts-000001",
            groups: ["Directors"]),
    ]
}
