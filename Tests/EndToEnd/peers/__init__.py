"""What the end-to-end tests stand around the built binary: one module per outside program, and what they share.

Start with `processes` (children, ports, waiting) and `gateway` (our binary); `walk` is how a person clicks through,
in Chromium (`browser`) or without one (`visitor`)."""
