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
