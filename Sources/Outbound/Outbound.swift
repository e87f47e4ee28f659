// Outbound: whatever this process sends into the network of its own accord. HTTPS requests to partners (`Fetcher`),
// where they may go (`EgressPolicy`), mail (`MIMEMessage`, `Outbox`, the sinks a mail can leave through), and questions
// for the TXT records that prove a domain (`DNS/`).
//
// Owns:      libcurl. Its multi-socket interface runs on the caller's loop, one multi handle per loop and policy, so a
//            partner never rides on a connection that a wider policy opened.
// Leaves:    what is asked and what the answer means to Upstream and Gateway; the rows of waiting mail to Storage; the
//            words of a mail to Pages.
// Start at:  `Fetcher.swift`, then `EgressPolicy.swift`. Mail starts at `Outbox.swift`, names at `DNS/TXTResolver.swift`.
//
// An address is checked where nothing can come between the check and its use: in libcurl's open-socket callback, for
// each socket about to connect, whatever name or resolver led there. Redirects are never followed, no proxy is used, no
// password file is read, and the environment changes nothing.
