import Foundation

@testable import Cryptography

/// Bytes from hexadecimal digits, white space allowed.
func hex(_ text: String) -> [UInt8] {
    guard let bytes = Hex.decode(text.filter { !$0.isWhitespace }) else { preconditionFailure("not hex: \(text)") }
    return bytes
}

func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

extension Secret {
    var bytes: [UInt8] { withBytes { $0 } }
    init(hex text: String) { self.init(hex(text)) }
}

extension Environment {
    /// Noon of 2 January 2027 and bytes that count up: what a test gets is the same each time.
    static let fixed = Environment(
        now: { Date(timeIntervalSince1970: 1_798_891_200) }, randomBytes: { (0..<$0).map { UInt8($0 & 255) } })
}

/// The `openssl` command in a folder of its own: the outside implementation.
final class OpenSSLCommand {
    struct Failure: Error, CustomStringConvertible { let description: String }

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("cryptography-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
    }

    func read(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: folder.appendingPathComponent(name))) }

    /// Runs it with these words; answers what it printed.
    @discardableResult
    func run(_ words: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + words.split(separator: " ").map(String.init)
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: printed, as: UTF8.self)
        guard process.terminationStatus == 0 else { throw Failure(description: "openssl \(words): \(text)") }
        return text
    }
}
