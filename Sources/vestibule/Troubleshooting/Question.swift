/// A troubleshooting command: what it is about, and how one input is examined.
struct Question: Sendable {
    enum Input: Sendable {
        /// Names of files; `-` is standard input.
        case files
        /// What is examined stands on the command line itself.
        case words(String)
    }

    let name: String
    let summary: String
    let kind: Finding.Kind
    let input: Input
    var options: [Option] = []
    /// What `--lab` may switch on here.
    var leniencies: [Leniency] = []
    var details = ""
    /// Whether the input may be of any kind.
    var isAboutAnything = false
    let examine: @Sendable (Subject, Circumstances) throws(CommandFailure) -> Finding
    /// Examines a file that is too large to be read here; nil: none such is.
    private(set) var examineLarge: (@Sendable (_ path: String, Circumstances) throws(CommandFailure) -> Finding)?

    /// As many as a shell would pass.
    private static let mostOperands = 100_000

    var command: Command {
        var command = Command(
            name: name, summary: summary, operands: isAboutFiles ? "FILE…" : operand,
            operandCount: 1...Self.mostOperands, options: options + [.now, .skew, .json], details: details
        ) { arguments, console throws(CommandFailure) in
            try run(arguments, console)
        }
        if isAboutFiles { command.options.append(.encoding) }
        if !leniencies.isEmpty { command.options.append(.lab) }
        return command
    }

    func examiningLarge(
        _ examine: @escaping @Sendable (_ path: String, Circumstances) throws(CommandFailure) -> Finding
    ) -> Question {
        var question = self
        question.examineLarge = examine
        return question
    }

    private var isAboutFiles: Bool {
        if case .files = input { true } else { false }
    }

    private var operand: String {
        if case .words(let operand) = input { operand } else { "" }
    }

    private func run(_ arguments: Arguments, _ console: Console) throws(CommandFailure) -> ExitCode {
        var code = ExitCode.done
        try answer(arguments, FileSource()) { answer in
            if let failure = answer.failure { console.error("vestibule: \(failure)") }
            if arguments.isJSON {
                console.output(answer.line)
            } else if answer.finding != nil {
                console.output(answer.text)
            }
            code = max(code, answer.exit)
        }
        return code
    }

    /// Examines each input in order, and tells of it at once.
    ///
    /// - Throws: What ends the command as a whole: wrong usage, or a key file that can't be read.
    func answer(
        _ arguments: Arguments, _ files: FileSource, tell: (Report) -> Void
    ) throws(CommandFailure) {
        let circumstances = try Circumstances(
            arguments, leniencies, files, isAboutFiles: isAboutFiles,
            isAboutMessages: kind.isMessage || isAboutAnything)
        for operand in arguments.operands {
            guard isAboutFiles else {
                let finding = try examine(Subject(name: operand, bytes: Array(operand.utf8)), circumstances)
                tell(Report(file: operand, kind: kind, finding: finding, failure: nil))
                continue
            }
            tell(try answer(operand, circumstances))
        }
    }

    private func answer(_ path: String, _ circumstances: Circumstances) throws(CommandFailure) -> Report {
        let bytes: [UInt8]
        do throws(FileSource.Failure) {
            bytes = try circumstances.files.read(path)
        } catch .tooLarge {
            if let examineLarge, path != "-" {
                let finding = try examineLarge(path, circumstances)
                return Report(file: path, kind: kind, finding: finding, failure: nil)
            }
            let finding = Finding(kind, circumstances).rejected("too_large", FileAccess.Failure.tooLarge.words)
            return Report(file: path, kind: kind, finding: finding, failure: nil)
        } catch {
            return Report(file: path, kind: kind, finding: nil, failure: "\(path) can't be read: \(error.words)")
        }
        guard let decoded = circumstances.encoding.decode(bytes) else {
            let finding = Finding(kind, circumstances)
                .rejected("bad_encoding", "it is not \(circumstances.encoding.rawValue)")
            return Report(file: path, kind: kind, finding: finding, failure: nil)
        }
        return Report(
            file: path, kind: kind, finding: try examine(Subject(name: path, bytes: decoded), circumstances),
            failure: nil)
    }
}

/// One thing to examine.
struct Subject: Sendable {
    /// The file's name, or the word itself.
    let name: String
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// What is known of one input in the end.
struct Report: Sendable {
    let file: String
    let kind: Finding.Kind
    /// Nil where it could not be read; then `failure` says why.
    let finding: Finding?
    let failure: String?

    var exit: ExitCode {
        guard let finding else { return .unreadable }
        return finding.rejection == nil ? .done : .refused
    }
}

extension ExitCode: Comparable {
    static func < (left: ExitCode, right: ExitCode) -> Bool { left.rawValue < right.rawValue }
}
