import Cryptography
import Gateway
import JSON
import Storage

extension Command {
    static let apply = Command(
        name: "apply", summary: "Make an organisation say what a file declares.", operands: "FILE", operandCount: 1...1,
        options: [
            Option(
                name: "operator", value: nil,
                summary: "may make the organisation and set its domains: you vouch for them"),
            .configuration, .json,
        ],
        details: """
            FILE is JSON5: a tenant, its applications, partners, members, groups and assignments. Names identify objects;
            a key that is left out keeps what an object has. All of it is applied, or nothing; applying twice changes
            nothing. Secrets that were made are told once. config/apply-example.json5 shows every key.
            """
    ) { arguments, console throws(CommandFailure) in
        let path = arguments.operands[0]
        let folder = path == "-" ? "." : FileAccess.folder(of: path)
        let bytes: [UInt8]
        do throws(FileAccess.Failure) {
            bytes = try FileAccess.read(path)
        } catch {
            throw CommandFailure(.unreadable, "\(path) can't be read: \(error.words)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .usage("\(path) is not UTF-8 text")
        }
        // Read here first: what is wrong with the file alone is told without a server, and the files that it names are
        // read with this user's eyes.
        var files = JSONObject()
        let reading = Declaration.FileReading { name in
            guard let bytes = try? FileAccess.read(FileAccess.path(name, from: folder)) else { return nil }
            files[name] = .string(Base64URL.encode(bytes))
            return bytes
        } entity: { name, entityID, signer in
            let file = DeclaredMetadata(path: FileAccess.path(name, from: folder), name: name)
            let read = file.entity(entityID, signer: signer)
            if case .document(let bytes) = read {
                files[DeclaredMetadata.key(name, entityID)] = .string(Base64URL.encode(bytes))
            }
            return read
        }
        do throws(FileFault) {
            _ = try Declaration(try DeclaredFile(name: path, bytes: bytes), files: reading)
        } catch {
            throw .usage("\(error)")
        }
        let parameters: JSONObject = [
            "file": .string(path), "text": .string(text), "files": .object(files),
            "operator": .bool(arguments.has("operator")),
        ]
        return try InstallationClient(arguments).run(.apply, parameters, arguments, console)
    }
}

extension Operation {
    static let apply = Operation(name: "apply") { parameters, context in
        await .of { () async throws(OperationFailure) in
            guard let name = parameters["file"]?.string, let text = parameters["text"]?.string else {
                throw OperationFailure(.fault, "the request is incomplete")
            }
            func file(_ key: String) -> [UInt8]? {
                parameters["files"]?[key]?.string.flatMap { Base64URL.decode($0) }
            }
            let reading = Declaration.FileReading {
                file($0)
            } entity: { path, entityID, _ in
                file(DeclaredMetadata.key(path, entityID)).map { .document($0) }
                    ?? .unreadable("names \(path), which can't be read")
            }
            do throws(FileFault) {
                let declaration = try Declaration(
                    try DeclaredFile(name: name, bytes: Array(text.utf8)), files: reading)
                return try await apply(declaration, parameters["operator"]?.bool ?? false, context)
            } catch {
                throw OperationFailure(.usage, "\(error)")
            }
        }
    }

    private static func apply(
        _ declaration: Declaration, _ asOperator: Bool, _ context: OperationContext
    ) async throws(FileFault) -> OperationResult {
        do throws(DeclarationRefusal) {
            let applied = try await context.installation.apply(
                declaration, asOperator: asOperator, by: "vestibule apply")
            return OperationResult(text: applied.text, json: applied.json)
        } catch {
            switch error {
            case .fault(let fault): throw fault
            case .storage(let error): return OperationResult(OperationFailure(error))
            }
        }
    }
}
