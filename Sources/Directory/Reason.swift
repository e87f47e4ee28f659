/// One step of a decision: the rule that was asked, whether it was met, and what an administrator should know about it.
///
/// Every decision of `Directory` and `Access` carries its reasons, in the order in which the rules were asked. They are
/// stored with the sign-in, so a rule's name is for good: `explain` and later releases read it.
package struct Reason: Sendable, Hashable {
    /// The rule's name, of the form `area.rule`.
    package var rule: String
    package var met: Bool
    /// A plain sentence for the administrator. May name addresses: it is kept in the erasable part of the record.
    package var detail: String
    /// The setting to look at, as `applications/<appId>/requiresAssignment`; nil where no setting decides.
    package var setting: String?

    package init(_ rule: String, met: Bool, _ detail: String, setting: String? = nil) {
        self.rule = rule
        self.met = met
        self.detail = detail
        self.setting = setting
    }
}
