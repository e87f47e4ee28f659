internal import Directory
internal import JSON

/// The `user` field of Apple's form: what the person is called, sent at the first sign-in only, through the browser and
/// unsigned. So it is good for showing and for nothing else: its address is not read.
struct AppleUserField {
    private let name: Claims?

    init(_ field: String) {
        let value = try? JSONReader.read(Array(field.utf8), limits: JSONLimits(bytes: 4096, depth: 8))
        name = value?["name"]?.object.map { Claims($0) }
    }

    func addNames(to identity: inout ExternalIdentity) {
        guard let name else { return }
        identity.givenName = identity.givenName ?? name.display("firstName")
        identity.surname = identity.surname ?? name.display("lastName")
        let whole = [identity.givenName, identity.surname].compactMap(\.self).joined(separator: " ")
        if identity.displayName == nil, Claims.isFit(whole) { identity.displayName = whole }
    }
}
