package import SAML

/// How the browser leaves for a partner or an application.
package enum Departure: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// To this address, whose query holds the message.
    case redirect(String)
    /// By a form that posts itself.
    case post(action: String, fields: [Field])
}

extension Departure {
    package init(_ transmission: SAMLTransmission) {
        self =
            switch transmission {
            case .redirect(let location): .redirect(location)
            case .post(let url, let fields): .post(action: url, fields: fields.map { Field($0.name, $0.value) })
            }
    }
}
