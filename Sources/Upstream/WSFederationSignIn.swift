internal import Directory

struct WSFederationSignIn {
    let context: PartnerContext
    let federation: FederationConnection
    let keys: CertificateKeys

    func begin(
        signIn: [UInt8], hint: SignInHint
    ) throws(UpstreamError) -> (departure: Departure, transaction: UpstreamTransaction) {
        throw .misconfigured("not yet")
    }

    func finish(
        _ transaction: UpstreamTransaction, response: [(name: String, value: String)], checks: inout [Check]
    ) throws(UpstreamError) -> VouchedIdentity {
        throw .misconfigured("not yet")
    }
}
