import Directory

/// Addresses and domains as people type them. What is accepted is a fixed point: read again, it is the same, so that two
/// places that store and compare it can't come to differ.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    let plain = EmailAddress(text)
    if let plain {
        check(plain)
        expect(plain.description.utf8.count == text.utf8.count, "something was dropped or added")
    }
    if let read = try? EmailAddress(reading: text) {
        check(read)
        expect(plain.map { $0 == read && $0.domain == read.domain } ?? true, "the two readings differ")
    }
    if let domain = try? DomainNormalization.normalize(text) {
        check(domain)
        expect((try? DomainNormalization.normalize(domain.description)) == domain, "normalized twice, it differs")
    }
    if let domain = DomainName(text) { check(domain) }
    return 0
}

private func check(_ address: EmailAddress) {
    guard let again = EmailAddress(address.description) else { fatalError("an address that can't be read") }
    expect(again == address && again.description == address.description, "read again, the address differs")
    expect(EmailAddress(address.normalized) == address, "the normalized address is another")
    expect(address.description.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "an address beyond ASCII")
    check(address.domain)
}

private func check(_ domain: DomainName) {
    expect(DomainName(domain.description) == domain, "read again, the domain differs")
    let isPlain = domain.description.utf8.allSatisfy {
        (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
    }
    expect(isPlain, "a domain beyond lower-case letters, digits, hyphens and dots")
}
