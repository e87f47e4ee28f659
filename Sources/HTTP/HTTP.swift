// HTTP: what a request and a response are, without a socket in sight.
//
// Owns: the HTTP/1.1 parser as a state machine (`RequestParser`), the request and the response, the response's bytes
// (`ResponseWriter`), and the small grammars around them: forms, cookies, URLs, media types, languages, routes.
//
// Leaves to others: sockets, TLS, deadlines and connection counts (Server), and what any address means (Gateway).
// There is no I/O and no Foundation. Bytes come in, an outcome goes out, and it is the same however they were split.
//
// Two parties that frame one message differently is what request smuggling is. Whatever RFC 9112 leaves a recipient to
// repair (both lengths, folded lines, a bare line feed, a space before the colon) is refused instead, with the status
// that fits, and the connection is over. No field is ever ignored because it was malformed.
//
// Start at `RequestParser.swift` for how a message is cut, then `RequestHead.swift` for what each line must be. On this
// path bytes and offsets travel; a `String` is made when the application asks for one.
