import FoundationEssentials
import Testing

@testable import SAML

/// Each in a process of its own.
@Suite("Memory") struct MemoryTests {
    /// A hundred thousand by `scripts/test --all`.
    @Test func `verified assertions leave nothing behind`() async {
        let ended = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            let messages = AcceptedMessage.all.filter { $0.description.hasPrefix("response") }
            try expectFlat(rounds: Campaign.isWhole ? 100_000 : 2_000) { round in
                let message = messages[round % messages.count]
                guard message.verdict(on: message.xml) == .unchanged else { fatalError("\(message) was refused") }
            }
        }
        print(String(decoding: ended?.standardOutputContent ?? [], as: UTF8.self), terminator: "")
    }

    @Test func `messages of every kind leave nothing behind, accepted or refused`() async {
        await #expect(processExitsWith: .success) {
            let messages = AcceptedMessage.all
            let forged = try AcceptedMessage.wrappable.flatMap { message in
                try WrappingAttack.allCases.map { (message, try $0.apply(to: message).xml) }
            }
            try expectFlat(rounds: Campaign.isWhole ? 10_000 : 600) { round in
                let message = messages[round % messages.count]
                _ = message.verdict(on: message.xml)
                let (original, text) = forged[round % forged.count]
                guard original.verdict(on: text).isRefusal else { fatalError("\(original) was forged") }
            }
        }
    }

    /// CVE-2025-25293, CVE-2023-28119, CVE-2016-10127: what is refused costs no more memory than what is taken.
    @Test func `no bomb takes 32 MB`() async {
        await #expect(processExitsWith: .success) {
            for bomb in Bomb.all {
                try ResidentMemory.forgetPeak()
                let before = ResidentMemory.now
                let found = refusal { try bomb.deliver() }
                guard found == bomb.reason else { fatalError("\(bomb.name): \(found.map { "\($0)" } ?? "accepted")") }
                let grown = ResidentMemory.peak - before
                guard grown < 32 << 10 else { fatalError("\(bomb.name): \(grown) KB") }
            }
        }
    }
}

/// After some rounds, which fill what is kept for good, memory grows by less than a twentieth.
private func expectFlat(rounds: Int, _ body: (Int) throws -> Void) throws {
    for round in 0..<max(rounds / 10, 300) { try body(round) }
    let before = ResidentMemory.now
    for round in 0..<rounds { try body(round) }
    let after = ResidentMemory.now
    print("\(rounds) rounds: from \(before) KB to \(after) KB")
    guard after - before < before / 20 else { fatalError("from \(before) KB to \(after) KB") }
}
