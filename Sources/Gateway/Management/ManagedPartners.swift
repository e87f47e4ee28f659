package import Directory
internal import FoundationEssentials
package import JSON
package import Storage

/// Partners as the management API makes, changes and removes them: by the rules of `vestibule apply`, without its operator's
/// word on domains, and without any file.
extension Installation {
    /// Makes or changes one partner of the tenant.
    ///
    /// - Parameter declared: As in a declaration's `partners`. What it leaves out stays as it is.
    package func declarePartner(
        _ declared: JSONObject, in tenant: Tenant.ID, by author: String
    ) async throws(DeclarationRefusal) {
        let document: JSONValue = ["tenant": .string(tenant.description), "partners": [.object(declared)]]
        let declaration: Declaration
        do throws(FileFault) {
            let file = try DeclaredFile(name: "the request", bytes: JSONWriter.write(document))
            declaration = try Declaration(file) { _ in nil }
        } catch {
            throw .fault(error)
        }
        _ = try await apply(declaration, asOperator: false, by: author)
    }

    /// Removes a partner: nobody it vouched for is let in any more, from the commit on, and its guests have no way in until
    /// their redemption is reset.
    ///
    /// - Returns: Whether the settings were still those that the caller decided over; if not, nothing was written.
    package func removePartner(
        _ partner: Partner, over snapshot: TenantSnapshot, by actor: AuditParty
    ) async throws(StorageError) -> Bool {
        let tenant = snapshot.tenant.id
        var steps = containmentSteps(partner, in: tenant)
        for proof in try await store.domainProofs(tenant) where proof.claim.subject == .partner(partner.id) {
            steps.append(.removeDomainProof(proof.claim.domain, of: .partner(partner.id), in: tenant))
        }
        steps.append(
            audit(
                "Delete identity provider", category: "Policy", in: tenant, actor: actor,
                targets: [AuditParty(kind: "IdentityProvider", id: partner.id.description, name: partner.name)]))
        return try await publish(
            [SettingsObject(kind: .partner, id: partner.id.description, body: nil)], over: snapshot, by: actor.name,
            with: steps)
    }
}
