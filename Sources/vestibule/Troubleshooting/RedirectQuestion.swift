import OAuth
import Upstream

extension Question {
    /// The comparison of a received redirect address with the registered ones.
    static let redirect = Question(
        name: "oauth redirect", summary: "Compare a redirect address with the registered ones.", kind: .url,
        input: .words("URI…"),
        options: [
            Option(name: "registered", value: "URI", summary: "an address of the application", isRepeatable: true),
            Option(name: "kind", value: "KIND", summary: "web, spa, native or daemon"),
        ],
        details: """
            Without --kind the application is native if an address is registered that only a native one may have, and web
            otherwise. Without --registered the address is judged as one that somebody wants to register.
            """
    ) { subject, circumstances throws(CommandFailure) in
        let registered = circumstances.arguments.values("registered")
        let kind = try Self.kind(circumstances.arguments, registered.isEmpty ? [subject.name] : registered)
        var finding = Finding(.url, circumstances)
        finding.more = [("application", .string(kind.rawValue))]
        guard !registered.isEmpty else {
            do throws(RedirectURIFault) {
                _ = try RedirectURI(subject.name, forKind: kind)
            } catch {
                finding.reject("url_forbidden", error.description)
            }
            finding.addSkipped([("registered", true)])
            return finding
        }
        let expected = registered.joined(separator: " ")
        switch RedirectURI.match(subject.name, registered: registered, kind: kind) {
        case .exact(let address):
            finding.checks = [Check("registered", .pass, expected: address, actual: subject.name)]
        case .anyPort(let address):
            finding.checks = [Check("registered", .pass, expected: address, actual: subject.name)]
            finding.more.append(("match", "any port of a loopback address (RFC 8252 §7.3)"))
        case .none:
            finding.checks = [Check("registered", .fail, expected: expected, actual: subject.name)]
            finding.reject("url_forbidden", "The address is not one of those registered, byte for byte.")
        }
        return finding
    }

    private static func kind(
        _ arguments: Arguments, _ addresses: [String]
    ) throws(CommandFailure) -> RegisteredClient.Kind {
        if let name = arguments.value("kind") {
            guard let kind = RegisteredClient.Kind(rawValue: name) else {
                throw .usage("--kind must be web, spa, native or daemon, not \"\(name)\"")
            }
            return kind
        }
        let needsNative = addresses.contains {
            RedirectURI.isAcceptable($0, forKind: .native) && !RedirectURI.isAcceptable($0, forKind: .web)
        }
        return needsNative ? .native : .web
    }
}
