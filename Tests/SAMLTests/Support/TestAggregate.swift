/// A federation's metadata, to be signed.
enum TestAggregate {
    static func name(_ number: Int) -> String { "https://idp\(number).federation.example/saml" }

    static func text(entities: Int) -> String {
        let keys = [TestKeys.partner, TestKeys.partnerNext].map { signer in
            """
            <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>\
            <ds:X509Certificate>\(signer.certificateText)</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
            </md:KeyDescriptor>
            """
        }
        var text =
            "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_all\" validUntil=\"\(instant(86_400))\">"
        let about = String(repeating: "Everything that is to be known of this organisation, at length. ", count: 22)
        for number in 0..<entities {
            text += """

                <md:EntityDescriptor entityID="\(name(number))"><md:IDPSSODescriptor \
                protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">\(keys.joined())\
                <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" \
                Location="\(name(number))/sso"/></md:IDPSSODescriptor><md:Organization><md:OrganizationName \
                xml:lang="en">O\(number)</md:OrganizationName><md:OrganizationDisplayName xml:lang="en">\(about)\
                </md:OrganizationDisplayName></md:Organization></md:EntityDescriptor>
                """
        }
        return text + "</md:EntitiesDescriptor>"
    }
}
