import Directory
import Gateway
import JSON
import Storage

extension Command {
    static let invite = Command(
        name: "invite", summary: "Invite somebody as a guest.", operands: "EMAIL", operandCount: 0...1,
        options: [
            .tenant, Option(name: "redirect", value: "URL", summary: "where the guest lands after accepting"),
            Option(name: "name", value: "NAME", summary: "the guest's name, as shown here"),
            Option(name: "message", value: "TEXT", summary: "a few words in the mail"),
            Option(name: "no-mail", value: nil, summary: "send nothing; the link is printed"),
            Option(name: "member", value: nil, summary: "the guest becomes a member (userType), not a guest"),
            Option(name: "language", value: "TAG", summary: "of the mail, as in de-CH"),
            Option(name: "days", value: "N|never", summary: "how long the link works; else as the organisation says"),
            Option(name: "csv", value: "FILE", summary: "many at once, in the form of Entra's bulk invite"),
            Option(name: "job", value: "ID", summary: "what became of a --csv that was cut off"),
            Option(name: "no-wait", value: nil, summary: "with --csv: answer with the job's id at once"),
            .configuration, .json,
        ],
        details: """
            Makes the guest's object, or takes the one that waits, and mails the link. The link is printed too: whoever
            has it can accept, so treat it as the mail. Somebody who has accepted before is left as they are.

            With --csv each line of the file is an invitation. The server works on them, through restarts too, and a line
            never invites twice; lines that can't be invited are told with the reason, and make the exit code 1.
            """
    ) { arguments, console throws(CommandFailure) in
        if arguments.value("csv") != nil || arguments.value("job") != nil {
            guard arguments.operands.isEmpty else { throw .usage("--csv and --job take no EMAIL") }
            return try InviteMany(arguments: arguments, console: console).run()
        }
        guard !arguments.operands.isEmpty else { throw .usage("invite needs an EMAIL, or --csv FILE") }
        let address: EmailAddress
        do throws(EmailAddress.Fault) {
            address = try EmailAddress(reading: arguments.operands[0])
        } catch {
            throw .usage("\"\(arguments.operands[0])\" can't be invited. \(error)")
        }
        var parameters: JSONObject = ["email": .string(address.description), "mail": .bool(!arguments.has("no-mail"))]
        for name in ["tenant", "redirect", "name", "message", "language", "days"] {
            if let value = arguments.value(name) { parameters[name] = .string(value) }
        }
        if arguments.has("member") { parameters["member"] = true }
        return try InstallationClient(arguments).run(.invite, parameters, arguments, console)
    }
}

extension Operation {
    static let invite = Operation(name: "invite") { parameters, context in
        await .of { () async throws(OperationFailure) in
            guard let address = parameters["email"]?.string.flatMap(EmailAddress.init) else {
                throw OperationFailure(.fault, "the request is incomplete")
            }
            let snapshot = try await context.tenant(parameters)
            let mails = parameters["mail"]?.bool ?? true
            let request = InvitationRequest(
                address: address, displayName: parameters["name"]?.string,
                userType: parameters["member"]?.bool == true ? .member : .guest,
                redirectURL: parameters["redirect"]?.string, message: parameters["message"]?.string,
                messageLanguage: parameters["language"]?.string, sendsMail: mails,
                lifetime: try lifetime(parameters["days"]?.string))
            do throws(InvitationRefusal) {
                let issued = try await context.installation.invite(
                    request, to: snapshot, by: nil, inviterName: snapshot.tenant.displayName)
                return result(issued, snapshot.tenant, mails: mails, sendsMail: context.sendsMail)
            } catch {
                switch error {
                case .alreadyThere(let id): return try await there(id, address, snapshot.tenant, context)
                case .ownDomain(let domain):
                    throw OperationFailure(
                        .refused, "\(address) is in \(domain), a domain of \(snapshot.tenant.displayName) itself")
                case .redirectNotAcceptable(let url):
                    throw OperationFailure(.usage, "--redirect is \(url), which is no https address")
                case .unacceptable: throw OperationFailure(.usage, error.sentence)
                case .storage(let error): throw OperationFailure(error)
                default: throw OperationFailure(.refused, error.sentence)
                }
            }
        }
    }

    private static func lifetime(_ text: String?) throws(OperationFailure) -> InvitationRequest.Lifetime {
        guard let text else { return .asTenantSays }
        if text == "never" { return .never }
        guard let days = Int(text) else { throw OperationFailure(.usage, "--days is neither a number nor never") }
        return .days(days)
    }

    private static func result(
        _ issued: IssuedInvitation, _ tenant: Tenant, mails: Bool, sendsMail: Bool
    ) -> OperationResult {
        let invitation = issued.invitation
        var json: JSONObject = [
            "id": .string(invitation.id.description), "tenant": .string(tenant.id.description),
            "invitedUserEmailAddress": .string(invitation.email.description),
            "invitedUser": ["id": .string(issued.user.id.description)],
            "inviteRedeemUrl": .string(issued.redeemURL), "status": .string(invitation.status.rawValue),
            "sendInvitationMessage": .bool(mails),
        ]
        if let redirect = invitation.redirectURL { json["inviteRedirectUrl"] = .string(redirect) }
        let text = """
            \(invitation.email) is invited to \(tenant.displayName).
              user: \(issued.user.id)
              link: \(issued.redeemURL)
            """
        let waits = mails && !sendsMail
        return OperationResult(
            text: text, note: waits ? "vestibule: the mail leaves when the gateway is served" : nil, json: .object(json)
        )
    }

    /// Who is there already: a guest who accepted needs no second invitation, so that inviting twice is no failure.
    private static func there(
        _ id: User.ID, _ address: EmailAddress, _ tenant: Tenant, _ context: OperationContext
    ) async throws(OperationFailure) -> OperationResult {
        let user: User?
        do { user = try await context.installation.store.user(tenant.id, id) } catch { throw OperationFailure(error) }
        guard user?.externalUserState == .accepted else {
            throw OperationFailure(.refused, "\(address) is a member of \(tenant.displayName) already (\(id))")
        }
        return OperationResult(
            text: "\(address) accepted an invitation of \(tenant.displayName) before; nothing was sent.",
            json: [
                "tenant": .string(tenant.id.description), "invitedUserEmailAddress": .string(address.description),
                "invitedUser": ["id": .string(id.description)],
                "status": .string(Invitation.Status.completed.rawValue), "sendInvitationMessage": false,
            ])
    }
}
