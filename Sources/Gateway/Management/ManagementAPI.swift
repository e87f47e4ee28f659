package import Directory

/// The management API as a resource that every tenant has: Microsoft Graph's appId, names and permissions, so that
/// Graph's SDKs ask for what they always ask for.
package enum ManagementAPI {
    package static let appID: Application.AppID = known("00000003-0000-0000-c000-000000000000")

    /// The permission that every application has for the person who signed in to it.
    static let baseline = ManagementPermission.baseline.rawValue

    /// `{base}/graph`, the base's host with and without its port (kiota drops it), and Graph itself.
    static func identifiers(base: String) -> [String] {
        var host = base
        if let colon = base.utf8.lastIndex(of: UInt8(ascii: ":")), base[colon...].dropFirst().allSatisfy(\.isNumber) {
            host = String(base[..<colon])
        }
        return ["\(base)/graph", base, host, "https://graph.microsoft.com"]
    }

    package static func application(base: String) -> Application {
        Application(
            id: known("00000003-0000-0000-c000-000000000001"), appID: appID,
            servicePrincipalID: known("00000003-0000-0000-c000-000000000002"), displayName: "Vestibule Graph",
            kind: .web, authentication: .none, identifierURIs: identifiers(base: base),
            scopes: ManagementPermission.allCases.map { permission in
                Application.Scope(
                    value: permission.rawValue, displayName: permission.displayName,
                    consentDescription: consentDescription(permission),
                    requiresAdminConsent: permission.requiresAdminConsent)
            },
            roles: ManagementPermission.allCases.compactMap { permission in
                permission.roleID.map { id in
                    Application.Role(
                        id: known(id), value: permission.rawValue, displayName: permission.displayName,
                        allowedMemberTypes: [.application])
                }
            })
    }

    private static func consentDescription(_ permission: ManagementPermission) -> String {
        if permission == .baseline { return "Lets the application read your profile in this organisation." }
        return "Lets the application do this on your behalf: \(permission.displayName.lowercased())."
    }

    /// A GUID of this file; the precondition is a test of the file, not of any input.
    private static func known<Subject>(_ text: String) -> ID<Subject> {
        guard let id = ID<Subject>(text) else { preconditionFailure("\(text) is not a GUID") }
        return id
    }
}
