import Testing
import XML

@testable import SAML

/// XML signature wrapping (Somorovsky et al., "On Breaking SAML"): CVE-2016-5697, CVE-2020-5390, CVE-2024-6800,
/// CVE-2025-46572, CVE-2025-47949, CVE-2026-47201. Each attack is made from every accepted message.
@Suite("XML signature wrapping") struct SignatureWrappingTests {
    @Test(arguments: AcceptedMessage.all) func `the message that the attacks begin with is accepted`(
        message: AcceptedMessage
    ) throws {
        #expect(message.verdict(on: message.xml) == .unchanged)
        // Written out as a tree, it still is: what the attacks fail for is not their writing.
        #expect(message.verdict(on: try XMLTree(parsing: message.xml).xml) == .unchanged)
    }

    @Test(arguments: AcceptedMessage.wrappable, WrappingAttack.allCases) func `a wrapped signature covers nothing`(
        message: AcceptedMessage, attack: WrappingAttack
    ) throws {
        let verdict = message.verdict(on: try attack.apply(to: message).xml)
        #expect(verdict.isRefusal, "\(verdict)")
        #expect(
            verdict != .refused(.duplicateID) && verdict != .refused(.badXML),
            "refused for its form, which proves nothing: \(verdict)")
    }

    /// The same with the original's ID repeated, which some parsers answer with the first and some with the last.
    @Test(arguments: AcceptedMessage.wrappable, WrappingAttack.allCases) func `a repeated ID is refused`(
        message: AcceptedMessage, attack: WrappingAttack
    ) throws {
        let tree = try attack.apply(to: message)
        for element in tree.all {
            guard let id = element.id, id.hasPrefix(WrappingAttack.forgedPrefix) else { continue }
            element.id = String(id.dropFirst(WrappingAttack.forgedPrefix.count))
        }
        let verdict = message.verdict(on: tree.xml)
        #expect(verdict.isRefusal, "\(verdict)")
    }

    /// So that nobody takes a kind of message out of the table without noticing.
    @Test func `every kind of message is attacked`() {
        let roots = Set(
            AcceptedMessage.wrappable.compactMap { message in
                (try? XMLTree(parsing: message.xml)).map { root in
                    let signed = root.all.first { $0.id == message.signedID }
                    return "\(signed?.name.local ?? "nothing") in \(root.name.local)"
                }
            })
        #expect(
            roots == [
                "Response in Response", "Assertion in Response", "AuthnRequest in AuthnRequest",
                "LogoutRequest in LogoutRequest", "LogoutResponse in LogoutResponse",
                "Assertion in RequestSecurityTokenResponse", "Assertion in RequestSecurityTokenResponseCollection",
                "EntityDescriptor in EntityDescriptor", "EntitiesDescriptor in EntitiesDescriptor",
            ])
    }
}
