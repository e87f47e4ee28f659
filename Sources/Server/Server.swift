// Server: the edge. It owns the event loops (one thread each), the listening sockets, the connections with their
// deadlines, TLS towards clients, admission by address, draining, signals, and the Unix control socket.
//
// It leaves the meaning of bytes to HTTP (parser, requests, responses) and the meaning of requests to whoever gives
// the handler. Nothing here knows about sign-ins.
//
// Start at `Loop` (an actor whose executor is its own thread), then `HTTPServer` (what a program makes) and
// `Connection` (one client, one request at a time). `Loop.watch` and `Loop.schedule` are what drivers of other
// libraries (libcurl, libpq) build on.

import Glibc

/// Something that keeps a server from starting or going on, told in one sentence that names the address, port or file.
package struct ServerError: Error, Sendable, CustomStringConvertible {
    package let sentence: String

    package init(_ sentence: String) { self.sentence = sentence }

    package var description: String { sentence }

    /// The sentence with the system's own words for the error number appended.
    static func system(_ sentence: String, _ number: Int32 = errno) -> ServerError {
        ServerError("\(sentence): \(String(cString: strerror(number)))")
    }
}
