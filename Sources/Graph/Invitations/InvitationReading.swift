internal import Access
internal import Directory
internal import Gateway
internal import Storage

/// A body of `POST /invitations` as Gateway's request, and what it may refuse in Graph's words.
extension GraphCall {
    /// The caller as the rules of who may invite, and the mail, know them.
    var invitingParty: InvitingParty {
        switch caller.kind {
        case .person(let user, _, let roles): InvitingParty(user, roles: roles)
        case .application: InvitingParty(.application, name: caller.application?.displayName ?? tenant.displayName)
        }
    }

    func invitationRequest() throws(GraphError) -> InvitationRequest {
        guard let address = EmailAddress(body.string("invitedUserEmailAddress") ?? "") else {
            throw .badRequest("The invited user email address is invalid.")
        }
        let info = body.object("invitedUserMessageInfo")
        return InvitationRequest(
            address: address, displayName: body.string("invitedUserDisplayName"),
            userType: body.string("invitedUserType").flatMap(User.UserType.init(rawValue:)) ?? .guest,
            redirectURL: body.string("inviteRedirectUrl"),
            message: info?.string("customizedMessageBody").flatMap { $0.isEmpty ? nil : $0 },
            messageLanguage: info?.string("messageLanguage").flatMap { $0.isEmpty ? nil : $0 },
            copyTo: try info.flatMap { info throws(GraphError) in try Self.copyTo(info) },
            sendsMail: body.flag("sendInvitationMessage") ?? false, subject: try subject(), sponsors: try sponsors())
    }

    /// An id alone converts; with `resetRedemption` it resets.
    private func subject() throws(GraphError) -> InvitationRequest.Subject {
        let id = try body.object("invitedUser").flatMap { named throws(GraphError) in try Self.id(named) }
        let resets = body.flag("resetRedemption") ?? false
        guard let id else {
            guard !resets else { throw .badRequest("resetRedemption requires the id of the invitedUser.") }
            return .address
        }
        return resets ? .reset(id) : .conversion(id)
    }

    private func sponsors() throws(GraphError) -> [User.ID]? {
        guard let list = body.objects("invitedUserSponsors") else { return nil }
        var ids: [User.ID] = []
        for named in list {
            guard let id = try Self.id(named) else { throw .badRequest("A sponsor needs an id.") }
            if !ids.contains(id) { ids.append(id) }
        }
        return ids
    }

    private static func id(_ named: GraphBody) throws(GraphError) -> User.ID? {
        if let text = named.string("id") { return User.ID(text) }
        guard let url = named.string("@odata.id") else { return nil }
        guard let id = url.split(separator: "/").last.flatMap({ User.ID(String($0)) }) else {
            throw .badRequest("Invalid URL specified in '@odata.id': it ends with an object's id.")
        }
        return id
    }

    private static func copyTo(_ info: GraphBody) throws(GraphError) -> Invitation.Copy? {
        guard let receiver = info.objects("ccRecipients")?.first?.object("emailAddress"),
            let text = receiver.string("address"), !text.isEmpty
        else { return nil }
        guard let address = EmailAddress(text) else { throw .badRequest("The address in 'ccRecipients' is invalid.") }
        return Invitation.Copy(address: address, name: receiver.string("name"))
    }

    /// guests-and-invitations §2.4.
    func error(_ refusal: InvitationRefusal) -> GraphError {
        switch refusal {
        case .denied, .needsAdministrator, .holdsRoles: .forbidden(refusal.sentence)
        case .disabled: .precondition(refusal.sentence)
        case .noSuchUser: .notFound(body.object("invitedUser")?.string("id") ?? "invitedUser")
        case .noSuchInvitation: .notFound(parameter("id"))
        case .storage(let error): GraphError(error)
        case .ownDomain, .alreadyThere, .redirectNotAcceptable, .unacceptable, .addressNotOnUser, .wrongKindOfUser,
            .notPending:
            .badRequest(refusal.sentence)
        }
    }
}
