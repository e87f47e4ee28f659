package import Directory
internal import JSON

/// What a tenant tells another tenant, of this installation or elsewhere, whose guest one of its people is. Claims of our
/// own in the ID Token that the other tenant gets as a client, because no standard has them, and Entra does not publish
/// the ones it uses between tenants:
///
/// | Claim | Value | Meaning |
/// |---|---|---|
/// | `oid`, `tid` | GUIDs | with `iss` the guest's key there; never `sub`, which is pairwise |
/// | `groups` | GUIDs | those of the person's groups here that the other tenant's rules name, and no others |
/// | `vst_mfa` | boolean | whether several factors were proven in this session |
/// | `vst_device_compliant` | boolean | whether the device meets this tenant's requirements |
/// | `vst_device_joined` | boolean | whether the device is joined to this tenant's directory |
///
/// An absent claim means that this tenant knows nothing, and counts as no. The receiving tenant believes each only where
/// its inbound trust says so, and only from the issuer whose guest the person is.
package struct HomeEvidence: Sendable, Hashable {
    package var multiFactor: Bool?
    package var deviceIsCompliant: Bool?
    package var deviceIsHybridJoined: Bool?
    /// Only those that the other tenant named.
    package var groups: [Group.ID]

    package init(
        multiFactor: Bool?, deviceIsCompliant: Bool? = nil, deviceIsHybridJoined: Bool? = nil, groups: [Group.ID] = []
    ) {
        self.multiFactor = multiFactor
        self.deviceIsCompliant = deviceIsCompliant
        self.deviceIsHybridJoined = deviceIsHybridJoined
        self.groups = groups
    }

    /// The evidence of a session, and the groups cut down to those asked for.
    package init(_ evidence: AuthenticationEvidence, groups: [Group.ID], named: Set<Group.ID>) {
        self.init(
            multiFactor: evidence.multiFactor, deviceIsCompliant: evidence.deviceIsCompliant,
            deviceIsHybridJoined: evidence.deviceIsHybridJoined, groups: groups.filter(named.contains))
    }

    func write(to writer: inout JSONWriter) {
        writer.member("groups", ifAny: groups.map(\.description))
        if let multiFactor { writer.member("vst_mfa", multiFactor) }
        if let deviceIsCompliant { writer.member("vst_device_compliant", deviceIsCompliant) }
        if let deviceIsHybridJoined { writer.member("vst_device_joined", deviceIsHybridJoined) }
    }
}
