import Cryptography
import JOSE
import JSON

/// Keys and key sets from elsewhere. One that was accepted says the same when it is published and read again, holds no
/// private member, and keeps its thumbprint.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    if let set = try? JWKSet(bytes: bytes) {
        for key in set.keys { check(key) }
    }
    if let value = try? JSONReader.read(bytes), let key = try? JWK(value) { check(key) }
    if let file = try? JWKFile(bytes: bytes) {
        for key in file.publicKeys.keys { check(key) }
    }
    return 0
}

private func check(_ key: JWK) {
    let published = key.json
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        expect(published[name] == nil, "a private member was published")
    }
    guard let again = try? JWK(published) else { fatalError("a key that we published can't be read") }
    expect(again == key, "published and read again, the key differs")
    expect(again.thumbprint == key.thumbprint, "the thumbprint changed")
}
