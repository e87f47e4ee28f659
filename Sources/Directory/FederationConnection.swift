/// The connection to an identity provider that speaks SAML 2.0 or WS-Federation: Entra's
/// `samlOrWsFedExternalDomainFederation` with what the two protocols need beyond it.
package struct FederationConnection: Sendable, Hashable {
    /// How our request travels.
    package enum Binding: String, Sendable, Hashable, CaseIterable {
        case redirect, post
    }

    /// Which element of a response must carry a valid signature (SAML Core §5).
    package enum RequiredSignature: String, Sendable, Hashable, CaseIterable {
        case assertion, response, both, either
    }

    /// The entity id, or the `issuer` of a security token service. Compared byte for byte.
    package var issuer: String
    /// Fetched before it expires; nil: keys and addresses are kept by hand.
    package var metadataURL: String?
    /// The certificate that fetched metadata must be signed with, base64 DER; nil: TLS alone vouches for it.
    package var metadataSigner: String?
    /// Where the person is sent: the SSO location, or the passive requestor endpoint. Its host proves domains.
    package var signInURL: String
    package var signInBinding: Binding
    /// Where sign-outs are sent; nil: the partner hears of none.
    package var logoutURL: String?
    package var logoutBinding: Binding
    /// Where answers to its logout requests go, if not to `logoutURL`.
    package var logoutResponseURL: String?
    /// Base64 DER, each; several while the partner changes its key.
    package var signingCertificates: [String]
    package var requiredSignature: RequiredSignature
    /// Whether our requests are signed. Entra's are not; ours are unless switched off.
    package var signsRequests: Bool
    /// Whether a response that nobody asked for is accepted (IdP-initiated).
    package var acceptsUnsolicited: Bool
    /// Whether AES-CBC is accepted, in signed responses only (protocols-and-threats §3.3).
    package var acceptsCBC: Bool
    /// Whether a SAML 1.1 token may leave out how its subject is confirmed (WS-Federation only).
    package var acceptsUnconfirmedSubject: Bool
    /// The `Format` of the name identifier that we ask for; nil: whichever the partner chooses.
    package var nameIDFormat: String?
    /// Contexts asked for where the application names none; then the answer must state one of them.
    package var requestedContexts: [String]
    package var attributes: AttributeMapping
    /// What stays as it is when the metadata is read again.
    package var byHand: Set<MetadataProperty>

    package init(
        issuer: String, signInURL: String, signingCertificates: [String], metadataURL: String? = nil,
        metadataSigner: String? = nil, signInBinding: Binding = .redirect, logoutURL: String? = nil,
        logoutBinding: Binding = .redirect, logoutResponseURL: String? = nil,
        requiredSignature: RequiredSignature = .assertion,
        signsRequests: Bool = true, acceptsUnsolicited: Bool = false, acceptsCBC: Bool = false,
        acceptsUnconfirmedSubject: Bool = false, nameIDFormat: String? = nil, requestedContexts: [String] = [],
        attributes: AttributeMapping = .standard, byHand: Set<MetadataProperty> = []
    ) {
        self.byHand = byHand
        self.issuer = issuer
        self.signInURL = signInURL
        self.signingCertificates = signingCertificates
        self.metadataURL = metadataURL
        self.metadataSigner = metadataSigner
        self.signInBinding = signInBinding
        self.logoutURL = logoutURL
        self.logoutBinding = logoutBinding
        self.logoutResponseURL = logoutResponseURL
        self.requiredSignature = requiredSignature
        self.signsRequests = signsRequests
        self.acceptsUnsolicited = acceptsUnsolicited
        self.acceptsCBC = acceptsCBC
        self.acceptsUnconfirmedSubject = acceptsUnconfirmedSubject
        self.nameIDFormat = nameIDFormat
        self.requestedContexts = requestedContexts
        self.attributes = attributes
    }
}

/// Which attributes of an assertion mean what: for each property the names to look for, the first that is there counts.
package struct AttributeMapping: Sendable, Hashable {
    /// The stable subject; empty: the name identifier.
    package var subject: [String]
    package var email: [String]
    package var displayName: [String]
    package var givenName: [String]
    package var surname: [String]
    package var groups: [String]
    /// Attributes that name authentication methods, beside the authentication context.
    package var methods: [String]
    /// Values of the context or of `methods` that prove several factors.
    package var multiFactorValues: [String]
    /// Attributes whose value `true` says that the device is managed and compliant.
    package var deviceIsCompliant: [String]
    /// Attributes whose value `true` says that the device is joined.
    package var deviceIsHybridJoined: [String]

    package init(
        subject: [String] = [], email: [String], displayName: [String], givenName: [String], surname: [String],
        groups: [String], methods: [String] = [], multiFactorValues: [String] = Self.multiFactorContexts,
        deviceIsCompliant: [String] = [], deviceIsHybridJoined: [String] = []
    ) {
        self.subject = subject
        self.email = email
        self.displayName = displayName
        self.givenName = givenName
        self.surname = surname
        self.groups = groups
        self.methods = methods
        self.multiFactorValues = multiFactorValues
        self.deviceIsCompliant = deviceIsCompliant
        self.deviceIsHybridJoined = deviceIsHybridJoined
    }
}

