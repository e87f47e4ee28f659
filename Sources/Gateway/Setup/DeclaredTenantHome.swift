package import Cryptography
package import Directory

/// A tenant as the home of guests, as a file declares it: of this installation, or of another one, which then knows us by
/// a registration.
package struct DeclaredTenantHome: Sendable {
    package var home: Tenant.ID
    /// The other installation's origin.
    package var base: String?
    /// Of the application that stands for us there; it is there exactly where `base` is.
    package var clientID: String?
    package var clientSecret: Secret?
    let basePlace: Declaration.Place

    init(_ object: inout DeclaredObject, _ reading: Declaration.FileReading) throws(FileFault) {
        home = try object.parsed("home", "a tenant's id")
        base = try object.stringOrNil("base")
        basePlace = object.place("base")
        clientID = try object.stringOrNil("clientID")
        clientSecret = try object.secret("clientSecret", reading).map { Secret(utf8: $0) }
        if base != nil, clientID == nil {
            throw object.fault("clientID", "is missing: another installation knows us by an application of its own")
        }
        if base == nil, clientID != nil || clientSecret != nil {
            throw object.fault("base", "is missing; organisations of this installation need no registration")
        }
    }
}
