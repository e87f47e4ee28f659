import JSON
import Server
import Storage
import StorageSQLite

extension Command {
    static let migrate = Command(
        name: "migrate", summary: "Bring the database's tables up to date, or print them.",
        options: [
            Option(
                name: "print", value: "postgres|sqlite",
                summary: "print the SQL instead, with every statement that runs"),
            .configuration, .json,
        ],
        details: "The gateway does this by itself when it starts."
    ) { arguments, console throws(CommandFailure) in
        switch arguments.value("print") {
        case "postgres": console.output(PostgresDialect.script())
        case "sqlite":
            var lines = [SQLDialect.sqlite.spell(Migration.table) + ";"]
            for migration in Migration.all {
                lines.append("\n-- \(migration.number): \(migration.name)")
                lines += migration.statements(in: .sqlite).map { $0 + ";" }
            }
            console.output(lines.joined(separator: "\n"))
        case let other?: throw .usage("--print is \"\(other)\", not postgres or sqlite")
        case nil: return try update(Configuration.read(arguments), arguments, console)
        }
        return .done
    }

    private static func update(
        _ configuration: Configuration, _ arguments: Arguments, _ console: Console
    ) throws(CommandFailure) -> ExitCode {
        do throws(StorageError) {
            let database = try SQLiteDatabase.open(path: configuration.database, readers: 1)
            defer { database.close() }
            let version = try database.schemaVersion()
            if arguments.isJSON {
                console.writeOutput(JSONWriter.write(["schema": .integer(Int64(version))]) + [0x0A])
            } else {
                console.output("\(configuration.database) is at schema \(version).")
            }
            return .done
        } catch {
            throw CommandFailure(.refused, "\(error)")
        }
    }
}
