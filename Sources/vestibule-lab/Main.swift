// vestibule-lab: what `vestibule demo` starts beside the gateway. Everything is in the module Lab.

import Glibc
import Lab

@main
struct VestibuleLab {
    static func main() {
        let code = runLab(Array(CommandLine.arguments.dropFirst()))
        // As in vestibule: threads still run.
        fflush(nil)
        _exit(code)
    }
}
