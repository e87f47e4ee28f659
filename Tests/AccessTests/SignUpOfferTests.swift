import Directory
import Testing

@testable import Access

@Suite("Whether a stranger may sign up") struct SignUpOfferTests {
    private static let contoso = Sample.sure(DomainName("contoso.com"))
    private static let google = Sample.sure(Partner.ID("00000000-0000-4000-8000-0000000000a1"))

    private func question(_ change: (inout SignUpQuestion) -> Void = { _ in }) -> SignUpQuestion {
        let domain = Sample.sure(DomainName("woodgrove.com"))
        let tenant = Tenant(
            id: Sample.sure(Tenant.ID("00000000-0000-4000-8000-0000000000a2")), displayName: "Woodgrove",
            initialDomain: domain, domains: [domain], allowsSelfServiceSignUp: true)
        var question = SignUpQuestion(
            flow: UserFlow(id: Sample.sure(UserFlow.ID(name: "partners"))), partner: Self.google, kind: .oidc,
            address: Sample.sure(EmailAddress("ada@contoso.com")), isAddressTaken: false, tenant: tenant)
        change(&question)
        return question
    }

    @Test func `with every rule met, and each with its reason`() {
        let verdict = signUpOffer(for: question())
        #expect(verdict.isAllowed)
        #expect(
            verdict.reasons.map(\.rule) == [
                "signUp.userFlow", "collaboration.signUp", "signUp.home", "signUp.ownDomain", "collaboration.domain",
                "signUp.addressFree",
            ])
    }

    static let closed: [(SignUpDenial, @Sendable (inout SignUpQuestion) -> Void)] = [
        (.noUserFlow, { $0.flow = nil }), (.signUpSwitchedOff, { $0.tenant.allowsSelfServiceSignUp = false }),
        (.homeNotAdmitted, { $0.flow?.providers = .some([], emailCode: true) }),
        (
            .homeNotAdmitted,
            {
                $0.flow?.providers = .some([Self.google], emailCode: false)
                ($0.partner, $0.kind) = (nil, .emailCode)
            }
        ),
        (.ownDomain, { $0.tenant.domains.append(Self.contoso) }),
        (.domainBlocked, { $0.tenant.blockedInvitationDomains = [Self.contoso] }),
        (.domainBlocked, { $0.tenant.allowedInvitationDomains = [Sample.sure(DomainName("fabrikam.com"))] }),
        (.addressTaken, { $0.isAddressTaken = true }),
    ]

    @Test(arguments: closed)
    func `one rule that is not met is enough`(
        denial: SignUpDenial, change: @Sendable (inout SignUpQuestion) -> Void
    ) {
        let verdict = signUpOffer(for: question(change))
        #expect(verdict.denial == denial)
        #expect(verdict.reasons.filter { !$0.met }.count == 1)
    }

    @Test func `a home that the flow names is admitted`() {
        let verdict = signUpOffer(for: question { $0.flow?.providers = .some([Self.google], emailCode: false) })
        #expect(verdict.isAllowed)
    }
}
