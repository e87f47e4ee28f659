/// Whose a domain is to be: the tenant's own, or one that a partner of the tenant may speak for.
package enum DomainSubject: Sendable, Hashable {
    case own
    case partner(Partner.ID)
}

/// A domain that somebody says is theirs, and what shows it.
package struct DomainClaim: Sendable, Hashable {
    package var domain: DomainName
    package var subject: DomainSubject
    /// What the domain's TXT record must name. Own: the token, made of tenant, domain and a secret of the installation,
    /// so that a record proves the domain to one tenant alone. Partner: the passive sign-in URL.
    package var reference: String

    package init(domain: DomainName, subject: DomainSubject, reference: String) {
        self.domain = domain
        self.subject = subject
        self.reference = reference
    }

    /// The name before the equals sign in the record: ours, and for partners the one that they publish for Entra already.
    package var recordName: String {
        switch subject {
        case .own: "vestibule-domain-verification"
        case .partner: "DirectFedAuthUrl"
        }
    }

    /// The whole text of the record to publish.
    package var recordText: String { recordName + "=" + reference }
}

/// How a domain was shown to be somebody's.
package enum DomainProofMethod: String, Sendable, Hashable, CaseIterable {
    /// Who runs the installation vouches for it. It is not checked again.
    case operatorsWord = "operator"
    /// The partner's passive sign-in page is at the domain or under it.
    case signInHost = "passiveHost"
    /// The domain's TXT record.
    case record = "txt"
}

/// What the DNS said of a domain's TXT records.
package enum DomainEvidence: Sendable, Hashable {
    case records([String])
    case noRecords
    case noSuchName
    /// The name stands for another, whose records are said by whoever has that one.
    case alias(of: String)
    /// Nobody could be asked. It says nothing about the domain; the text is a sentence.
    case unavailable(String)
}

package enum DomainVerdict: Sendable, Hashable {
    case proven(DomainProofMethod)
    case unproven
    /// What would decide it could not be asked.
    case undecided
}

/// A verdict with its reasons, in the order in which the rules were asked.
package struct DomainDecision: Sendable, Hashable {
    package var verdict: DomainVerdict
    package var reasons: [Reason]

    package init(verdict: DomainVerdict, reasons: [Reason]) {
        self.verdict = verdict
        self.reasons = reasons
    }
}

extension DomainClaim {
    /// The rule that needs no question: a partner's sign-in page at the domain, or under it label by label, is there
    /// because the domain's owner put it there (Entra's rule). Stricter than Entra where everybody gets a page under
    /// the same name: see ``SharedSignInHosts``.
    ///
    /// - Parameter signInHost: Of the passive sign-in URL; nil where that is an address, or the domain is to be the
    ///   tenant's own.
    package func provenByHost(_ signInHost: DomainName?) -> DomainDecision {
        guard case .partner = subject, let host = signInHost else {
            return DomainDecision(verdict: .unproven, reasons: [])
        }
        let isThere = host == domain || host.isUnder(domain)
        guard isThere, let shared = SharedSignInHosts.shared(host, provingFor: domain) else {
            let detail = "The sign-in page is at \(host), \(isThere ? "" : "not ")at or under \(domain)."
            return DomainDecision(
                verdict: isThere ? .proven(.signInHost) : .unproven,
                reasons: [Reason("domain.signInHost", met: isThere, detail)])
        }
        let detail = "The sign-in page is at \(host), but \(shared) gives pages to everybody, so it proves nothing."
        return DomainDecision(verdict: .unproven, reasons: [Reason("domain.signInHost", met: false, detail)])
    }

    /// What the domain's TXT records show. Several are allowed; one that names the reference exactly, white space at
    /// either end aside, is enough.
    package func proven(by evidence: DomainEvidence) -> DomainDecision {
        switch evidence {
        case .records(let records): return proven(by: records)
        case .noRecords: return unproven("\(domain) has no TXT record; it needs \(recordText)")
        case .noSuchName: return unproven("There is no name \(domain) in the DNS.")
        case .alias(let name): return unproven("\(domain) is an alias of \(name), whose records do not speak for it.")
        case .unavailable(let why):
            let detail = "The TXT records of \(domain) could not be asked for: \(why)"
            return DomainDecision(verdict: .undecided, reasons: [Reason("domain.resolver", met: false, detail)])
        }
    }

    private func proven(by records: [String]) -> DomainDecision {
        let named = records.compactMap { text -> String? in
            let text = trimmed(text)
            guard text.hasPrefix(recordName + "=") else { return nil }
            return trimmed(String(text.dropFirst(recordName.count + 1)))
        }
        if named.contains(where: { $0.utf8.elementsEqual(reference.utf8) }) {
            let reason = Reason("domain.record", met: true, "A TXT record of \(domain) says \(recordText)")
            return DomainDecision(verdict: .proven(.record), reasons: [reason])
        }
        guard let other = named.first else {
            let count =
                records.count == 1
                ? "one TXT record, which does not say" : "\(records.count) TXT records, none of which says"
            return unproven("\(domain) has \(count) \(recordText)")
        }
        return unproven("The \(recordName) of \(domain) is \(shortened(other)), not \(reference)")
    }

    private func unproven(_ detail: String) -> DomainDecision {
        DomainDecision(verdict: .unproven, reasons: [Reason("domain.record", met: false, detail)])
    }

    /// Without spaces and tabs at either end.
    private func trimmed(_ text: String) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let front = text.utf8.drop(while: isBlank)
        let count = front.reversed().drop(while: isBlank).count
        return String(decoding: front.prefix(count), as: UTF8.self)
    }

    /// What somebody else wrote, fit for a sentence.
    private func shortened(_ text: String) -> String {
        let bytes = text.utf8.prefix(200).map { $0 < 0x20 || $0 > 0x7E ? UInt8(ascii: "?") : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension DomainName {
    /// Whether this is a name below the other, by whole labels.
    package func isUnder(_ parent: DomainName) -> Bool { description.hasSuffix("." + parent.description) }
}
