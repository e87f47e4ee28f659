internal import HTTP

/// Where a partner asks who is there: a list of its people, and what to get wrong this once.
struct PartnerSignInPage: Sendable {
    let partner: FederationPartner
    /// Where the form goes.
    let path: String
    /// What is carried through the page.
    let carried: [(name: String, value: String)]

    func response(hint: String?) -> HTTPResponse {
        let hidden: [LabMarkup] = carried.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" }
        // Whoever was sent here with an address comes first.
        let people = partner.people.filter { $0.email == hint } + partner.people.filter { $0.email != hint }
        let buttons: [LabMarkup] = people.enumerated().map { position, person in
            """
            <button class="wide\(position == 0 ? "" : " plain")" type="submit" name="person" value="\(person.email)">\
            \(person.name), \(person.email)</button>
            """
        }
        return partner.page("Who are you at \(partner.displayName)?", isNarrow: true).response(
            """
            <section class="card"><p class="soft">\(partner.displayName) is another organisation with an identity provider
            of its own, which speaks \(partner.protocolName). It asks for no password in this demo.</p>
            <form method="post" action="\(path)">\(hidden)<div class="row">\(buttons)
            <button class="wide plain" type="submit" name="person" value="">Decline</button></div>
            <details><summary>How to answer</summary>
            <label for="factor">Signed in with</label>
            <select id="factor" name="factor"><option value="">a password</option>
            <option value="mfa">a password and a second factor</option></select>
            <label for="fault">What goes wrong</label><select id="fault" name="fault">\(options)</select></details>
            </form></section>
            """)
    }

    private var options: LabMarkup {
        let on = partner.switches.messageFaults.map(\.name).joined(separator: ", ")
        let first: LabMarkup =
            on.isEmpty
            ? "<option value=\"\">nothing</option>"
            : "<option value=\"\">as switched: \(on)</option><option value=\"none\">nothing</option>"
        let rest: [LabMarkup] = partner.switches.faults.filter { !$0.isOfService }.map {
            "<option value=\"\($0.name)\">\($0.name)</option>"
        }
        return "\(first)\(rest)"
    }
}

/// What a person chose there.
struct PartnerChoice: Sendable {
    /// Nil: declined.
    let person: PartnerPerson?
    let usedSecondFactor: Bool
    let faults: [PartnerFault]

    init(_ form: LabParameters, _ partner: FederationPartner) throws(LabError) {
        guard let email = form["person"] else { throw LabError("nobody was chosen") }
        person = partner.person(email)
        guard person != nil || email.isEmpty else { throw LabError("\(email) does not work at \(partner.displayName)") }
        usedSecondFactor = form["factor"] == "mfa"
        faults = try partner.faults(choosing: form["fault"])
    }
}
