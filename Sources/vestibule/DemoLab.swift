import Glibc
import JSON

/// The sample application, the mailbox page and the outside providers: `vestibule-lab`, a program of its own, as our
/// child. It ends with us: its standard input closes when this process is gone, however that comes about.
struct DemoLab: Sendable {
    struct Partner: Sendable {
        var declaration: JSONValue
        var displayName: String
        var accounts: [JSONValue]
        /// Where it is told what to get wrong.
        var controlURL: String?
        /// As `--json` tells it.
        var facts: JSONValue

        init?(_ told: JSONValue) {
            guard let object = told.object, let name = object["name"]?.string else { return nil }
            let declared = object.members.filter { !["accounts", "control_url"].contains($0.name) }
            declaration = .object(JSONObject(declared.map { ($0.name, $0.value) }))
            displayName = object["displayName"]?.string ?? name
            accounts = object["accounts"]?.array ?? []
            controlURL = object["control_url"]?.string
            facts = [
                "name": .string(name), "display_name": .string(displayName),
                "kind": .string(object["kind"]?.string ?? "oidc"), "domain": object["domains"]?.array?.first ?? .null,
                "control_url": object["control_url"] ?? .null, "metadata_url": object["metadataURL"] ?? .null,
                "accounts": .array(accounts),
            ]
        }
    }

    let app: String?
    let mailbox: String?
    let partners: [Partner]
    private let process: pid_t
    private let leash: Int32

    /// How long it may take to listen.
    private static let patience: Int32 = 15_000

    /// Nil, with a sentence on the console, where it is not installed or does not start.
    static func start(_ facts: DemoFacts, _ stage: DemoStage, _ console: Console) -> DemoLab? {
        guard let program else {
            console.error(
                "vestibule: vestibule-lab is not installed beside this program: no sample application, no mailbox page")
            return nil
        }
        let file = "\(stage.folder)/lab.json"
        let settings: JSONValue = [
            "gateway": .string(facts.base), "port": .integer(Int64(stage.labPort)),
            "ca": stage.ca.map { .string($0) } ?? .null, "mailbox": .string("\(stage.folder)/mailbox"),
            "control": .string(stage.configuration.controlSocket), "tenants": facts.tenantsJSON,
            "applications": facts.applicationsJSON, "accounts": facts.accountsJSON,
            "api_scope": .string(DemoScene.apiScope),
        ]
        do throws(FileAccess.Failure) {
            try FileAccess.write(JSONWriter.write(settings) + [0x0A], to: file)
        } catch {
            console.error("vestibule: \(file) can't be written: \(error.words)")
            return nil
        }
        guard let (process, input, output) = spawn(program, ["demo", "--gateway", facts.base, "--config", file]) else {
            console.error("vestibule: \(program) can't be started: \(String(cString: strerror(errno)))")
            return nil
        }
        defer { close(output) }
        guard let line = firstLine(output), let told = try? JSONReader.read(line) else {
            console.error("vestibule: \(program) did not say where it listens")
            close(input)
            kill(process, SIGTERM)
            waitpid(process, nil, 0)
            return nil
        }
        return DemoLab(told, process: process, leash: input)
    }

    private init(_ told: JSONValue, process: pid_t, leash: Int32) {
        app = told["app"]?.string
        mailbox = told["mailbox"]?.string ?? told["mailbox"]?["url"]?.string
        partners = (told["partners"]?.array ?? []).compactMap { Partner($0) }
        self.process = process
        self.leash = leash
    }

    func end() {
        close(leash)
        kill(process, SIGTERM)
        waitpid(process, nil, 0)
    }

    /// Beside this program, unless the environment names another.
    private static var program: String? {
        let beside = FileAccess.ownProgram.map { FileAccess.folder(of: $0) + "/vestibule-lab" }
        guard let path = SystemEnvironment["VESTIBULE_LAB"] ?? beside, access(path, X_OK) == 0 else { return nil }
        return path
    }

    private static func spawn(_ program: String, _ arguments: [String]) -> (pid_t, input: Int32, output: Int32)? {
        var toChild: [Int32] = [-1, -1]
        var fromChild: [Int32] = [-1, -1]
        guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { return nil }
        for descriptor in toChild + fromChild { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], STDOUT_FILENO)
        // What we ignore or catch is the child's to decide anew.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGPIPE, SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        let variables = ["PATH", "HOME", "TMPDIR", "LANG", "TZ"].compactMap { name in
            SystemEnvironment[name].map { "\(name)=\($0)" }
        }
        var process: pid_t = 0
        let result = withStrings([program] + arguments) { words in
            withStrings(variables) { posix_spawn(&process, program, &actions, &attributes, words, $0) }
        }
        close(toChild[0])
        close(fromChild[1])
        guard result == 0 else {
            close(toChild[1])
            close(fromChild[0])
            errno = result
            return nil
        }
        return (process, toChild[1], fromChild[0])
    }

    private static func withStrings<R>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("an array with an element has an address") }
            return body(start)
        }
    }

    private static func firstLine(_ descriptor: Int32) -> [UInt8]? {
        var line: [UInt8] = []
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while line.last != 0x0A {
            guard poll(&waiting, 1, patience) > 0 else { return nil }
            var byte: UInt8 = 0
            guard read(descriptor, &byte, 1) == 1, line.count < 1 << 20 else { return nil }
            line.append(byte)
        }
        return line.dropLast()
    }
}
