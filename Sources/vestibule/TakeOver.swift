import Glibc
import JSON
import Server

/// The new process's side of a hand-over: the listening sockets come from the server that runs, which goes on serving
/// until it is told, over a pipe, that we do.
struct TakeOver {
    static let operation = "handOver"

    let listeners: [Int32]
    private let teller: Int32

    /// Nil: no server runs, so there is nothing to take over.
    init?(_ controlSocket: String) {
        var ends: [Int32] = [-1, -1]
        guard FileAccess.exists(controlSocket), pipe(&ends) == 0 else { return nil }
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        let request = JSONWriter.write(["operation": .string(Self.operation)])
        let answer = try? ControlSocket.call(path: controlSocket, request: request, descriptors: [ends[0]])
        close(ends[0])
        guard let answer, !answer.descriptors.isEmpty else {
            close(ends[1])
            return nil
        }
        listeners = answer.descriptors
        teller = ends[1]
    }

    /// We serve: the other process may finish and end.
    func finish() {
        FileAccess.writeAll([1], to: teller)
        close(teller)
    }
}
