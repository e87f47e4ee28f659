internal import CLibXML2
internal import Glibc

/// The library's own state, set once for the process.
enum LibXML2 {
    /// Asked before anything else of libxml2 is called. False: it is not there.
    static let isReady: Bool = {
        guard shim_xml_load() else { return false }
        shim_xml_set_external_entity_loader { _, _, _ in nil }
        return true
    }()
}

/// A NUL-terminated string of the tree.
func string(_ pointer: UnsafePointer<xmlChar>?) -> String {
    guard let pointer else { return "" }
    return String(decoding: UnsafeBufferPointer(start: pointer, count: length(pointer)), as: UTF8.self)
}

@inline(__always)
func length(_ pointer: UnsafePointer<xmlChar>?) -> Int {
    pointer.map { strlen(UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self)) } ?? 0
}

/// Whether a NUL-terminated string of the tree, which may be absent, is the same as `text`, byte for byte.
@inline(__always)
func matches(_ pointer: UnsafePointer<xmlChar>?, _ text: String) -> Bool {
    guard let pointer else { return text.isEmpty }
    let count = text.utf8.count
    guard length(pointer) == count else { return false }
    var text = text
    return text.withUTF8 { bytes in bytes.baseAddress.map { memcmp($0, pointer, count) == 0 } ?? true }
}
