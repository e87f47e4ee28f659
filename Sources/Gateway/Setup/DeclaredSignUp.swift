package import Cryptography
package import Directory

/// An API connector as a file declares it.
package struct DeclaredConnector: Sendable {
    package enum Authentication: Sendable {
        case basic(username: String, password: Secret?)
        /// The certificate with its chain, and the key: PEM.
        case clientCertificate(Secret)
    }

    package var name: String
    package var url: String
    package var authentication: Authentication
    let place: Declaration.Place
    let urlPlace: Declaration.Place
    let secretPlace: Declaration.Place

    init(_ object: inout DeclaredObject, _ reading: Declaration.FileReading) throws(FileFault) {
        name = try object.string("name")
        place = object.place("name")
        url = try object.string("url")
        urlPlace = object.place("url")
        let username = try object.stringOrNil("username")
        let password = try object.secret("password", reading)
        let certificate = try object.stringOrNil("certificateFile")
        let key = try object.stringOrNil("keyFile")
        switch (username, certificate, key) {
        case (let username?, nil, nil):
            guard !username.contains(":") else { throw object.fault("username", "has a colon") }
            authentication = .basic(username: username, password: password.map { Secret(utf8: $0) })
            secretPlace = object.place("password")
        case (nil, let certificate?, let key?) where password == nil:
            var text: [UInt8] = []
            for (name, path) in [("certificateFile", certificate), ("keyFile", key)] {
                guard let bytes = reading(path) else { throw object.fault(name, "names \(path), which can't be read") }
                text += bytes + [0x0A]
            }
            authentication = .clientCertificate(Secret(text))
            secretPlace = object.place("keyFile")
        default:
            throw object.fault("needs \"username\" and \"password\", or \"certificateFile\" and \"keyFile\"")
        }
    }
}

/// An attribute of the organisation's own.
package struct DeclaredAttribute: Sendable {
    package var name: String
    package var displayName: String?
    package var dataType: UserFlowAttribute.DataType
    let place: Declaration.Place

    init(_ object: inout DeclaredObject) throws(FileFault) {
        name = try object.string("name")
        place = object.place("name")
        displayName = try object.stringOrNil("displayName")
        dataType = try object.choiceOrNil("type") ?? .string
    }
}

/// A user flow, whole: what the file leaves out of it is taken out.
package struct DeclaredUserFlow: Sendable {
    package struct Question: Sendable {
        package var attribute: String
        package var label: String?
        package var labels: [String: String]
        package var isOptional: Bool
        package var input: AttributeAssignment.Input?
        package var options: [(option: AttributeAssignment.Option, names: [String: String])]
        let place: Declaration.Place
        let inputPlace: Declaration.Place
    }

    package var name: String
    package var applications: [(name: String, place: Declaration.Place)]
    /// Nil: every home.
    package var homes: [(name: String, place: Declaration.Place)]?
    package var emailCode: Bool
    package var questions: [Question]
    package var postFederationSignup: (name: String, place: Declaration.Place)?
    package var postAttributeCollection: (name: String, place: Declaration.Place)?
    let place: Declaration.Place

    /// The languages that pages have.
    private static let languages = ["en", "de", "fr"]

    init(_ object: inout DeclaredObject) throws(FileFault) {
        name = try object.string("name")
        place = object.place("name")
        guard UserFlow.ID(name: name) != nil else {
            throw place.fault("is \"\(name)\"; it may hold letters, digits and underscores, 64 at most")
        }
        applications =
            object.places("applications", try object.stringsOrNil("applications"))?.map { ($0.0, $0.1) } ?? []
        homes = object.places("homes", try object.stringsOrNil("homes"))?.map { ($0.0, $0.1) }
        emailCode = try object.boolOrNil("emailCode") ?? (homes == nil)
        if homes == nil, !emailCode { throw object.fault("emailCode", "is false, so \"homes\" must name the homes") }
        for (step, name) in [("postFederationSignup", 0), ("postAttributeCollection", 1)] {
            guard let connector = try object.stringOrNil(step) else { continue }
            let named = (name: connector, place: object.place(step))
            if name == 0 { postFederationSignup = named } else { postAttributeCollection = named }
        }
        questions =
            try object.list("attributes") { object throws(FileFault) in
                let label = try Self.texts(&object, "labels")
                return try Question(
                    attribute: object.string("attribute"), label: object.stringOrNil("label"), labels: label,
                    isOptional: object.boolOrNil("optional") ?? false, input: object.choiceOrNil("input"),
                    options: object.list("options") { option throws(FileFault) in
                        let value = try option.string("value")
                        return try (
                            option: AttributeAssignment.Option(
                                name: option.stringOrNil("name") ?? value, value: value,
                                isDefault: option.boolOrNil("default") ?? false),
                            names: Self.texts(&option, "names")
                        )
                    } ?? [], place: object.place("attribute"), inputPlace: object.place("input"))
            } ?? []
    }

    private static func texts(_ object: inout DeclaredObject, _ name: String) throws(FileFault) -> [String: String] {
        guard var child = try object.childOrNil(name) else { return [:] }
        var texts: [String: String] = [:]
        for language in languages { texts[language] = try child.stringOrNil(language) }
        try child.finish()
        return texts
    }
}
