/// A cookie as a response sets it (RFC 6265 §4.1). There is no Domain attribute: ours belong to the host alone.
package struct SetCookie: Sendable, Equatable, CustomStringConvertible {
    package enum SameSite: String, Sendable {
        case lax = "Lax"
        case strict = "Strict"
        case none = "None"
    }

    package var name: String
    package var value: String
    package var path: String
    /// Seconds; 0 deletes the cookie, nil ends it with the browser's session.
    package var maxAge: Int?
    package var secure: Bool
    package var httpOnly: Bool
    package var sameSite: SameSite

    package init(
        name: String, value: String, path: String = "/", maxAge: Int? = nil, secure: Bool = true, httpOnly: Bool = true,
        sameSite: SameSite = .lax
    ) {
        self.name = name
        self.value = value
        self.path = path
        self.maxAge = maxAge
        self.secure = secure
        self.httpOnly = httpOnly
        self.sameSite = sameSite
    }

    package var description: String {
        var text = "\(name)=\(value); Path=\(path)"
        if let maxAge { text += "; Max-Age=\(maxAge)" }
        if secure { text += "; Secure" }
        if httpOnly { text += "; HttpOnly" }
        return text + "; SameSite=\(sameSite.rawValue)"
    }

    /// Whether it can be said without breaking out of its attribute, and whether a browser keeps it: `__Host-` demands
    /// Secure and the path `/`, `__Secure-` and `SameSite=None` demand Secure (RFC 6265bis §4.1.3, §5.6).
    package var isValid: Bool {
        guard !name.isEmpty, OctetSet.token.contains(all: name.utf8), OctetSet.cookieValue.contains(all: value.utf8),
            path.utf8.first == UInt8(ascii: "/"), OctetSet.path.contains(all: path.utf8), !path.utf8.contains(0x3B)
        else { return false }
        let lowercase = name.lowercased()
        if lowercase.hasPrefix("__host-"), !secure || path != "/" { return false }
        if lowercase.hasPrefix("__secure-") || sameSite == .none, !secure { return false }
        return true
    }
}

extension HTTPRequest {
    /// The cookies in the order they came, without those that are not `token=cookie-octets`: other applications on this
    /// host may set what they like, and ours are none the worse for it.
    package var cookies: [(name: String, value: String)] {
        var cookies: [(name: String, value: String)] = []
        eachCookie { name, value in
            cookies.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
            return true
        }
        return cookies
    }

    /// The first cookie of that name: browsers send the one with the longest path first.
    package func cookie(_ name: String) -> String? {
        var found: String?
        eachCookie { other, value in
            guard other.elementsEqual(name.utf8) else { return true }
            found = String(decoding: value, as: UTF8.self)
            return false
        }
        return found
    }

    private func eachCookie(_ visit: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Bool) {
        for field in parts.fields where isNamed(field, "cookie") {
            for pair in bytes[field.value.range].split(separator: UInt8(ascii: ";")) {
                let pair = pair.trimmed
                guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), equals > pair.startIndex else { continue }
                let (name, value) = (pair[..<equals], pair[(equals + 1)...])
                guard OctetSet.token.contains(all: name), OctetSet.cookieValue.contains(all: value) else { continue }
                guard visit(name, value) else { return }
            }
        }
    }
}
