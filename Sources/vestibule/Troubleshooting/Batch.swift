import Glibc
import JSON

extension Command {
    static let batch = Command(
        name: "--stdin-batch", summary: "Answer many troubleshooting commands, one JSON line each.",
        details: """
            Reads lines of {"id": any, "argv": ["jose", "verify", …]} from standard input and answers each, in the same
            order and as soon as it is known, with {"id", "exit", …}: what the command answers with --json. A command with
            several inputs has their answers in "results".
            """
    ) { _, console throws(CommandFailure) in
        var lines = StandardInputLines()
        do throws(StandardInputLines.Failure) {
            while let line = try lines.next() {
                guard !line.isEmpty else { continue }
                let answer = BatchAnswer(to: line)
                console.writeOutput(JSONWriter.write(.object(answer.json)) + [UInt8(ascii: "\n")])
            }
        } catch {
            throw CommandFailure(.unreadable, "standard input can't be read: \(error.words)")
        }
        return .done
    }
}

/// What a batch answers to one line.
private struct BatchAnswer {
    var json = JSONObject()

    init(to line: [UInt8]) {
        json["id"] = .null
        do throws(CommandFailure) {
            let request = try Self.request(line)
            if let id = request["id"] { json["id"] = id }
            guard let words = request["argv"]?.strings else { throw .usage("argv is not an array of strings") }
            let answers = try Self.answers(words)
            add(.done, answers)
        } catch {
            json["exit"] = .integer(Int64(error.code.rawValue))
            json["error"] = .string(error.sentence)
        }
    }

    private mutating func add(_ least: ExitCode, _ answers: [Report]) {
        json["exit"] = .integer(Int64(answers.map(\.exit).reduce(least, max).rawValue))
        if answers.count == 1, let only = answers.first {
            for (name, value) in only.json.members { json[name] = value }
        } else {
            json["results"] = .array(answers.map { .object($0.json) })
        }
    }

    private static func request(_ line: [UInt8]) throws(CommandFailure) -> JSONObject {
        do throws(JSONError) {
            let limits = JSONLimits(bytes: StandardInputLines.longest, depth: 32)
            if case .object(let object) = try JSONReader.read(line, limits: limits) { return object }
        } catch {
            throw .usage("the line is no JSON: \(error)")
        }
        throw .usage("the line is no JSON object")
    }

    private static func answers(_ words: [String]) throws(CommandFailure) -> [Report] {
        for count in [2, 1] {
            let name = words.prefix(count).joined(separator: " ")
            guard let question = Question.all.first(where: { $0.name == name }) else { continue }
            let arguments = try Arguments(words.dropFirst(count), of: question.command)
            var answers: [Report] = []
            try question.answer(arguments, FileSource(hasStandardInput: false)) { answers.append($0) }
            return answers
        }
        throw .usage("\"\(words.prefix(2).joined(separator: " "))\" is no command that a batch can run")
    }
}

/// Standard input, line by line as it comes: whoever waits for an answer has not ended the input.
private struct StandardInputLines {
    static let longest = 32 << 20

    enum Failure: Error {
        case system(Int32)
        case lineTooLong

        var words: String {
            switch self {
            case .system(let number): String(cString: strerror(number))
            case .lineTooLong: "a line is longer than 32 MiB"
            }
        }
    }

    private var buffer: [UInt8] = []
    private var start = 0
    /// How far the buffer is known to hold no line end.
    private var scanned = 0
    private var part = [UInt8](repeating: 0, count: 64 << 10)
    private var isEnded = false

    mutating func next() throws(Failure) -> [UInt8]? {
        while true {
            if let end = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { (start, scanned) = (end + 1, end + 1) }
                return Array(buffer[start...end]).withoutLineEnd
            }
            if isEnded {
                defer { (buffer, start, scanned) = ([], 0, 0) }
                return start < buffer.count ? Array(buffer[start...]) : nil
            }
            buffer.removeFirst(start)
            (start, scanned) = (0, buffer.count)
            guard buffer.count <= Self.longest else { throw .lineTooLong }
            try fill()
        }
    }

    private mutating func fill() throws(Failure) {
        while true {
            let count = Glibc.read(STDIN_FILENO, &part, part.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(errno)
            }
            isEnded = count == 0
            buffer += part[..<count]
            return
        }
    }
}
