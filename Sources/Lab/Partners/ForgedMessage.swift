internal import Cryptography
internal import SAML

/// How the parts of a token are called in its version of SAML.
struct TokenShape: Sendable {
    let assertion = "saml:Assertion"
    let id: String
    let audienceRestriction: String
    let authenticationStatement: String
    /// What a signature of the assertion comes after; nil: it is the last child.
    let signatureComesAfter: String?

    static let saml20 = TokenShape(
        id: "ID", audienceRestriction: "saml:AudienceRestriction", authenticationStatement: "saml:AuthnStatement",
        signatureComesAfter: "saml:Issuer")
    static let saml11 = TokenShape(
        id: "AssertionID", audienceRestriction: "saml:AudienceRestrictionCondition",
        authenticationStatement: "saml:AuthenticationStatement", signatureComesAfter: nil)
}

/// A finished message as text, for spoiling. What wrote it wrote canonical form, so text can be cut out of it and signed
/// anew as it stands.
struct ForgedMessage: Sendable {
    var text: String
    /// Something else is to be sent instead.
    var isBomb = false
    let shape: TokenShape
    let assertionID: String
    /// What the person is called in it.
    let name: String
    let person: PartnerPerson
    /// Whom an attacker would like to be.
    let victim: PartnerPerson
    let keys: PartnerKeys
    /// The gateway's key to encrypt to.
    let recipient: Certificate?
    let environment: Environment

    static let assertionNamespace = "urn:oasis:names:tc:SAML:2.0:assertion"
    static let protocolNamespace = "urn:oasis:names:tc:SAML:2.0:protocol"

    // MARK: Parts

    /// The signed assertion. Only while there is one.
    var assertion: String {
        get throws(LabError) { try text.part(shape.assertion) }
    }

    /// Of the assertion.
    var signature: String {
        get throws(LabError) { try assertion.part("ds:Signature") }
    }

    func bareAssertion() throws(LabError) -> String {
        var assertion = try assertion
        assertion.removeElement("ds:Signature")
        return assertion
    }

    mutating func replaceAssertion(_ replacement: String) {
        guard let range = text.element(shape.assertion) else { return }
        text.replaceSubrange(range, with: replacement)
    }

    mutating func insertAtEnd(_ more: String) {
        guard let end = text.lastIndex(of: "<") else { return }
        text.insert(contentsOf: more, at: end)
    }

    // MARK: Signing anew

    /// Changes the assertion and signs it with the partner's own key.
    mutating func rewrite(_ change: (inout String) -> Void) throws(LabError) {
        var bare = try bareAssertion()
        change(&bare)
        let own = keys.current
        replaceAssertion(try signed(bare, HandmadeSignature(.rsa(own.key), certificate: own.certificate)))
    }

    mutating func sign(_ signature: HandmadeSignature) throws(LabError) {
        replaceAssertion(try signed(try bareAssertion(), signature))
    }

    private func signed(_ bare: String, _ signature: HandmadeSignature) throws(LabError) -> String {
        place(try signature.element(over: bare, id: assertionID), in: bare)
    }

    private func place(_ signature: String, in bare: String) -> String {
        var assertion = bare
        if let before = shape.signatureComesAfter, let range = assertion.element(before) {
            assertion.insert(contentsOf: signature, at: range.upperBound)
        } else {
            assertion.insert(signature, beforeEndOf: shape.assertion)
        }
        return assertion
    }

    // MARK: Forging

    /// The same assertion about the victim, under an ID of its own, never signed.
    ///
    /// - Parameter signature: One that it carries all the same.
    func forgedAssertion(carrying signature: String? = nil) throws(LabError) -> String {
        let forged = try bareAssertion()
            .replacing(assertionID, with: "_f0" + assertionID.dropFirst(3))
            .replacing(name, with: victim.subject).replacing(person.email, with: victim.email)
        return signature.map { place($0, in: forged) } ?? forged
    }

    /// The signed response in the signature of a forged one.
    mutating func wrap1() throws(LabError) {
        let (inner, signature, forged) = try forgedResponse()
        var carrying = signature
        carrying.insert("<ds:Object>\(inner)</ds:Object>", beforeEndOf: "ds:Signature")
        text = forged.replacing(signature, with: carrying, maxReplacements: 1)
    }

    /// The signed response before the signature of a forged one.
    mutating func wrap2() throws(LabError) {
        let (inner, signature, forged) = try forgedResponse()
        text = forged.replacing(signature, with: inner + signature, maxReplacements: 1)
    }

    /// What the response's own signature covers, that signature, and a response that says something else under it.
    private func forgedResponse() throws(LabError) -> (inner: String, signature: String, forged: String) {
        let id = try text.attribute("ID")
        let signed = try HandmadeSignature(.rsa(keys.current.key), certificate: keys.current.certificate)
            .element(over: text, id: id)
        var forged = self
        forged.replaceAssertion(try forgedAssertion())
        forged.text = forged.text.replacing("\"\(id)\"", with: "\"_f0\(id.dropFirst(3))\"")
        guard let issuer = forged.text.element("saml:Issuer") else { throw LabError("the response has no issuer") }
        forged.text.insert(contentsOf: signed, at: issuer.upperBound)
        return (text, signed, forged.text)
    }
}
