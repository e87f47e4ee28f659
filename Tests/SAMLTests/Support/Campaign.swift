import FoundationEssentials

/// Attacks that are made by the thousand: a fixed sample of them by default, all by `scripts/test --all`.
enum Campaign {
    static let isWhole = ProcessInfo.processInfo.environment["VESTIBULE_TEST_ALL"] != nil

    /// Every which one is made.
    static let step = isWhole ? 1 : 5
}
