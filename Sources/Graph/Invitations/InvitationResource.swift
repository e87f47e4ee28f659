internal import Directory
internal import FoundationEssentials
internal import Gateway
internal import JSON
internal import Storage

/// Graph's invitations, and what it lacks: looking at one, sending it again, withdrawing it.
enum InvitationResource {
    static let operations: [GraphOperation] = [
        GraphOperation(
            .post, "/invitations", "invitation.create",
            "Invite somebody, convert a member, or reset a guest's redemption", .invite,
            body: .create(InvitationSchema.type), answers: .entity(InvitationSchema.type, status: 201)
        ) { call throws(GraphError) in
            try await call.invite()
        },
        GraphOperation(
            .get, "/invitations/{id}", "invitation.get", "Get an invitation", .manageInvitations,
            query: .entity, answers: .entity(InvitationSchema.type)
        ) { call throws(GraphError) in
            call.answer(
                call.json(try await call.invitation()), of: InvitationSchema.type, context: "invitations/$entity")
        },
        GraphOperation(
            .get, "/users/{id}/invitations", "user.invitations.list", "List a guest's invitations", .manageInvitations,
            query: .entity, answers: .collection(InvitationSchema.type)
        ) { call throws(GraphError) in
            let user = try await call.storedUser().user
            let store = call.store
            let list = try await storing { () async throws(StorageError) in
                try await store.invitations(call.tenantID, ofUser: user.id)
            }
            return call.answer(
                try await call.page(of: InvitationSchema.type, list.map(call.json)), context: "invitations")
        },
        GraphOperation(
            .post, "/invitations/{id}/resend", "invitation.resend", "Mail a new link to who was invited",
            .manageInvitations, answers: .entity(InvitationSchema.type, status: 201)
        ) { call throws(GraphError) in
            let id = try call.id("id", of: Invitation.self)
            do throws(InvitationRefusal) {
                let issued = try await call.installation.resend(id, of: call.snapshot, by: call.invitingParty)
                return call.answer(issued, status: 201)
            } catch {
                throw call.error(error)
            }
        },
        GraphOperation(
            .post, "/invitations/{id}/revoke", "invitation.revoke", "Withdraw an invitation", .manageInvitations,
            answers: .nothing
        ) { call throws(GraphError) in
            let id = try call.id("id", of: Invitation.self)
            do throws(InvitationRefusal) {
                try await call.installation.revoke(id, of: call.snapshot, by: call.invitingParty)
            } catch {
                throw call.error(error)
            }
            return .noContent
        },
    ]
}

extension GraphCall {
    fileprivate func invitation() async throws(GraphError) -> Invitation {
        let id = try id("id", of: Invitation.self)
        let store = store
        let found = try await storing { () async throws(StorageError) in try await store.invitation(tenantID, id) }
        guard let found else { throw .notFound(id.description) }
        return found
    }

    fileprivate func invite() async throws(GraphError) -> GraphAnswer {
        let request = try invitationRequest()
        try requireRate()
        do throws(InvitationRefusal) {
            return answer(try await installation.invite(request, to: snapshot, by: invitingParty), status: 201)
        } catch {
            throw self.error(error)
        }
    }

    /// A person makes no more objects in an hour than they could by hand; applications are their administrator's.
    private func requireRate() throws(GraphError) {
        guard let user = caller.user else { return }
        let isAdmitted = installation.counters.admits(
            "invitations \(tenantID) \(user.id)", limit: installation.limits.invitationsPerPersonAndHour,
            seconds: 3_600, at: now)
        guard isAdmitted else { throw .tooMany("Too many invitations within an hour.") }
    }

    /// With the link, which is told to whoever made it and to nobody else.
    fileprivate func answer(_ issued: IssuedInvitation, status: Int) -> GraphAnswer {
        var object = json(issued.invitation)
        object["inviteRedeemUrl"] = .string(issued.redeemURL)
        object["invitedUserDisplayName"] = .string(issued.user.displayName)
        object["invitedUserType"] = .string(issued.user.userType.rawValue)
        return answer(object, of: InvitationSchema.type, context: "invitations/$entity", status: status)
    }

    /// What nobody gave is null, and one copy goes to nobody: so Graph answers.
    private func messageInfo(_ invitation: Invitation) -> JSONValue {
        let copy = invitation.copyTo
        return [
            "messageLanguage": .text(invitation.messageLanguage), "customizedMessageBody": .text(invitation.message),
            "ccRecipients": [
                ["emailAddress": ["name": .text(copy?.name), "address": .text(copy?.address.description)]]
            ],
        ]
    }

    func json(_ invitation: Invitation) -> JSONObject {
        [
            "id": .string(invitation.id.description),
            "invitedUserEmailAddress": .string(invitation.email.description),
            "inviteRedirectUrl": .text(invitation.redirectURL), "status": .string(invitation.status.rawValue),
            "createdDateTime": GraphTime.json(invitation.createdAt),
            "expirationDateTime": GraphTime.json(invitation.expiresAt),
            "invitedUser": ["id": .string(invitation.user.description)],
            "sendInvitationMessage": .bool(invitation.sendsMail),
            "resetRedemption": .bool(invitation.purpose == .reset),
            "invitedUserMessageInfo": messageInfo(invitation),
        ]
    }
}
