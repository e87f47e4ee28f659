import Directory

extension Question {
    /// The form in which domains are compared, and what is refused as a look-alike.
    static let domainNormalize = Question(
        name: "domain normalize", summary: "Tell a domain's A-labels, or why it is refused.", kind: .domain,
        input: .words("NAME…")
    ) { subject, circumstances throws(CommandFailure) in
        var finding = Finding(.domain, circumstances)
        do throws(DomainNormalization.Fault) {
            finding.more = [("normalized", .string(try DomainNormalization.normalize(subject.name).description))]
        } catch {
            finding.reject(error.reasonCode, error.description)
        }
        return finding
    }

    /// What may be invited.
    static let emailParse = Question(
        name: "email parse", summary: "Read an address as an invitation does.", kind: .domain, input: .words("ADDRESS…")
    ) { subject, circumstances throws(CommandFailure) in
        var finding = Finding(.domain, circumstances)
        do throws(EmailAddress.Fault) {
            let address = try EmailAddress(reading: subject.name)
            finding.more = [
                ("address", .string(address.description)), ("normalized", .string(address.normalized)),
                ("domain", .string(address.domain.description)),
            ]
        } catch {
            finding.reject(error.reasonCode, error.description)
        }
        return finding
    }
}
