import Cryptography

extension InputEncoding {
    /// What is examined; nil if the bytes are not so encoded. `auto` leaves everything as it is; what is SAML's own is left
    /// to its questions, which have the server's decoders.
    func decode(_ bytes: [UInt8]) -> [UInt8]? {
        switch self {
        case .auto, .raw, .deflate, .form: bytes
        case .base64: Base64.decodeLenient(bytes)
        case .base64url: Base64URL.decode(bytes.withoutLineEnd)
        }
    }
}

extension Subject {
    /// A token as the server would receive it: an editor or a shell has put one line end behind it, unless the input was
    /// said to be raw.
    func token(_ circumstances: Circumstances) -> [UInt8] {
        circumstances.encoding == .raw ? bytes : bytes.withoutLineEnd
    }
}

extension [UInt8] {
    /// Without one line end at the end.
    var withoutLineEnd: [UInt8] {
        guard last == UInt8(ascii: "\n") else { return self }
        let line = dropLast()
        return Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
}
