import Directory
import FoundationEssentials
import Testing

@testable import Access

/// Rows 45 to 53 of access-policy's decision tables.
@Suite("Governance, row by row") struct GovernanceTests {
    static let home = CrossTenantTests.home
    static let external = Requestor(user: nil, userType: nil, organization: home)
    static let guest = Requestor(user: Sample.id(20), userType: .guest, organization: home)
    static let member = Requestor(user: Sample.id(21), userType: .member)

    static func organization(_ state: ConnectedOrganization.State) -> [ConnectedOrganization] {
        [ConnectedOrganization(id: "contoso", state: state, identities: Set(home.identifiers))]
    }

    static func offer(_ scopes: RequestorScope...) -> AccessPackage {
        AccessPackage(
            id: "p", policies: scopes.enumerated().map { AccessPackage.Policy(id: "\($0.offset)", scope: $0.element) })
    }

    @Test func `row 45: people of a proposed organisation are not of all configured ones`() {
        func denial(_ scope: RequestorScope, _ state: ConnectedOrganization.State) -> EntitlementDenial? {
            requestDecision(for: Self.offer(scope), by: Self.external, organizations: Self.organization(state))
                .verdict.denial
        }
        #expect(denial(.allConfiguredOrganizations, .proposed) == .outOfScope)
        #expect(denial(.allConfiguredOrganizations, .configured) == nil)
        #expect(denial(.allExternalUsers, .proposed) == nil)
        #expect(denial(.organizations(["contoso"]), .proposed) == nil)
        #expect(denial(.organizations(["fabrikam"]), .configured) == .outOfScope)
        #expect(denial(.notSpecified, .configured) == .outOfScope)
    }

    @Test func `row 46: an approved request of a denied domain makes no guest, and is not delivered`() {
        let denied = ExternalCollaboration(domains: .blocked([ExternalCollaborationTests.contoso]))
        func denial(isUser: Bool) -> InvitationDenial? {
            deliveryDecision(isUser: isUser, domain: ExternalCollaborationTests.contoso, collaboration: denied).denial
        }
        #expect(denial(isUser: false) == .domainBlocked)
        #expect(denial(isUser: true) == nil)
    }

    @Test func `row 47: who lost the last assignment`() {
        let day30 = Sample.now.addingTimeInterval(30 * 86_400)
        #expect(fate(ofGoverned: true, remaining: 0, at: Sample.now) == .blocked(deletedAt: day30))
        #expect(fate(ofGoverned: true, remaining: 1, at: Sample.now) == .untouched)
        #expect(fate(ofGoverned: false, remaining: 0, at: Sample.now) == .untouched)
        func governed(_ action: ExternalUserLifecycle.Action, days: Int = 30) -> GuestFate {
            fate(
                ofGoverned: true, remaining: 0, at: Sample.now,
                settings: ExternalUserLifecycle(action: action, daysUntilDeletion: days))
        }
        #expect(governed(.none) == .untouched)
        #expect(governed(.blockSignIn) == .blocked(deletedAt: nil))
        #expect(governed(.blockSignInAndDelete, days: 0) == .blocked(deletedAt: Sample.now))
    }

    @Test func `row 48: separation of duties is one-directional, for administrators too`() {
        let a = AccessPackage(
            id: "A", incompatiblePackages: ["B"], policies: [.init(id: "a", scope: .allDirectoryUsers)])
        let b = AccessPackage(id: "B", policies: [.init(id: "b", scope: .allDirectoryUsers)])
        var holderOfA = Self.guest
        holderOfA.packages = ["A"]
        var holderOfB = Self.guest
        holderOfB.packages = ["B"]
        #expect(requestDecision(for: b, by: holderOfA, organizations: []).verdict.isAllowed)
        #expect(requestDecision(for: a, by: holderOfB, organizations: []).verdict.denial == .incompatible)
        #expect(assignmentDecision(for: b, to: holderOfA).isAllowed)
        #expect(assignmentDecision(for: a, to: holderOfB).denial == .incompatible)
    }

