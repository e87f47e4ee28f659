import Gateway
import Server

extension Command {
    static let serve = Command(
        name: "serve", summary: "Run the gateway.",
        options: [
            .configuration,
            Option(
                name: "take-over", value: nil,
                summary: "take the listening sockets from the server that runs; it finishes what it began, and ends"),
        ],
        details: """
            Makes the database at the first run. SIGHUP reads certificates and limits again; SIGTERM finishes what was
            begun and ends with 0; a second one ends at once. Without a Global Administrator nothing is served but the
            page that makes one, whose link is printed here.
            """
    ) { arguments, console throws(CommandFailure) in
        let configuration = try Configuration.read(arguments)
        let gateway = try RunningGateway(
            configuration, takesOver: arguments.has("take-over") || configuration.takesOver, log: .standard)
        waiting { await gateway.greet(console) }
        return gateway.runUntilSignal()
    }
}
