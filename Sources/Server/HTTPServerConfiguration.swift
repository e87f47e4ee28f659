package import HTTP

/// Answers a request on the loop that read it. One that never waits completes in the same turn.
package typealias Handler = @Sendable (isolated Loop, HTTPRequest) async -> HTTPResponse

/// Where to listen, and what is believed of those who come there.
package struct ListenerConfiguration: Sendable {
    /// A numeric address, or `localhost` for 127.0.0.1; `::` takes IPv4 as well.
    package var address: String
    /// 0 for one that the kernel chooses.
    package var port: UInt16
    package var tls: TLSContextStore?
    /// Reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. From anybody else they are not
    /// read.
    package var proxies: [AddressRange]
    /// For who runs the installation, not for the public: its requests say so.
    package var isInternal: Bool

    package init(
        address: String, port: UInt16, tls: TLSContextStore? = nil, proxies: [AddressRange] = [],
        isInternal: Bool = false
    ) {
        (self.address, self.port, self.tls, self.proxies) = (address, port, tls, proxies)
        self.isInternal = isInternal
    }
}

/// How long and how many. Each deadline is absolute: it starts once and no trickle of bytes moves it.
package struct ServerLimits: Sendable {
    /// From a request's first byte to the end of its head; also the TLS handshake.
    package var head: Duration
    /// From the end of the head to the end of the body.
    package var body: Duration
    /// Between requests, and before the first.
    package var idle: Duration
    /// From the first moment the client does not take what we send.
    package var write: Duration
    /// How long a closed connection is read and dropped, so that the client gets to read why.
    package var linger: Duration
    /// Connections of one address (IPv6: one /64); trusted proxies are not counted.
    package var connectionsPerAddress: Int
    /// Connections in all.
    package var connections: Int
    package var http: HTTPLimits

    package init(
        head: Duration = .seconds(10), body: Duration = .seconds(30), idle: Duration = .seconds(60),
        write: Duration = .seconds(30), linger: Duration = .seconds(2), connectionsPerAddress: Int = 256,
        connections: Int = 20_000, http: HTTPLimits = .default
    ) {
        self.head = head
        self.body = body
        self.idle = idle
        self.write = write
        self.linger = linger
        self.connectionsPerAddress = connectionsPerAddress
        self.connections = connections
        self.http = http
    }
}

/// What a request log line is made of.
package struct AnsweredRequest: Sendable {
    package let method: HTTPMethod
    /// As received, still escaped, without the query, which may hold secrets.
    package let path: String
    package let status: Int
    /// Bytes of the answer, head included.
    package let bytes: Int
    /// From the whole request to the whole answer, before it was sent.
    package let microseconds: UInt64
    package let remoteAddress: String
}

/// What the connections of one server share, on all its loops.
final class ServerShared: Sendable {
    let handler: Handler
    let admission: Admission
    let http: HTTPLimits
    let onAnswered: (@Sendable (AnsweredRequest) -> Void)?
    let accept: AcceptCall
    let head: UInt64
    let body: UInt64
    let idle: UInt64
    let write: UInt64
    let linger: UInt64

    init(
        _ limits: ServerLimits, connections: Int, accept: @escaping AcceptCall,
        onAnswered: (@Sendable (AnsweredRequest) -> Void)?, handler: @escaping Handler
    ) {
        self.handler = handler
        self.onAnswered = onAnswered
        self.accept = accept
        admission = Admission(perAddress: limits.connectionsPerAddress, total: connections)
        http = limits.http
        head = limits.head.milliseconds
        body = limits.body.milliseconds
        idle = limits.idle.milliseconds
        write = limits.write.milliseconds
        linger = limits.linger.milliseconds
    }
}
