internal import CLibXML2

/// A method of canonicalization; the raw value is its algorithm identifier.
package enum Canonicalization: String, Sendable, Hashable, CaseIterable {
    /// Canonical XML 1.0.
    case inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    case inclusiveWithComments = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
    /// Canonical XML 1.1.
    case inclusive11 = "http://www.w3.org/2006/12/xml-c14n11"
    case inclusive11WithComments = "http://www.w3.org/2006/12/xml-c14n11#WithComments"
    /// Exclusive XML Canonicalization 1.0.
    case exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    case exclusiveWithComments = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"

    package var keepsComments: Bool {
        switch self {
        case .inclusive, .inclusive11, .exclusive: false
        case .inclusiveWithComments, .inclusive11WithComments, .exclusiveWithComments: true
        }
    }

    package var isExclusive: Bool { self == .exclusive || self == .exclusiveWithComments }

    package var withoutComments: Canonicalization {
        switch self {
        case .inclusive, .inclusiveWithComments: .inclusive
        case .inclusive11, .inclusive11WithComments: .inclusive11
        case .exclusive, .exclusiveWithComments: .exclusive
        }
    }

    fileprivate var mode: xmlC14NMode {
        switch self {
        case .inclusive, .inclusiveWithComments: XML_C14N_1_0
        case .inclusive11, .inclusive11WithComments: XML_C14N_1_1
        case .exclusive, .exclusiveWithComments: XML_C14N_EXCLUSIVE_1_0
        }
    }
}

extension XMLElement {
    /// The canonical octets of this element and what it contains.
    ///
    /// - Parameters:
    ///   - inclusivePrefixes: InclusiveNamespaces' PrefixList, `#default` included; of exclusive methods only.
    ///   - signature: Left out with all that it contains (the enveloped-signature transform).
    /// - Throws: ``XMLError/notCanonicalizable(_:)``, also for an empty result: a digest of nothing has been taken for
    ///   one of a message before (CVE-2025-66568).
    package func canonical(
        _ method: Canonicalization, inclusivePrefixes: [String] = [], excluding signature: XMLElement? = nil
    ) throws(XMLError) -> [UInt8] {
        try withExtendedLifetime(document) { () throws(XMLError) in
            let scope = shim_xml_scope(root: node, excluded: signature?.node)
            return try canonicalize(document.pointer, scope, method, inclusivePrefixes)
        }
    }
}

extension XMLDocument {
    /// The canonical octets of the whole document: its root, and comments and processing instructions around it.
    package func canonical(
        _ method: Canonicalization, inclusivePrefixes: [String] = [], excluding signature: XMLElement? = nil
    ) throws(XMLError) -> [UInt8] {
        try canonicalize(pointer, shim_xml_scope(root: nil, excluded: signature?.node), method, inclusivePrefixes)
    }
}

private func canonicalize(
    _ document: xmlDocPtr, _ scope: shim_xml_scope, _ method: Canonicalization, _ prefixes: [String]
) throws(XMLError) -> [UInt8] {
    // Of this thread only. The return code says all that matters; without a handler libxml2 would write to stderr.
    shim_xml_set_structured_error_func(nil) { _, _ in }
    guard let buffer = shim_xml_buffer() else { throw .notCanonicalizable("no memory") }
    defer { shim_xml_buffer_close(buffer) }
    var scope = scope
    let written = withPrefixList(method.isExclusive ? prefixes : []) { list in
        withUnsafeMutablePointer(to: &scope) {
            shim_xml_canonicalize(
                document, shim_xml_is_visible, $0, Int32(method.mode.rawValue), list, method.keepsComments ? 1 : 0,
                buffer)
        }
    }
    guard written >= 0 else { throw .notCanonicalizable("libxml2 refuses it") }
    let count = shim_xml_buffer_size(buffer)
    guard count > 0, let content = shim_xml_buffer_content(buffer) else {
        throw .notCanonicalizable("the result is empty")
    }
    return Array(UnsafeBufferPointer(start: content, count: count))
}

/// A NULL-terminated list of NUL-terminated strings, or NULL.
private func withPrefixList<R>(
    _ prefixes: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<xmlChar>?>?) -> R
) -> R {
    guard !prefixes.isEmpty else { return body(nil) }
    var list = prefixes.map { prefix -> UnsafeMutablePointer<xmlChar>? in
        let octets = Array(prefix.utf8) + [0]
        let copy = UnsafeMutablePointer<xmlChar>.allocate(capacity: octets.count)
        copy.initialize(from: octets, count: octets.count)
        return copy
    }
    defer { for entry in list { entry?.deallocate() } }
    list.append(nil)
    return list.withUnsafeMutableBufferPointer { body($0.baseAddress) }
}
