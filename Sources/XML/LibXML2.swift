internal import CLibXML2

/// The library's own state, set once for the process.
enum LibXML2 {
    /// Touched before anything else of libxml2 is called.
    static let ready: Void = {
        xmlInitParser()
        xmlSetExternalEntityLoader { _, _, _ in nil }
    }()
}

/// A NUL-terminated string of the tree.
func string(_ pointer: UnsafePointer<xmlChar>?) -> String {
    guard let pointer else { return "" }
    return String(decoding: UnsafeBufferPointer(start: pointer, count: strlen(pointer)), as: UTF8.self)
}

private func strlen(_ pointer: UnsafePointer<xmlChar>) -> Int { Int(xmlStrlen(pointer)) }

/// Whether a NUL-terminated string of the tree, which may be absent, is the same as `text`, byte for byte.
@inline(__always)
func matches(_ pointer: UnsafePointer<xmlChar>?, _ text: String) -> Bool {
    guard let pointer else { return text.isEmpty }
    var at = 0
    for byte in text.utf8 {
        guard byte == pointer[at], byte != 0 else { return false }
        at += 1
    }
    return pointer[at] == 0
}
