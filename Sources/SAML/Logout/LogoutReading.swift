internal import FoundationEssentials
internal import XML

extension XMLElement {
    /// The parts of a LogoutRequest whose envelope has been checked.
    func logoutRequest(
        _ id: String, _ issued: Date, _ expected: SAMLReceivedLogout.Expectations, _ now: Date
    ) throws(SAMLRejection) -> SAMLLogoutRequest {
        // Optional in the protocol, and python3-saml for one leaves it out: then a request is good for as long as ours.
        let end = try instant("NotOnOrAfter") ?? issued.addingTimeInterval(SAMLLogoutRequest.lifetime)
        guard now < end.addingTimeInterval(clamped(expected.skew)) else {
            throw SAMLRejection(
                .expired, "NotOnOrAfter is \(end.shownInstant), now is \(now.shownInstant).", at: position)
        }
        let nameID: XMLElement
        switch (try single(.assertion("NameID")), try single(.assertion("EncryptedID"))) {
        case (let plain?, nil): nameID = plain
        case (nil, let encrypted?):
            let decryption = Decryption(keys: expected.decryptionKeys, policy: .saml)
            nameID = try decryption.decrypt(encrypted, as: [.assertion("NameID")])
        default:
            throw SAMLRejection(.subjectMissing, "The request does not name one person.", at: position)
        }
        var sessionIndexes: [String] = []
        for element in children(.protocol("SessionIndex")) {
            guard let index = element.text, !index.isEmpty, index.utf8.count <= SAMLNameID.longest else {
                throw SAMLRejection(.badXML, "A SessionIndex has no usable text.", at: element.position)
            }
            sessionIndexes.append(index)
        }
        var request = SAMLLogoutRequest(
            id: id, issued: issued, destination: attribute("Destination"), issuer: try requiredIssuer(),
            nameID: try SAMLNameID(reading: nameID), sessionIndexes: sessionIndexes)
        request.notOnOrAfter = end
        return request
    }

    func logoutResponse(_ id: String, _ issued: Date) throws(SAMLRejection) -> SAMLLogoutResponse {
        SAMLLogoutResponse(
            id: id, issued: issued, destination: attribute("Destination"), issuer: try requiredIssuer(),
            inResponseTo: attribute("InResponseTo"), statusCodes: try readStatus().codes)
    }
}
