import Cryptography
import Directory
import FoundationEssentials
import Glibc
import SAML
import Upstream

extension Question {
    /// The rules of the assertion consumer service.
    static let samlVerify = Question(
        name: "saml verify", summary: "Check a SAML response as the assertion consumer does.", kind: .samlResponse,
        input: .files,
        options: [
            Option(
                name: "idp-cert", value: "PEM", summary: "a certificate or key that may have signed",
                isRepeatable: true),
            Option(name: "idp-metadata", value: "FILE", summary: "the identity provider's metadata, instead"),
            Option(name: "idp-entity-id", value: "URI", summary: "who must have issued it; else as in the metadata"),
            Option(name: "audience", value: "URI", summary: "our entity ID, for whom it must be"),
            Option(name: "acs", value: "URL", summary: "our endpoint: Destination and Recipient"),
            Option(name: "request-id", value: "ID", summary: "the request that it must answer"),
            Option(name: "unsolicited", value: nil, summary: "it must answer none"),
            Option(
                name: "require", value: "WHAT",
                summary: "what must be signed: assertion, response, both or either; assertion"),
            Option(name: "decrypt-key", value: "PEM", summary: "a private key of ours", isRepeatable: true),
            Option(name: "acr", value: "URI", summary: "the context must be one of these", isRepeatable: true),
            Option(name: "replay-store", value: "FILE", summary: "refuse what is listed there, and list what is not"),
            Option(name: "rounds", value: "N", summary: "do it so often again, and tell how long it takes once"),
            Option(name: "allowed-domain", value: "DOMAIN", summary: "the mail address must be of this domain"),
        ],
        leniencies: [
            .sha1, .rsa1024, .rsa15, .tripleDES, .cbc, .emptyURI, .noAudience, .advice, .unsolicited, .comments,
        ]
    ) { subject, circumstances throws(CommandFailure) in
        let arguments = circumstances.arguments
        var finding = Finding(.samlResponse, circumstances)
        let peer = try SAMLPeer.read(
            circumstances, certificates: "idp-cert", metadata: "idp-metadata", &finding
        ) { $0.identityProvider?.keys.verificationKeys ?? [] }
        guard let peer else { return finding }
        var terms = SAMLExaminationTerms()
        terms.keys = peer.keys
        terms.issuer = arguments.value("idp-entity-id") ?? peer.metadata?.entityID
        terms.audience = arguments.value("audience")
        terms.acsURL = arguments.value("acs")
        if arguments.has("unsolicited") {
            guard !arguments.has("request-id") else {
                throw .usage("--request-id and --unsolicited exclude each other")
            }
            terms.answering = .unsolicited
        } else {
            terms.answering = arguments.value("request-id").map { .request($0) }
        }
        guard let required = SAMLRequiredSignature(rawValue: arguments.value("require") ?? "assertion") else {
            throw .usage("--require must be assertion, response, both or either")
        }
        terms.requiredSignature = required
        terms.decryptionKeys = try circumstances.decryptionKeys("decrypt-key")
        terms.contexts = arguments.values("acr")
        terms.skew = circumstances.skew
        terms.leniencies = circumstances.messageLeniencies
        let allowsComments = circumstances.leniencies.contains(.comments)
        let rounds = try arguments.count("rounds") ?? 0
        let examination: SAMLExamination
        do throws(SAMLRejection) {
            let message = try subject.message(circumstances)
            func examined() throws(SAMLRejection) -> SAMLExamination {
                try SAMLReceivedResponse(xml: message, allowsComments: allowsComments)
                    .examine(on: terms, now: circumstances.now)
            }
            examination = try examined()
            if rounds > 0 { try finding.time(rounds) { () throws(SAMLRejection) in _ = try examined() } }
        } catch {
            finding.reject(error)
            return finding
        }
        finding.add(examination)
        guard case .success(let verified) = examination.verdict else { return finding }
        finding.checkDomain(of: verified, arguments.value("allowed-domain"))
        if finding.rejection == nil, let path = arguments.value("replay-store") {
            try finding.spend(verified.oneTimeUse, in: ReplayFile(path: path), at: circumstances.now)
        }
        return finding
    }
}

extension Finding {
    /// Tells how long one of so many takes, in microseconds.
    fileprivate mutating func time(
        _ rounds: Int, _ body: () throws(SAMLRejection) -> Void
    ) throws(SAMLRejection) {
        let start = ContinuousClock.now
        for _ in 0..<rounds { try body() }
        let time = (ContinuousClock.now - start) / .microseconds(rounds)
        more.append(("microseconds", .number((time * 10).rounded() / 10)))
    }

    /// That the asserted mail address is of the one domain that is allowed.
    fileprivate mutating func checkDomain(of verified: VerifiedAssertion, _ allowed: String?) {
        guard let allowed else { return }
        let actual = verified.mailAddress
        let domain = actual.flatMap { try? EmailAddress(reading: $0) }?.domain.description
        let isAllowed = domain != nil && domain == (try? DomainNormalization.normalize(allowed))?.description
        checks.append(Check("domain", isAllowed ? .pass : .fail, expected: allowed, actual: actual))
        if !isAllowed {
            reject("domain_invalid", "the mail address \(actual ?? "is absent, and") is not of \(allowed)")
        }
    }

    fileprivate mutating func spend(
        _ use: VerifiedAssertion.OneTimeUse, in file: ReplayFile, at now: Date
    ) throws(CommandFailure) {
        let isNew = try file.spend(use, at: now)
        checks.append(Check("one_time", isNew ? .pass : .fail, actual: use.assertionID))
        if !isNew { reject(SAMLReason.replay.rawValue, "the assertion \(use.assertionID) was used before") }
    }
}

extension VerifiedAssertion {
    /// By the names that identity providers of the field use.
    fileprivate var mailAddress: String? {
        let names = [
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "urn:oid:0.9.2342.19200300.100.1.3",
            "mail", "email",
        ]
        for name in names {
            if let values = values(name), values.count == 1 { return values[0] }
        }
        return subject.format == SAMLNameIDFormat.emailAddress ? subject.value : nil
    }
}

/// Assertions that were used, a line each.
private struct ReplayFile {
    let path: String

    /// - Returns: Whether it was not used before.
    func spend(_ use: VerifiedAssertion.OneTimeUse, at now: Date) throws(CommandFailure) -> Bool {
        var bytes: [UInt8] = []
        do throws(FileAccess.Failure) { bytes = try FileAccess.read(path) } catch .system(let number)
            where number == ENOENT
        {
            // The first one makes the file.
        } catch {
            throw CommandFailure(.unreadable, "\(path) of --replay-store can't be read: \(error.words)")
        }
        let line = "\(use.issuer)\t\(use.assertionID)\t"
        let isNew = !String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { $0.hasPrefix(line) }
        guard isNew else { return false }
        bytes += Array("\(line)\(SAMLInstant.write(use.until))\n".utf8)
        do throws(FileAccess.Failure) { try FileAccess.write(bytes, to: path) } catch {
            throw CommandFailure(.unreadable, "\(path) of --replay-store can't be written: \(error.words)")
        }
        return true
    }
}
