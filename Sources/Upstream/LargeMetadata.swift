internal import Outbound
package import SAML

/// Takes one entity out of a document that is too large for a server's memory: a federation's aggregate. The program does
/// it in a process of its own.
package struct LargeMetadata: Sendable {
    /// The entity's own metadata, unsigned: it was verified where it was taken out.
    ///
    /// - Parameters:
    ///   - file: Open, holding the document.
    ///   - signer: The certificate that signed the document, base64 DER; nil: the place it came from vouches for it.
    package var entity:
        @Sendable (_ entityID: String, _ file: Int32, _ signer: String?) async -> Result<
            [UInt8], SAMLRejection
        >

    package init(
        entity:
            @escaping @Sendable (_ entityID: String, _ file: Int32, _ signer: String?) async -> Result<
                [UInt8], SAMLRejection
            >
    ) {
        self.entity = entity
    }

    /// For where there is no such process.
    package static let none = LargeMetadata { _, _, _ in
        .failure(SAMLRejection(.tooLarge, "The metadata has more than \(FederationMetadata.maximumBytes) octets."))
    }

    /// Of the document that is fetched; larger ones no federation has.
    static let maximumBytes = SAMLAggregate.limit
    static let timeout: Duration = .seconds(60)
}
