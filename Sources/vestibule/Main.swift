// vestibule: the program. It reads the command line and the configuration, assembles the gateway, and has one file for
// each command. What commands do to an installation they do through Gateway; the rules are there and below.
//
// Start with `Command.swift` (what a command is, and the list of all), then `Serve.swift`.

import Glibc

/// `main` is an ordinary function: it waits for the work itself, and never hands the main thread to the concurrency
/// runtime, which would take the signals with it.
@main
struct Vestibule {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        if CommandLine.arguments.dropFirst().first == MetadataEntity.word {
            exit(MetadataEntity.run(Array(CommandLine.arguments.dropFirst(2)), Console.standard).rawValue)
        }
        let code = run(Array(CommandLine.arguments.dropFirst()), Console.standard)
        // Without the handlers of exit(3): threads still run, and OpenSSL's would take its tables from beneath them.
        fflush(nil)
        _exit(code.rawValue)
    }

    /// Runs one command. Nothing here ends the process, so that a batch can run many.
    static func run(_ arguments: [String], _ console: Console) -> ExitCode {
        do throws(CommandFailure) {
            return try Command.dispatch(arguments, console)
        } catch {
            console.error("vestibule: \(error.sentence)")
            return error.code
        }
    }
}
