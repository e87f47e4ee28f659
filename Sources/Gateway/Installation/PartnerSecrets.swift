internal import Cryptography
internal import Directory
internal import Storage

/// Secrets that we must present to partners: kept wrapped under the master key, bound to their tenant, table and name.
extension Installation {
    func secret(named name: String, of tenant: Tenant.ID) async throws(Failure) -> Secret {
        let record = try await storing { () async throws(StorageError) in try await store.secret(tenant, name: name) }
        guard let record else { throw .ours("the secret '\(name)' is not set") }
        do {
            return try masterKey.unwrap(record.wrapped, associatedData: SecretRecord.associatedData(tenant, name))
        } catch {
            throw .ours("the secret '\(name)' can't be unwrapped: \(error)")
        }
    }
}

extension SecretRecord {
    /// What the wrapping is bound to.
    static func associatedData(_ tenant: Tenant.ID, _ name: String) -> [UInt8] {
        Array("\(tenant)/secrets/\(name)".utf8)
    }
}
