import Cryptography
import FoundationEssentials

@testable import SAML

/// Small messages that would become large, and large ones, each at the door it comes to.
struct Bomb: Sendable {
    let name: String
    let reason: SAMLReason
    /// What takes the message, with the message in it.
    let deliver: @Sendable () throws -> Void

    private init(_ name: String, _ reason: SAMLReason, _ deliver: @escaping @Sendable () throws -> Void) {
        (self.name, self.reason, self.deliver) = (name, reason, deliver)
    }

    static var all: [Bomb] { large + inflating + nested }

    private static var large: [Bomb] {
        let octets = [UInt8](repeating: UInt8(ascii: "A"), count: 200 << 20)
        let text = String(decoding: octets, as: UTF8.self)
        return [
            Bomb("200 MB of a response", .tooLarge) { _ = try SAMLReceivedResponse(postValue: text) },
            Bomb("200 MB of a response's XML", .tooLarge) { _ = try SAMLReceivedResponse(xml: octets) },
            Bomb("200 MB of a token", .tooLarge) { _ = try WSFederationReceivedToken(wresult: text) },
            Bomb("200 MB of a request", .tooLarge) {
                _ = try SAMLReceivedRequest(postValue: text, relayState: nil)
            },
            Bomb("200 MB of a query", .tooLarge) { _ = try SAMLReceivedRequest(redirectQuery: text) },
            Bomb("200 MB of a logout", .tooLarge) {
                _ = try SAMLReceivedLogout(.request, postValue: text, relayState: nil)
            },
            Bomb("200 MB of metadata", .tooLarge) { _ = try SAMLMetadata.read(octets, now: noon) },
        ]
    }

    private static var inflating: [Bomb] {
        let spaces = Base64.encode(Deflate.deflate([UInt8](repeating: 0x20, count: 30 << 20))).queryEscaped
        return [
            Bomb("30 MB deflated to 30 KB, of a request", .tooLarge) {
                _ = try SAMLReceivedRequest(redirectQuery: "SAMLRequest=" + spaces)
            },
            Bomb("30 MB deflated to 30 KB, of a logout", .tooLarge) {
                _ = try SAMLReceivedLogout(redirectQuery: "SAMLResponse=" + spaces)
            },
        ]
    }

    private static var nested: [Bomb] {
        let deep = String(repeating: "<a>", count: 10_000) + String(repeating: "</a>", count: 10_000)
        let laughs =
            "<!DOCTYPE a [<!ENTITY a0 'ha'>"
            + (1..<30).map { "<!ENTITY a\($0) '&a\($0 - 1);&a\($0 - 1);'>" }.joined() + "]><a>&a29;</a>"
        let quadratic =
            "<!DOCTYPE a [<!ENTITY e '" + String(repeating: "x", count: 50_000) + "'>]><a>"
            + String(repeating: "&e;", count: 50_000) + "</a>"
        let inAttributes =
            "<!DOCTYPE a [<!ENTITY e '" + String(repeating: "x", count: 50_000) + "'>]><a b='"
            + String(repeating: "&e;", count: 50_000) + "'/>"
        let namespaces = "<a" + (0..<20_000).map { " xmlns:n\($0)='urn:\($0)'" }.joined() + "/>"
        let attributes = "<a" + (0..<30_000).map { " a\($0)=''" }.joined() + "/>"
        let texts: [(String, String, SAMLReason)] = [
            ("10,000 elements deep", deep, .depthLimit), ("entities of entities", laughs, .dtdForbidden),
            ("one large entity, often", quadratic, .dtdForbidden),
            ("one large entity in an attribute", inAttributes, .dtdForbidden),
            ("20,000 namespaces", namespaces, .tooLarge), ("30,000 attributes", attributes, .tooLarge),
        ]
        return texts.flatMap { name, text, reason in
            let octets = Array(text.utf8)
            let posted = Base64.encode(octets)
            return [
                Bomb("\(name), in a response", posted.utf8.count > SAMLLimits.encodedMessage ? .tooLarge : reason) {
                    _ = try SAMLReceivedResponse(postValue: posted)
                },
                Bomb("\(name), in a token", octets.count > SAMLLimits.encodedMessage ? .tooLarge : reason) {
                    _ = try WSFederationReceivedToken(wresult: text)
                },
                Bomb("\(name), in metadata", reason) { _ = try SAMLMetadata.read(octets, now: noon) },
            ]
        }
    }
}