extension AttributeMapping {
    /// What an attribute of this name stands for, whether or not one that is looked for earlier is there too.
    package func properties(of name: String) -> [String] {
        let all = [
            ("subject", subject), ("email", email), ("displayName", displayName), ("givenName", givenName),
            ("surname", surname), ("groups", groups), ("methods", methods), ("deviceIsCompliant", deviceIsCompliant),
            ("deviceIsHybridJoined", deviceIsHybridJoined),
        ]
        return all.filter { $0.1.contains(name) }.map(\.0)
    }
}

extension AttributeMapping {
    /// The products whose own names are known.
    package enum Preset: String, Sendable, Hashable, CaseIterable {
        case standard, adfs, entra, okta, google, shibboleth, ping
    }

    private static let claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
    private static let microsoftClaims = "http://schemas.microsoft.com/ws/2008/06/identity/claims/"
    private static let microsoftIdentity = "http://schemas.microsoft.com/identity/claims/"
    private static let methodReferences = "http://schemas.microsoft.com/claims/authnmethodsreferences"

    /// What says "several factors" in SAML's contexts (SAML AuthnContext, REFEDS) and in Microsoft's.
    package static let multiFactorContexts = [
        "https://refeds.org/profile/mfa", "http://schemas.microsoft.com/claims/multipleauthn",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI",
    ]

    package init(_ preset: Preset) {
        self =
            switch preset {
            case .standard: .standard
            case .adfs: .adfs
            case .entra: .entra
            case .okta: .okta
            case .google: .google
            case .shibboleth: .shibboleth
            case .ping: .ping
            }
    }

    /// The names that most products use or can be told to.
    package static let standard = AttributeMapping(
        email: [claims + "emailaddress", "email", "mail", "urn:oid:0.9.2342.19200300.100.1.3"],
        displayName: [
            microsoftIdentity + "displayname", claims + "name", "displayName", "urn:oid:2.16.840.1.113730.3.1.241",
        ],
        givenName: [claims + "givenname", "givenName", "firstName", "urn:oid:2.5.4.42"],
        surname: [claims + "surname", "sn", "lastName", "urn:oid:2.5.4.4"],
        groups: [microsoftClaims + "groups", "http://schemas.xmlsoap.org/claims/Group", "groups"],
        methods: [methodReferences])

    /// AD FS: claim types of WS-*, devices by the device registration service.
    static let adfs = AttributeMapping(
        email: [claims + "emailaddress"],
        displayName: [claims + "name", "http://schemas.xmlsoap.org/claims/CommonName"],
        givenName: [claims + "givenname"], surname: [claims + "surname"],
        groups: ["http://schemas.xmlsoap.org/claims/Group", microsoftClaims + "groupsid"],
        methods: [methodReferences],
        deviceIsCompliant: ["http://schemas.microsoft.com/2012/01/devicecontext/claims/ismanaged"],
        deviceIsHybridJoined: ["http://schemas.microsoft.com/2012/01/devicecontext/claims/isregistereduser"])

    /// Entra ID as identity provider: groups are object ids.
    static let entra = AttributeMapping(
        email: [claims + "emailaddress"], displayName: [microsoftIdentity + "displayname", claims + "name"],
        givenName: [claims + "givenname"], surname: [claims + "surname"], groups: [microsoftClaims + "groups"],
        methods: [methodReferences])

    static let okta = AttributeMapping(
        email: ["email"], displayName: ["displayName"], givenName: ["firstName"], surname: ["lastName"],
        groups: ["groups"], methods: ["session.amr", "amr"],
        multiFactorValues: multiFactorContexts + ["mfa"])

    /// Google Workspace: names as the administrator maps them, by habit these.
    static let google = AttributeMapping(
        email: ["email", "primary_email"], displayName: ["displayName", "name"],
        givenName: ["first_name", "firstName", "givenName"], surname: ["last_name", "lastName", "sn"],
        groups: ["groups"])

    /// eduPerson and inetOrgPerson by OID (SAML V2.0 X.500/LDAP Attribute Profile); the subject is the pairwise or the
    /// targeted identifier where there is one.
    static let shibboleth = AttributeMapping(
        subject: [
            "urn:oasis:names:tc:SAML:attribute:pairwise-id", "urn:oasis:names:tc:SAML:attribute:subject-id",
        ],
        email: ["urn:oid:0.9.2342.19200300.100.1.3"],
        displayName: ["urn:oid:2.16.840.1.113730.3.1.241", "urn:oid:2.5.4.3"],
        givenName: ["urn:oid:2.5.4.42"], surname: ["urn:oid:2.5.4.4"],
        groups: ["urn:oid:1.3.6.1.4.1.5923.1.5.1.1", "urn:oid:1.3.6.1.4.1.5923.1.1.1.7"])

    static let ping = AttributeMapping(
        email: ["email", "mail", "saml_subject_email"], displayName: ["displayName", "cn"],
        givenName: ["givenName", "firstName"], surname: ["sn", "lastName"], groups: ["memberOf", "groups"])
}
