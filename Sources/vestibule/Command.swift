import Glibc

/// What a command ends with; part of the contract with scripts.
enum ExitCode: Int32, Sendable {
    case done = 0
    /// A rule refused it, or it failed.
    case refused = 1
    /// Wrong usage, or a configuration or declaration that can't be used.
    case usage = 2
    /// An input that can't be read.
    case unreadable = 3
    /// Our own fault.
    case fault = 4
}

/// Why a command ended early, in one sentence.
struct CommandFailure: Error, Sendable {
    let code: ExitCode
    let sentence: String

    init(_ code: ExitCode, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    static func usage(_ sentence: String) -> CommandFailure { CommandFailure(.usage, sentence) }
}

/// Where a command writes: answers to standard output, everything else to standard error.
struct Console: Sendable {
    var writeOutput: @Sendable ([UInt8]) -> Void
    var writeError: @Sendable ([UInt8]) -> Void

    static let standard = Console(
        writeOutput: { FileAccess.writeAll($0, to: STDOUT_FILENO) },
        writeError: { FileAccess.writeAll($0, to: STDERR_FILENO) })

    func output(_ text: String) { writeOutput(Array((text.hasSuffix("\n") ? text : text + "\n").utf8)) }
    func error(_ text: String) { writeError(Array((text.hasSuffix("\n") ? text : text + "\n").utf8)) }
}

/// One option of a command.
struct Option: Sendable {
    let name: String
    /// What stands for its value in the help; nil for a switch.
    let value: String?
    let summary: String
    var isRepeatable = false

    static let configuration = Option(name: "config", value: "FILE", summary: "the configuration (vestibule.json5)")
    static let json = Option(name: "json", value: nil, summary: "answer with one line of JSON")
    static let help = Option(name: "help", value: nil, summary: "this text")
    static let tenant = Option(
        name: "tenant", value: "ID|DOMAIN",
        summary: "the organisation; else the configuration's \"tenant\", or the only one")
}

/// One command: what it is called, what it takes, and what it does.
struct Command: Sendable {
    /// One word or two: `serve`, `tenant create`.
    let name: String
    let summary: String
    /// What stands for its arguments in the help: `EMAIL`, `FILE…`.
    var operands = ""
    var operandCount: ClosedRange<Int> = 0...0
    var options: [Option] = []
    /// More about it, in the help.
    var details = ""
    let run: @Sendable (Arguments, Console) throws(CommandFailure) -> ExitCode

    /// Every command; the troubleshooting ones have a table of their own.
    static let all: [Command] =
        [
            .demo, .serve, .tenantCreate, .invite, .apply, .domainAdd, .domainVerify, .domainList, .keysList,
            .keysRotate, .partnerList, .partnerDisable, .partnerEnable, .partnerRefresh, .partnerTest,
            .partnerBlastRadius, .doctor,
            .explain,
            .migrate,
        ] + troubleshooting

    static func dispatch(_ words: [String], _ console: Console) throws(CommandFailure) -> ExitCode {
        guard let first = words.first, !["help", "--help", "-h"].contains(first) else {
            let named = words.dropFirst().prefix(2).joined(separator: " ")
            if let command = all.first(where: { $0.name == named }) {
                console.output(command.help)
            } else {
                console.output(overview)
            }
            return words.isEmpty ? .usage : .done
        }
        if first == "--version" {
            console.output("vestibule \(version)")
            return .done
        }
        let two = words.prefix(2).joined(separator: " ")
        if let command = all.first(where: { $0.name == two && $0.name.contains(" ") }) {
            return try command.parseAndRun(words.dropFirst(2), console)
        }
        if let command = all.first(where: { $0.name == first }) {
            return try command.parseAndRun(words.dropFirst(), console)
        }
        let area = all.filter { $0.name.hasPrefix(first + " ") }
        if !area.isEmpty {
            let names = area.map(\.name).joined(separator: ", ")
            if words.dropFirst().first.map({ ["--help", "-h"].contains($0) }) ?? false {
                console.output(area.map(\.help).joined(separator: "\n"))
                return .done
            }
            throw .usage("\(first) needs one of: \(names)")
        }
        throw .usage("there is no command \"\(first)\"; 'vestibule --help' lists them all")
    }

    static let version = "0.1"

    private func parseAndRun(_ words: ArraySlice<String>, _ console: Console) throws(CommandFailure) -> ExitCode {
        if words.contains("--help") || words.contains("-h") {
            console.output(help)
            return .done
        }
        return try run(Arguments(words, of: self), console)
    }

    // MARK: Help

    private static var overview: String {
        var lines = ["Vestibule, a gateway for guests.", "", "usage: vestibule COMMAND [OPTIONS]", ""]
        let width = (all.map(\.name.count).max() ?? 0) + 2
        for command in all { lines.append("  " + command.name.padded(to: width) + command.summary) }
        lines += ["", "'vestibule COMMAND --help' tells more about each.", exitCodes]
        return lines.joined(separator: "\n") + "\n"
    }

    private static let exitCodes =
        "Exit codes: 0 done, 1 refused or failed, 2 wrong usage or configuration, 3 unreadable input, 4 our own fault."

    var help: String {
        let usage = ["usage: vestibule \(name)", operands, "[OPTIONS]"].filter { !$0.isEmpty }.joined(separator: " ")
        var lines = [summary, "", usage]
        if !details.isEmpty { lines += ["", details] }
        lines.append("")
        let shown = options + [.help]
        let titles = shown.map { "--\($0.name)" + ($0.value.map { " \($0)" } ?? "") }
        let width = (titles.map(\.count).max() ?? 0) + 2
        for (title, option) in zip(titles, shown) { lines.append("  " + title.padded(to: width) + option.summary) }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    func padded(to width: Int) -> String {
        count >= width ? self + " " : self + String(repeating: " ", count: width - count)
    }
}
