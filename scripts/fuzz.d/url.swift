import HTTP
import OAuth

/// Three readers of URLs: ours (`HTTPURL`), libcurl's behind `OutboundURL`, which connects, and the rules for redirect
/// URIs. Where two accept the same text they must mean the same place; a check that reads another host than the
/// connection goes to is how egress policies are walked around.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    let ours = HTTPURL(text)
    if let ours {
        expect(HTTPURL(ours.description) == ours, "it is not what it was parsed from")
        guard let origin = HTTPURL(ours.origin) else { fatalError("an origin that is no URL") }
        expect(origin.host == ours.host && origin.effectivePort == ours.effectivePort, "the origin differs")
        expect(!ours.host.isEmpty && !ours.host.contains("@"), "a host that is none")
    }
    if let ours, let theirs = OutboundURL(text) {
        expect(theirs.scheme.rawValue == ours.scheme.rawValue, "the schemes differ")
        expect(theirs.port == ours.effectivePort, "the ports differ")
        let host = ours.host.hasPrefix("[") ? String(ours.host.dropFirst().dropLast()) : ours.host
        expect(
            theirs.host == host || (theirs.literalAddress != nil && theirs.literalAddress == RemoteAddress(host)),
            "the hosts differ: \(theirs.host) and \(host)")
        expect(!theirs.namesLoopback || ours.isLoopback, "loopback to libcurl only")
        expect(theirs.namesLoopback || !ours.isLoopback || !ours.isAddress, "loopback to us only")
    }
    for kind in [RegisteredClient.Kind.web, .spa, .native] where RedirectURI.isAcceptable(text, forKind: kind) {
        expect(RedirectURI.matches(text, registered: [text], kind: kind), "it does not match itself")
        guard text.hasPrefix("http:") || text.hasPrefix("https:") else { continue }
        // Its path may hold what `HTTPURL` refuses; the place it names may not.
        let authority = text.utf8.dropFirst(text.hasPrefix("https") ? 8 : 7).prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?")
        }
        guard let place = HTTPURL(String(decoding: text.utf8.prefix(upTo: authority.endIndex), as: UTF8.self)) else {
            fatalError("a redirect URI whose host is none")
        }
        expect(place.scheme == .https || place.isLoopback, "plain http beyond loopback")
        expect(ours?.fragment == nil, "a redirect URI with a fragment")
    }
    return 0
}
