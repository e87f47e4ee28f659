internal import COpenSSL
import Glibc
import Synchronization

/// A server for HTTP/1.1 on a group of loops.
///
/// `init` binds, so that a port in use is told before anything starts; connections wait in the kernel until
/// ``start()``.
package final class HTTPServer: Sendable {
    /// One listening socket and the loops that watch it.
    private struct Place: Sendable {
        let descriptor: Int32
        let configuration: ListenerConfiguration
        let loops: [Int]
    }

    package let loops: LoopGroup
    /// The addresses listened on, in the order of the configurations, with the ports that the kernel chose.
    package let boundAddresses: [(address: String, port: UInt16)]
    private let places: [Place]
    private let shared: ServerShared
    private let counts: [LoopCounters]
    private let shards = LoopKey<ServerShard>()
    private let open: Mutex<[Int32]>

    /// - Parameters:
    ///   - adopting: Listening descriptors from an earlier process or systemd, which become the server's. One that no
    ///     configuration asks for is closed; a configuration that none fits gets sockets of its own.
    ///   - onAnswered: Called on the loop after each answer; must be quick. Nothing is logged without it.
    /// - Throws: ``ServerError`` that names the address and port.
    package init(
        loops: LoopGroup, listeners: [ListenerConfiguration], limits: ServerLimits = ServerLimits(),
        adopting: [Int32] = [], accept: @escaping AcceptCall = systemAccept,
        onAnswered: (@Sendable (AnsweredRequest) -> Void)? = nil, handler: @escaping Handler
    ) throws(ServerError) {
        var unclaimed = adopting
        var places: [Place] = []
        var bound: [(String, UInt16)] = []
        do throws(ServerError) {
            for configuration in listeners {
                let made = try Self.sockets(for: configuration, loops: loops.loops.count, from: &unclaimed)
                places += made
                guard let first = made.first, let address = SocketAddress(boundTo: first.descriptor) else {
                    throw ServerError("\(configuration.name) has no address after it was bound")
                }
                bound.append((address.text, address.port))
            }
        } catch {
            for descriptor in Set(places.map(\.descriptor) + unclaimed) { close(descriptor) }
            throw error
        }
        for descriptor in unclaimed { close(descriptor) }
        self.loops = loops
        self.places = places
        boundAddresses = bound
        shared = ServerShared(
            limits, connections: min(limits.connections, Self.descriptorLimit() - 128), accept: accept,
            onAnswered: onAnswered, handler: handler)
        counts = loops.loops.map { _ in LoopCounters() }
        open = Mutex(places.map(\.descriptor))
    }

    deinit { closeListeners() }

    /// Begins to accept. The loops must have been started or be started later.
    package func start() {
        for (index, loop) in loops.loops.enumerated() {
            let mine = places.filter { $0.loops.contains(index) }
            let (shared, counters, key) = (shared, counts[index], shards)
            loop.submit { loop in
                let shard = ServerShard(shared, counters)
                loop[key] = shard
                for place in mine {
                    shard.listen(place.descriptor, place.configuration, isShared: place.loops.count > 1, on: loop)
                }
            }
        }
    }

    /// Stops accepting, finishes every request whose first byte was read, then closes.
    ///
    /// - Parameters:
    ///   - deadline: When connections that are left are reset.
    ///   - grace: How long a connection between requests may send one more, which is answered with
    ///     `Connection: close`. A client that is just about to send is not met by a closed door.
    ///   - handedOver: The listening sockets live on in another process, which serves what waits in them.
    /// - Returns: Whether everything was finished before the deadline.
    package func drain(
        deadline: Duration, grace: Duration = .milliseconds(250), handedOver: Bool = false
    ) async -> Bool {
        let end = Loop.monotonicMilliseconds() + deadline.milliseconds
        let graceful = min(grace, deadline).milliseconds
        let key = shards
        for loop in loops.loops {
            await loop.run { loop in loop[key]?.stopAccepting(takingQueue: !handedOver, on: loop) }
        }
        closeListeners()
        for loop in loops.loops {
            await loop.run { loop in loop[key]?.endIdle(grace: graceful, on: loop) }
        }
        var finished = true
        for loop in loops.loops where await !loop.waitUntilDrained(key, deadline: end) { finished = false }
        return finished
    }

    /// The listening sockets, for ``ListenerHandover``. They stay this server's until it drains.
    package var listeningDescriptors: [Int32] { open.withLock { $0 } }

    package var counters: ServerCounters {
        var sum = ServerCounters()
        for counters in counts { sum.add(counters) }
        return sum
    }

    private func closeListeners() {
        let descriptors = open.withLock { open in
            defer { open = [] }
            return open
        }
        for descriptor in Set(descriptors) { close(descriptor) }
    }

    // MARK: Sockets

    /// The sockets of one configuration: those adopted, and with SO_REUSEPORT more until each loop has one. A socket
    /// that cannot have siblings is watched by every loop.
    private static func sockets(
        for configuration: ListenerConfiguration, loops: Int, from unclaimed: inout [Int32]
    ) throws(ServerError) -> [Place] {
        guard let address = SocketAddress(configuration.address, port: configuration.port) else {
            throw ServerError(
                "\(configuration.address) is not an address to listen on: give a numeric IPv4 or IPv6 address")
        }
        var sockets = unclaimed.filter { descriptor in
            guard let bound = SocketAddress(boundTo: descriptor) else { return false }
            return bound.isSameHost(as: address) && (configuration.port == 0 || bound.port == configuration.port)
        }
        unclaimed.removeAll { sockets.contains($0) }
        let adopted = sockets.count
        do throws(ServerError) {
            if sockets.isEmpty {
                sockets.append(try ListeningSocket.bind(address, named: configuration.name, isFirst: true))
            }
            for descriptor in sockets { try ListeningSocket.prepare(descriptor, named: configuration.name) }
            if ListeningSocket.hasReusePort(sockets[0]) {
                guard let first = SocketAddress(boundTo: sockets[0]) else {
                    throw ServerError("\(configuration.name) has no address after it was bound")
                }
                while sockets.count < loops {
                    let sibling = try ListeningSocket.bind(first, named: configuration.name, isFirst: false)
                    sockets.append(sibling)
                    try ListeningSocket.prepare(sibling, named: configuration.name)
                }
            }
        } catch {
            for descriptor in sockets.dropFirst(adopted) { close(descriptor) }
            unclaimed += sockets.prefix(adopted)
            throw error
        }
        if sockets.count < loops {
            return sockets.map { Place(descriptor: $0, configuration: configuration, loops: Array(0..<loops)) }
        }
        return sockets.enumerated().map { index, descriptor in
            Place(descriptor: descriptor, configuration: configuration, loops: [index % loops])
        }
    }

    /// How many descriptors this process may have.
    private static func descriptorLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(min(limit.rlim_cur, 1 << 30))
    }
}

extension ListenerConfiguration {
    /// As people write it: `127.0.0.1:8443`, `[::1]:8443`.
    var name: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }
}

extension Loop {
    fileprivate func waitUntilDrained(_ key: LoopKey<ServerShard>, deadline: UInt64) async -> Bool {
        guard let shard = self[key] else { return true }
        let finished = await shard.waitUntilDrained(deadline: deadline, on: self)
        self[key] = nil
        return finished
    }
}
