import Foundation

/// What the kernel says of this process, in kilobytes. Beside other tests it says nothing about one: ask in a process of
/// its own.
enum ResidentMemory {
    static var now: Int { field("VmRSS:") }

    /// The most since the process began, or since ``forgetPeak()``.
    static var peak: Int { field("VmHWM:") }

    static func forgetPeak() throws {
        let references = try FileHandle(forWritingTo: URL(fileURLWithPath: "/proc/self/clear_refs"))
        try references.write(contentsOf: Data("5".utf8))
        try references.close()
    }

    private static func field(_ name: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
