internal import Access
internal import Directory
internal import FoundationEssentials
internal import Gateway
internal import JSON
internal import Storage

/// Graph's invitations, and what it lacks: looking at one, and withdrawing it.
enum InvitationResource {
    static let operations: [GraphOperation] = [
        GraphOperation(
            .post, "/invitations", "invitation.create", "Invite somebody", .invite,
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
            .post, "/invitations/{id}/revoke", "invitation.revoke", "Withdraw an invitation", .manageInvitations,
            answers: .nothing
        ) { call throws(GraphError) in
            let invitation = try await call.invitation()
            guard invitation.status == .pendingAcceptance else {
                throw .badRequest("The invitation is not pending: \(invitation.status.rawValue).")
            }
            try await call.commit([
                .revokeInvitation(invitation.id, in: call.tenantID),
                call.audit(
                    "Revoke external user invite",
                    on: [AuditParty(user: invitation.user, name: invitation.email.description)],
                    [("InvitationId", invitation.id.description)]),
            ])
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
        guard let address = EmailAddress(body.string("invitedUserEmailAddress") ?? "") else {
            throw .badRequest("The invited user email address is invalid.")
        }
        let userType = body.string("invitedUserType").flatMap(User.UserType.init(rawValue:)) ?? .guest
        try requirePermission(to: address, as: userType)
        let message = body.object("invitedUserMessageInfo")?.string("customizedMessageBody")
        let request = InvitationRequest(
            address: address, displayName: body.string("invitedUserDisplayName"), userType: userType,
            redirectURL: body.string("inviteRedirectUrl"), message: message.flatMap { $0.isEmpty ? nil : $0 },
            sendsMail: body.flag("sendInvitationMessage") ?? false)
        let name = caller.user?.displayName ?? caller.application?.displayName ?? tenant.displayName
        do throws(InvitationRefusal) {
            let issued = try await installation.invite(
                request, to: snapshot, by: caller.user?.id, inviterName: name)
            var object = json(issued.invitation)
            object["inviteRedeemUrl"] = .string(issued.redeemURL)
            object["invitedUserDisplayName"] = .string(issued.user.displayName)
            object["invitedUserType"] = .string(issued.user.userType.rawValue)
            object["sendInvitationMessage"] = .bool(request.sendsMail)
            object["invitedUserMessageInfo"] = ["customizedMessageBody": .text(request.message)]
            return answer(object, of: InvitationSchema.type, context: "invitations/$entity", status: 201)
        } catch {
            throw Self.error(error, at: address)
        }
    }

    /// The permission is not enough: the organisation says who may invite (guests-and-invitations §2.2).
    private func requirePermission(to address: EmailAddress, as userType: User.UserType) throws(GraphError) {
        let inviter: Inviter
        switch caller.kind {
        case .application: inviter = .application
        case .person(let user, _, let roles):
            inviter = .user(user.userType, roles: roles)
            guard userType == .guest || roles.contains(.globalAdministrator) || roles.contains(.userAdministrator)
            else {
                throw .forbidden("Inviting somebody as a member needs an administrator of users.")
            }
            let isAdmitted = installation.counters.admits(
                "invitations \(tenantID) \(user.id)", limit: Self.invitationsPerHour, seconds: 3_600, at: now)
            guard isAdmitted else { throw .tooMany("Too many invitations within an hour.") }
        }
        // An administrators' list shuts applications out too, as in Entra.
        if case .application = inviter, tenant.allowsInvitesFrom == .adminsAndGuestInviters {
            throw .forbidden(InvitationDenial.inviterNotPermitted.message)
        }
        let verdict = invitationDecision(
            for: InvitationInput(inviter: inviter, domain: address.domain),
            settings: InvitationSettings(
                collaboration: ExternalCollaboration(
                    allowsInvitesFrom: tenant.allowsInvitesFrom, guestAccess: tenant.guestAccess)))
        if case .deny(let denial, _) = verdict { throw .forbidden(denial.message) }
    }

    /// As many objects as somebody makes by hand; applications are their administrator's.
    private static let invitationsPerHour = 250

    /// guests-and-invitations §2.4.
    private static func error(_ refusal: InvitationRefusal, at address: EmailAddress) -> GraphError {
        if case .storage(let error) = refusal { return GraphError(error) }
        if case .ownDomain = refusal {
            return .badRequest("The invited user's address is in a verified domain of this directory.")
        }
        if case .alreadyThere(let id) = refusal {
            return .badRequest("The invited user already exists in the directory as object ID: \(id).")
        }
        if case .redirectNotAcceptable = refusal {
            return .badRequest("The inviteRedirectUrl must be an absolute https URL.")
        }
        return .badRequest("\(address) can't be invited: \(refusal).")
    }

    func json(_ invitation: Invitation) -> JSONObject {
        [
            "id": .string(invitation.id.description),
            "invitedUserEmailAddress": .string(invitation.email.description),
            "inviteRedirectUrl": .text(invitation.redirectURL), "status": .string(invitation.status.rawValue),
            "createdDateTime": GraphTime.json(invitation.createdAt),
            "expirationDateTime": GraphTime.json(invitation.expiresAt),
            "invitedUser": ["id": .string(invitation.user.description)],
        ]
    }
}
