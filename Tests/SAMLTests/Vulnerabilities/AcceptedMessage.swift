import XML

@testable import SAML

/// A signed message that is accepted, of any kind: attacks are made from each. A new kind is a new row of ``all``.
struct AcceptedMessage: CustomStringConvertible, Sendable {
    let description: String
    let xml: String
    /// The ID of what carries the outermost signature that counts. Nil where it is within a ciphertext: there is nothing to
    /// wrap, only to change.
    let signedID: String?
    private let judge: @Sendable (String) throws -> Verdict

    enum Verdict: Equatable {
        case refused(SAMLReason)
        /// It is accepted, and a caller goes by the same as before.
        case unchanged
        case changed(String)

        var isRefusal: Bool {
            if case .refused = self { true } else { false }
        }
    }

    /// - Parameters:
    ///   - seal: What becomes of the text before it is sent; attacks are made before that.
    ///   - read: What a caller of the product goes by.
    init<Reading: Equatable & Sendable>(
        _ description: String, xml: String, signedID: String?,
        seal: @escaping @Sendable (String) throws -> String = { $0 },
        read: @escaping @Sendable (String) throws -> Reading
    ) throws {
        (self.description, self.xml, self.signedID) = (description, xml, signedID)
        let expected = try read(seal(xml))
        judge = { text in
            let found = try read(seal(text))
            return found == expected ? .unchanged : .changed("\(found)")
        }
    }

    /// What the product makes of a changed text.
    func verdict(on xml: String) -> Verdict {
        do {
            return try judge(xml)
        } catch let rejection as SAMLRejection {
            return .refused(rejection.reason)
        } catch SAMLRequestRefusal.rejected(let rejection) {
            return .refused(rejection.reason)
        } catch let error as XMLError {
            // It could not even be sealed.
            return .refused(SAMLRejection(error).reason)
        } catch {
            fatalError("not a refusal: \(error)")
        }
    }

    static let all: [AcceptedMessage] = {
        do {
            return try responses + encryptedResponses + requests + logouts + tokens + metadata
        } catch {
            fatalError("a message can't be made: \(error)")
        }
    }()

    /// Those with a signature in sight.
    static let wrappable = all.filter { $0.signedID != nil }
}

/// What a caller goes by in an assertion.
struct AssertionContent: Equatable, Sendable {
    let subject: SAMLNameID
    let attributes: [SAMLAttribute]
    let others: [String?]

    init(_ verified: VerifiedAssertion) {
        (subject, attributes) = (verified.subject, verified.attributes)
        others = [
            verified.issuer, verified.id, verified.contextClass, verified.sessionIndex,
            verified.sessionNotOnOrAfter?.shownInstant, verified.notOnOrAfter.shownInstant,
            verified.authenticatedAt.shownInstant, verified.oneTimeUse.until.shownInstant,
        ]
    }
}

/// The form values of what is posted.
func posted(_ transmission: SAMLTransmission) -> [String: String] {
    guard case .post(_, let fields) = transmission else { fatalError("it goes by POST") }
    return Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) })
}
