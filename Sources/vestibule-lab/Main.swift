// vestibule-lab: what `vestibule demo` starts beside the gateway. Everything is in the module Lab.

import Glibc
import Lab

@main
struct VestibuleLab {
    static func main() {
        exit(runLab(Array(CommandLine.arguments.dropFirst())))
    }
}
