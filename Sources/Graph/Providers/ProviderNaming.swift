internal import Directory
internal import Gateway
internal import JSON
internal import Storage

extension Partner {
    var etag: String { "W/\"\(SettingsObject(self).digest)\"" }
}

extension GraphCall {
    /// A name for URLs, made of the display name, that no partner of the tenant has.
    func freeName(for displayName: String) -> String {
        var name = ""
        for byte in displayName.utf8 {
            switch byte {
            case 65...90: name.append(Character(UnicodeScalar(byte + 32)))
            case 48...57, 97...122: name.append(Character(UnicodeScalar(byte)))
            default: if !name.isEmpty, name.last != "-" { name.append("-") }
            }
        }
        name = String(name.prefix(30))
        while name.last == "-" { name.removeLast() }
        if name.isEmpty { name = "provider" }
        var candidate = name
        var number = 2
        while snapshot.partner(named: candidate) != nil {
            candidate = "\(name)-\(number)"
            number += 1
        }
        return candidate
    }

    func partner(where isWanted: (Partner) -> Bool) throws(GraphError) -> Partner {
        let name = parameter("id").lowercased()
        guard let found = snapshot.partners.first(where: { $0.id.description == name && isWanted($0) }) else {
            throw .notFound(parameter("id"))
        }
        return found
    }

    /// Makes or changes a partner, and answers it as it is then.
    func declare(_ declared: JSONObject, named name: String) async throws(GraphError) -> Partner {
        let (installation, tenant, author) = (installation, tenantID, caller.party.name)
        do throws(DeclarationRefusal) {
            try await installation.declarePartner(declared, in: tenant, by: author)
        } catch {
            switch error {
            case .fault(let fault):
                throw .badRequest(
                    fault.problem.isEmpty ? "\(fault)" : "\(fault.key ?? "The provider") \(fault.problem).")
            case .storage(let error): throw GraphError(error)
            }
        }
        let after = try await storing { () async throws(StorageError) in
            try await installation.settings.snapshot(tenant)
        }
        guard let partner = after?.partner(named: name) else { throw .fault("the partner \(name) is not there") }
        return partner
    }

    func remove(_ partner: Partner) async throws(GraphError) -> GraphAnswer {
        try requireMatch(partner.etag)
        let (installation, snapshot, party) = (installation, snapshot, caller.party)
        let isApplied = try await storing { () async throws(StorageError) in
            try await installation.removePartner(partner, over: snapshot, by: party)
        }
        guard isApplied else { throw .conflict("Somebody else changed the settings at the same time. Try again.") }
        return .noContent
    }
}
