import HTTP

@testable import Server

/// A server on loopback with its own loops, on a port that the kernel chose.
final class TestServer: Sendable {
    let group: LoopGroup
    let server: HTTPServer
    var port: UInt16 { server.boundAddresses[0].port }

    init(
        loops: Int = 1, limits: ServerLimits = ServerLimits(), address: String = "127.0.0.1",
        tls: TLSContextStore? = nil, proxies: [AddressRange] = [], adopting: [Int32] = [],
        handler: @escaping Handler = TestServer.echo, accept: @escaping AcceptCall = systemAccept,
        onAnswered: (@Sendable (AnsweredRequest) -> Void)? = nil
    ) throws {
        group = LoopGroup(count: loops)
        let listener = ListenerConfiguration(address: address, port: 0, tls: tls, proxies: proxies)
        server = try HTTPServer(
            loops: group, listeners: [listener], limits: limits, adopting: adopting, accept: accept,
            onAnswered: onAnswered, handler: handler)
        server.start()
        try group.start()
    }

    deinit { group.stop() }

    /// Answers with the path, and the body if there is one.
    static let echo: Handler = { _, request in .text(request.path + String(decoding: request.body, as: UTF8.self)) }
}

/// A point that tasks wait at until somebody opens it; open from then on.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var arrivals = 0
    private var expectants: [(Int, CheckedContinuation<Void, Never>)] = []

    func pass() async {
        arrivals += 1
        let here = arrivals
        expectants.removeAll { count, continuation in
            guard here >= count else { return false }
            continuation.resume()
            return true
        }
        guard !isOpen else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    /// Waits until this many have come.
    func arrived(_ count: Int = 1) async {
        guard arrivals < count else { return }
        await withCheckedContinuation { expectants.append((count, $0)) }
    }
}
