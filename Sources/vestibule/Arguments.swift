/// A command line, read by the options of its command.
struct Arguments: Sendable {
    let operands: [String]
    private let values: [String: [String]]

    /// - Parameter words: Behind the command's name. `--name value`, `--name=value`; behind `--` everything is an operand.
    init(_ words: ArraySlice<String>, of command: Command) throws(CommandFailure) {
        var operands: [String] = []
        var values: [String: [String]] = [:]
        var rest = words
        var isOperandsOnly = false
        while let word = rest.popFirst() {
            guard !isOperandsOnly, word.hasPrefix("--"), word != "-" else {
                if !isOperandsOnly, word.hasPrefix("-"), word != "-" {
                    throw .usage("\(command.name) knows no option \(word); '--help' lists them")
                }
                operands.append(word)
                continue
            }
            if word == "--" {
                isOperandsOnly = true
                continue
            }
            let body = word.dropFirst(2)
            let name = String(body.prefix { $0 != "=" })
            guard let option = command.options.first(where: { $0.name == name }) else {
                throw .usage("\(command.name) knows no option --\(name); '--help' lists them")
            }
            var value = body.contains("=") ? String(body.dropFirst(name.count + 1)) : nil
            if let what = option.value {
                if value == nil { value = rest.popFirst() }
                guard value != nil else { throw .usage("--\(name) needs a value: \(what)") }
            } else if value != nil {
                throw .usage("--\(name) takes no value")
            }
            if values[name] != nil, !option.isRepeatable { throw .usage("--\(name) is given twice") }
            values[name, default: []].append(value ?? "")
        }
        guard command.operandCount.contains(operands.count) else {
            if operands.count < command.operandCount.lowerBound {
                throw .usage("\(command.name) needs \(command.operands)")
            }
            throw .usage("\(command.name) has no use for \"\(operands[command.operandCount.upperBound])\"")
        }
        self.operands = operands
        self.values = values
    }

    func has(_ name: String) -> Bool { values[name] != nil }

    func value(_ name: String) -> String? { values[name]?.first }

    func values(_ name: String) -> [String] { values[name] ?? [] }

    func required(_ name: String) throws(CommandFailure) -> String {
        guard let value = value(name) else { throw .usage("--\(name) is missing") }
        return value
    }

    func port(_ name: String) throws(CommandFailure) -> UInt16? {
        guard let text = value(name) else { return nil }
        guard let port = UInt16(text) else { throw .usage("--\(name) must be a port from 0 to 65535, not \"\(text)\"") }
        return port
    }

    var isJSON: Bool { has("json") }
}
