import StepUp

/// What an authenticator sends: CBOR, attestation objects and authenticator data. A value that was read ends where it says,
/// and one that takes up all the bytes can't lack the last of them.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    if let (value, end) = try? CBOR.read(prefixOf: bytes[...]) {
        expect(end > 0 && end <= bytes.count, "a value ends outside of its bytes")
        expect((try? CBOR.read(Array(bytes[..<end]))) == value, "a value alone is read otherwise")
        expect((try? CBOR.read(Array(bytes[..<(end - 1)]))) == nil, "a value is read without its last byte")
        _ = try? COSEKey(value)
    }
    _ = try? AuthenticatorData(bytes)
    let ceremony = PasskeyCeremony(challenge: Array(1...32), origin: "https://a.example", relyingParty: "a.example")
    let client = Array(
        #"{"type":"webauthn.create","challenge":"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA","origin":"https://a.example"}"#
            .utf8)
    _ = try? PasskeyRegistration(ceremony, userHandle: [1]).verify(clientData: client, attestationObject: bytes)
    return 0
}