    @Test func `row 49: a hidden package can be asked for by who has its link`() {
        var hidden = Self.offer(.allExternalUsers)
        hidden.isHidden = true
        #expect(requestDecision(for: hidden, by: Self.external, organizations: []).verdict.isAllowed)
        hidden.isPublished = false
        #expect(
            requestDecision(for: hidden, by: Self.external, organizations: []).verdict.denial == .packageUnavailable)
        hidden.isPublished = true
        hidden.isExternallyVisible = false
        #expect(
            requestDecision(for: hidden, by: Self.external, organizations: []).verdict.denial == .packageUnavailable)
    }

    @Test func `of several policies the most exact counts, and ties are the requestor's choice`() {
        func policies(_ requestor: Requestor, _ scopes: [RequestorScope]) -> [String] {
            let offer = AccessPackage(
                id: "p", policies: scopes.enumerated().map { .init(id: "\($0.offset)", scope: $0.element) })
            return requestDecision(for: offer, by: requestor, organizations: Self.organization(.configured)).policies
                .map(\.id)
        }
        #expect(policies(Self.member, [.allDirectoryUsers, .allMembers]) == ["1"])
        #expect(policies(Self.guest, [.allDirectoryUsers, .allMembers]) == ["0"])
        #expect(policies(Self.external, [.allConfiguredOrganizations, .allExternalUsers]) == ["0", "1"])
        #expect(policies(Self.guest, [.allExternalUsers, .users([Sample.id(20)], groups: [])]) == ["1"])
        #expect(policies(Self.member, [.allExternalUsers]) == [])
    }

    @Test func `a guest who is blocked until deleted can't ask again`() {
        var blocked = Self.guest
        blocked.isBlockedByLifecycle = true
        #expect(
            requestDecision(for: Self.offer(.allDirectoryUsers), by: blocked, organizations: []).verdict.denial
                == .blockedByLifecycle)
    }

    static let day = 86_400
    static let boss: User.ID = Sample.id(60)
    static let deputy: User.ID = Sample.id(61)
    static let stages = [
        ApprovalStage(approvers: [boss], deniesAfter: 14 * day),
        ApprovalStage(
            approvers: [boss, Sample.id(20)], deniesAfter: 7 * day, escalationApprovers: [deputy],
            escalatesAfter: 2 * day),
    ]

    static func vote(_ by: User.ID, _ days: Double, _ approves: Bool = true, why: String? = "x") -> ApprovalVote {
        ApprovalVote(by: by, at: Sample.now + days * 86_400, approves: approves, justification: why)
    }

    /// Votes, days since the request, where it stands.
    static let approvals: [([ApprovalVote], Double, ApprovalState)] = [
        ([], 1, .pending(stage: 0, isEscalated: false)), ([], 14, .timedOut(stage: 0)),
        ([vote(boss, 1)], 1, .pending(stage: 1, isEscalated: false)),
        ([vote(boss, 1)], 3, .pending(stage: 1, isEscalated: true)),
        // Row 50: nobody decides in the second stage.
        ([vote(boss, 1)], 8, .timedOut(stage: 1)),
        ([vote(boss, 1), vote(boss, 2)], 2, .approved), ([vote(boss, 1, false)], 1, .denied(stage: 0)),
        ([vote(boss, 1), vote(deputy, 2)], 2, .pending(stage: 1, isEscalated: false)),
        ([vote(boss, 1), vote(deputy, 3.5)], 4, .approved),
        // Nobody decides on their own request.
        ([vote(boss, 1), vote(Sample.id(20), 2)], 2, .pending(stage: 1, isEscalated: false)),
        ([vote(deputy, 1)], 1, .pending(stage: 0, isEscalated: false)),
        ([vote(boss, 1, why: "")], 1, .pending(stage: 0, isEscalated: false)),
        ([vote(boss, 15)], 15, .timedOut(stage: 0)),
    ]

    @Test(arguments: approvals)
    func `row 50: approval in stages`(votes: [ApprovalVote], days: Double, state: ApprovalState) {
        #expect(
            approvalState(
                of: Self.stages, since: Sample.now, votes: votes, requestor: Sample.id(20),
                at: Sample.now + days * 86_400) == state)
        #expect(approvalState(of: [], since: Sample.now, votes: [], requestor: nil, at: Sample.now) == .approved)
    }

    func effect(
        _ settings: AccessReviewSettings, _ decisions: [ReviewDecision], isApplied: Bool = false, isOver: Bool = true,
        isOfGuests: Bool = true, recommendation: ReviewDecision = .approve
    ) -> ReviewEffect {
        settings.effect(
            of: decisions, recommendation: recommendation, isOver: isOver, isApplied: isApplied, isOfGuests: isOfGuests)
    }

    @Test func `row 51: a denial waits until it is applied`() {
        #expect(effect(AccessReviewSettings(), [.deny]) == .nothing)
        #expect(effect(AccessReviewSettings(), [.deny], isApplied: true) == .removeAccess)
        #expect(effect(AccessReviewSettings(appliesByItself: true), [.deny], isOver: false) == .nothing)
    }

    @Test func `row 52: silence with a default denial blocks and deletes`() {
        let settings = AccessReviewSettings(
            appliesByItself: true, defaultDecision: .deny, action: .disableAndDeleteUser)
        #expect(effect(settings, []) == .block(deletedAfterDays: 30))
        #expect(effect(settings, [.notReviewed]) == .block(deletedAfterDays: 30))
        #expect(effect(settings, [], isOfGuests: false) == .removeAccess)
        #expect(effect(settings, [.approve]) == .nothing)
        #expect(effect(settings, [.dontKnow]) == .nothing)
        #expect(effect(AccessReviewSettings(appliesByItself: true), []) == .nothing)
        #expect(effect(AccessReviewSettings(appliesByItself: true), [.deny, .approve]) == .nothing)
        #expect(effect(AccessReviewSettings(appliesByItself: true), [.deny, .notReviewed]) == .removeAccess)
        let recommended = AccessReviewSettings(appliesByItself: true, defaultDecision: .recommendation)
        #expect(effect(recommended, [], recommendation: .deny) == .removeAccess)
        #expect(effect(recommended, []) == .nothing)
    }

    @Test func `row 53: who is too young to have been inactive is not looked at`() {
        let review = AccessReviewSettings(inactiveDays: 90)
        func takesIn(created: Double, seen: Double?) -> Bool {
            review.takesIn(
                createdAt: Sample.now - created * 86_400, lastSignInAt: seen.map { Sample.now - $0 * 86_400 },
                at: Sample.now)
        }
        #expect(!takesIn(created: 20, seen: nil))
        #expect(takesIn(created: 91, seen: nil) && takesIn(created: 400, seen: 90))
        #expect(!takesIn(created: 400, seen: 89))
        #expect(AccessReviewSettings().takesIn(createdAt: Sample.now, lastSignInAt: nil, at: Sample.now))
        #expect(
            AccessReviewSettings().recommendation(lastSignInAt: Sample.now - 29 * 86_400, at: Sample.now) == .approve)
        #expect(AccessReviewSettings().recommendation(lastSignInAt: Sample.now - 30 * 86_400, at: Sample.now) == .deny)
    }
}
