package import Directory
internal import FoundationEssentials
package import Storage

/// The domains that a SAML or WS-Federation partner may speak for.
extension Installation {
    /// Whether the partner's word on an address in the domain counts, by the proof as it is stored now.
    ///
    /// - Parameter signInURL: The partner's passive sign-in URL as its settings have it.
    package func voice(
        of partner: Partner, at signInURL: String, for domain: DomainName, in tenant: Tenant
    ) async throws(StorageError) -> PartnerVoice {
        let proof = try await store.domainProof(tenant.id, domain, of: .partner(partner.id))
        return partnerVoice(of: partner, at: signInURL, for: domain, proof: proof, tenant: tenant)
    }

    /// The steps that give the partner a claim on each domain it lists, and on no other; for the commit that changes its
    /// settings. A domain whose proof is for this sign-in page keeps it. What the page's host proves is proven with it;
    /// what needs a record is looked at by ``checkDueDomains()`` within a minute.
    ///
    /// - Parameters:
    ///   - partner: As it will be.
    ///   - signInURL: Its passive sign-in URL as it will be.
    ///   - asOperator: Whether who runs the installation vouches for the list.
    package func partnerDomainSteps(
        _ partner: Partner, at signInURL: String, in tenant: Tenant.ID, asOperator: Bool
    ) async throws(StorageError) -> [Step] {
        let subject = DomainSubject.partner(partner.id)
        let known = try await store.domainProofs(tenant).filter { $0.claim.subject == subject }
        var steps: [Step] = []
        for domain in partner.domains {
            let claim = DomainClaim(domain: domain, subject: subject, reference: signInURL)
            let before = known.first { $0.claim == claim }
            if asOperator {
                if before?.isProven != true { steps.append(.putDomainProof(.byOperator(claim, at: now), in: tenant)) }
            } else if before == nil {
                steps.append(.putDomainProof(newProof(claim), in: tenant))
            }
        }
        for proof in known where !partner.domains.contains(proof.claim.domain) {
            steps.append(.removeDomainProof(proof.claim.domain, of: subject, in: tenant))
        }
        return steps
    }

    private func newProof(_ claim: DomainClaim) -> DomainProof {
        let proof = DomainProof(claim: claim, state: .unproven, addedAt: now, nextCheckAt: now)
        let byHost = claim.provenByHost(claim.signInHost)
        guard case .proven = byHost.verdict else { return proof }
        return proof.checked(byHost, at: now, randomness: environment.randomBytes(1).first ?? 0).proof
    }

    /// Looks at a partner's claim now, instead of when it is due.
    ///
    /// - Returns: Nil where there is no such claim: the domain is not listed for the partner.
    package func verifyDomain(
        _ domain: DomainName, for partner: Partner.ID, in snapshot: TenantSnapshot, by author: String
    ) async throws(StorageError) -> CheckedDomain? {
        for _ in 0..<3 {
            guard let proof = try await store.domainProof(snapshot.tenant.id, domain, of: .partner(partner)) else {
                return nil
            }
            if case .proven(.operatorsWord, _) = proof.state {
                let reason = Reason("domain.proof", met: true, proof.detail)
                return CheckedDomain(
                    proof: proof, decision: DomainDecision(verdict: .proven(.operatorsWord), reasons: [reason]),
                    event: nil)
            }
            if let checked = try await check(proof, in: snapshot, by: AuditParty(user: nil, name: author)) {
                return checked
            }
        }
        throw .notApplied(step: 0)
    }
}
