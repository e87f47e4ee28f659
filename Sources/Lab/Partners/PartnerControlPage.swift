internal import HTTP

/// The switches for people, which is also the list of what the gateway refuses and by which rule.
struct PartnerControlPage: Sendable {
    let partner: FederationPartner

    func response() -> HTTPResponse {
        let groups: [LabMarkup] = PartnerFault.Group.allCases.map(group)
        return partner.page("What goes wrong at \(partner.displayName)").response(
            """
            <p class="lead">Each switch makes \(partner.displayName) do one thing that it should not, for every sign-in from
            then on. Beside it stands the rule that refuses it; <code>vestibule explain</code> names the same.</p>
            <form method="post" action="/faults">\(groups)
            <div class="actions"><button type="submit">Set the switches</button>
            <button class="plain" type="submit" name="none" value="yes">All off</button></div></form>
            \(keys)
            <section class="card"><h2>For programs</h2>
            <p>A GET of this address that accepts <code>application/json</code> lists the same. A POST sets exactly what it
            names:</p><pre>\(example)</pre></section>
            """)
    }

    private var example: String {
        """
        curl \(partner.controlURL) -H 'Content-Type: application/json' -d '{"faults": {"unsigned": true, "clock": -600}}'
        curl \(partner.origin)/keys -H 'Content-Type: application/json' -d '{"step": "announce"}'
        """
    }

    private func group(_ group: PartnerFault.Group) -> LabMarkup {
        let faults = partner.switches.faults.filter { $0.group == group }
        guard !faults.isEmpty else { return "" }
        let rows: [LabMarkup] = faults.map(row)
        return "<section class=\"card\"><h2>\(group.title)</h2><ul class=\"switches\">\(rows)</ul></section>"
    }

    private func row(_ fault: PartnerFault) -> LabMarkup {
        let refused: LabMarkup? = fault.rule.map { "<small>refused: <code>\($0)</code></small>" }
        let rule = refused ?? (fault.isOfService ? "" : "<small>goes on</small>")
        let input: LabMarkup
        if fault.takesSeconds {
            input = """
                <input id="\(fault.name)" name="\(fault.name)" type="number" value="\(partner.switches.seconds(fault.name))">
                """
        } else {
            let checked: LabMarkup = partner.switches.isOn(fault.name) ? " checked" : ""
            input = "<input id=\"\(fault.name)\" name=\"\(fault.name)\" type=\"checkbox\" value=\"yes\"\(checked)>"
        }
        return """
            <li>\(input)<label for="\(fault.name)"><code>\(fault.name)</code> \(fault.sentence)\
            \(rule)</label></li>
            """
    }

    private var keys: LabMarkup {
        let published: [LabMarkup] = partner.keys.shown.map { role, identity in
            "<div><dt>\(role)</dt><dd><code>\(identity)</code></dd></div>"
        }
        let buttons: [LabMarkup] = PartnerKeys.Step.allCases.map {
            "<button class=\"plain\" type=\"submit\" name=\"step\" value=\"\($0.rawValue)\">\($0.label)</button>"
        }
        return """
            <section class="card"><h2>Signing keys</h2><p class="soft">In this order nobody notices a change of keys. Switching
            without announcing first is how careless places do it.</p><dl>\(published)</dl>
            <form class="actions" method="post" action="/keys">\(buttons)</form></section>
            """
    }
}
