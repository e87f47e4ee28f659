"""The edge under malformed bytes, slow and idle clients, and crowds. Raw sockets only: nothing puts a request right."""

import threading
from contextlib import ExitStack

import pytest

from peers import raw_sockets
from peers.processes import eventually

# Each: a name, what is sent (HOST stands for a good Host field), and the statuses that are right.
BODY = b"grant_type=x&a=b+++"
GOOD = b"GET /health/live HTTP/1.1\r\nHOST\r\n"
POST = b"POST /health/live HTTP/1.1\r\nHOST\r\nContent-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"

MALFORMED = [
    # Which body is it? (request smuggling, RFC 9112 §6.3)
    ("both lengths", POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    ("both lengths, other order", POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", {400}),
    ("two lengths that differ", POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", {400}),
    ("two lengths that agree", POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde", {400}),
    ("a list of lengths", POST + b"Content-Length: 5, 5\r\n\r\nabcde", {400}),
    ("length +5", POST + b"Content-Length: +5\r\n\r\nabcde", {400}),
    ("length -1", POST + b"Content-Length: -1\r\n\r\n", {400}),
    ("length 0x5", POST + b"Content-Length: 0x5\r\n\r\nabcde", {400}),
    ("length 5 with a tail", POST + b"Content-Length: 5a\r\n\r\nabcde", {400}),
    ("length 1 9", POST + b"Content-Length: 1 9\r\n\r\n" + BODY, {400}),
    ("length 2^64+19", POST + b"Content-Length: 18446744073709551635\r\n\r\n" + BODY, {400, 413}),
    ("length 2^63", POST + b"Content-Length: 9223372036854775808\r\n\r\n", {400, 413}),
    ("length empty", POST + b"Content-Length: \r\n\r\n", {400}),
    ("length 5.0", POST + b"Content-Length: 5.0\r\n\r\nabcde", {400}),
    ("length in Arabic digits", POST + "Content-Length: \u0665\r\n\r\nabcde".encode(), {400}),
    ("length too large for us", POST + b"Content-Length: 999999999\r\n\r\n", {413}),
    # Transfer codings.
    ("xchunked", POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", {400, 501}),
    ("identity", POST + b"Transfer-Encoding: identity\r\n\r\n", {400, 501}),
    ("gzip, chunked", POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", {400, 501}),
    ("chunked, gzip", POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", {400, 501}),
    ("chunked, chunked", POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", {400, 501}),
    ("chunked twice", POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400, 501}),
    ("chunked with a parameter", POST + b"Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n", {400, 501}),
    ("chunked in quotes", POST + b"Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", {400, 501}),
    ("vertical tab before chunked", POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", {400, 501}),
    ("empty coding", POST + b"Transfer-Encoding: \r\n\r\n0\r\n\r\n", {400, 501}),
    ("coding in HTTP/1.0", b"POST / HTTP/1.0\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    # Chunks.
    ("chunk size +5", CHUNKED + b"+5\r\nabcde\r\n0\r\n\r\n", {400}),
    ("chunk size 0x5", CHUNKED + b"0x5\r\nabcde\r\n0\r\n\r\n", {400}),
    ("chunk size -5", CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n", {400}),
    ("space before chunk size", CHUNKED + b" 5\r\nabcde\r\n0\r\n\r\n", {400}),
    ("space after chunk size", CHUNKED + b"5 \r\nabcde\r\n0\r\n\r\n", {400}),
    ("empty chunk size", CHUNKED + b"\r\nabcde\r\n0\r\n\r\n", {400}),
    ("chunk size not hexadecimal", CHUNKED + b"g\r\nabcde\r\n0\r\n\r\n", {400}),
    ("chunk size FFFFFFFFFFFFFFFF", CHUNKED + b"FFFFFFFFFFFFFFFF\r\nabcde\r\n0\r\n\r\n", {400, 413}),
    ("chunk size 2^64+5", CHUNKED + b"10000000000000005\r\nabcde\r\n0\r\n\r\n", {400, 413}),
    ("chunk size with many zeros", CHUNKED + b"0" * 200 + b"5\r\nabcde\r\n0\r\n\r\n", {400, 413, 431}),
    ("chunk longer than its size", CHUNKED + b"3\r\nabcde\r\n0\r\n\r\n", {400}),
    ("chunk ended by LF", CHUNKED + b"5\r\nabcde\n0\r\n\r\n", {400}),
    ("chunk size ended by LF", CHUNKED + b"5\nabcde\r\n0\r\n\r\n", {400}),
    ("last chunk ended by LF", CHUNKED + b"5\r\nabcde\r\n0\n\r\n", {400}),
    ("chunk extension", CHUNKED + b"5;a=b\r\nabcde\r\n0\r\n\r\n", {400}),
    ("chunk extension with LF", CHUNKED + b"5;a\nb\r\nabcde\r\n0\r\n\r\n", {400}),
    ("length as trailer", CHUNKED + b"0\r\nContent-Length: 5\r\n\r\n", {400}),
    ("trailer", CHUNKED + b"0\r\nX-Late: 1\r\n\r\n", {400}),
    # Line ends.
    ("LF everywhere", b"GET /health/live HTTP/1.1\nHost: localhost\n\n", {400}),
    ("LF after the request line", b"GET /health/live HTTP/1.1\nHOST\r\n\r\n", {400}),
    ("LF after a field", GOOD + b"A: b\nC: d\r\n\r\n", {400}),
    ("LF at the end of the head", GOOD + b"A: b\r\n\n", {400}),
    ("CR in a value", GOOD + b"A: b\rc\r\n\r\n", {400}),
    ("CR CR LF", GOOD + b"A: b\r\r\n\r\n", {400}),
    ("folded line", GOOD + b"A: b\r\n c\r\n\r\n", {400}),
    ("folded line with a tab", GOOD + b"A: b\r\n\tc\r\n\r\n", {400}),
    ("folded first line", b"GET /health/live HTTP/1.1\r\n A: b\r\nHOST\r\n\r\n", {400}),
    # Field names and values.
    ("space before the colon", GOOD + b"A : b\r\n\r\n", {400}),
    ("tab before the colon", GOOD + b"A\t: b\r\n\r\n", {400}),
    ("space before the colon of a length", POST + b"Content-Length : 5\r\n\r\nabcde", {400}),
    ("space before the colon of a coding", POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", {400}),
    ("no colon", GOOD + b"A\r\n\r\n", {400}),
    ("no name", GOOD + b": b\r\n\r\n", {400}),
    ("name with a space", GOOD + b"A B: c\r\n\r\n", {400}),
    ("name with a slash", GOOD + b"A/B: c\r\n\r\n", {400}),
    ("name with a quote", GOOD + b"\"A\": c\r\n\r\n", {400}),
    ("name with a byte over 127", GOOD + b"A\xe9: c\r\n\r\n", {400}),
    ("NUL in a name", GOOD + b"A\x00B: c\r\n\r\n", {400}),
    ("NUL in a value", GOOD + b"A: b\x00c\r\n\r\n", {400}),
    ("DEL in a value", GOOD + b"A: b\x7fc\r\n\r\n", {400}),
    ("escape in a value", GOOD + b"A: b\x1b[31mc\r\n\r\n", {400}),
    # The request line.
    ("two spaces after the method", b"GET  /health/live HTTP/1.1\r\nHOST\r\n\r\n", {400}),
    ("two spaces before the version", b"GET /health/live  HTTP/1.1\r\nHOST\r\n\r\n", {400}),
    ("space after the version", b"GET /health/live HTTP/1.1 \r\nHOST\r\n\r\n", {400, 505}),
    ("space before the method", b" GET /health/live HTTP/1.1\r\nHOST\r\n\r\n", {400}),
    ("tabs instead of spaces", b"GET\t/health/live\tHTTP/1.1\r\nHOST\r\n\r\n", {400}),
    ("no version", b"GET /health/live\r\nHOST\r\n\r\n", {400, 505}),
    ("HTTP/0.9", b"GET /health/live HTTP/0.9\r\nHOST\r\n\r\n", {400, 505}),
    ("HTTP/1.2", b"GET /health/live HTTP/1.2\r\nHOST\r\n\r\n", {400, 505}),
    ("HTTP/2.0", b"GET /health/live HTTP/2.0\r\nHOST\r\n\r\n", {400, 505}),
    ("HTTP/1.01", b"GET /health/live HTTP/1.01\r\nHOST\r\n\r\n", {400, 505}),
    ("http/1.1", b"GET /health/live http/1.1\r\nHOST\r\n\r\n", {400, 505}),
    ("HTTP/1,1", b"GET /health/live HTTP/1,1\r\nHOST\r\n\r\n", {400, 505}),
    ("the HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 501, 505}),
    ("a method in lower case", b"get /health/live HTTP/1.1\r\nHOST\r\n\r\n", {400, 405, 501}),
    ("a method with a slash", b"G/T /health/live HTTP/1.1\r\nHOST\r\n\r\n", {400, 501}),
    ("an empty method", b" /health/live HTTP/1.1\r\nHOST\r\n\r\n", {400}),
    ("a very long method", b"A" * 5000 + b" / HTTP/1.1\r\nHOST\r\n\r\n", {400, 414, 431, 501}),
    ("CONNECT", b"CONNECT localhost:443 HTTP/1.1\r\nHOST\r\n\r\n", {400, 405, 501}),
    ("TRACE", b"TRACE /health/live HTTP/1.1\r\nHOST\r\n\r\n", {400, 405, 501}),
    ("an unknown method", b"FROB /health/live HTTP/1.1\r\nHOST\r\n\r\n", {400, 405, 501}),
    ("a target without a slash", b"GET health/live HTTP/1.1\r\nHOST\r\n\r\n", {400}),
    ("a target with a fragment", b"GET /health/live#x HTTP/1.1\r\nHOST\r\n\r\n", {400}),
    ("a raw byte over 127 in the target", b"GET /health/\xe9 HTTP/1.1\r\nHOST\r\n\r\n", {400}),
    ("NUL in the target", b"GET /health\x00/live HTTP/1.1\r\nHOST\r\n\r\n", {400}),
    ("a bad percent escape", b"GET /health/%zz HTTP/1.1\r\nHOST\r\n\r\n", {400}),
    ("an escaped NUL", b"GET /health/%00 HTTP/1.1\r\nHOST\r\n\r\n", {400}),
    ("a target of 20 KB", b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHOST\r\n\r\n", {414, 431}),
    ("the asterisk with GET", b"GET * HTTP/1.1\r\nHOST\r\n\r\n", {400}),
    # Host.
    ("no Host", b"GET /health/live HTTP/1.1\r\nAccept: */*\r\n\r\n", {400}),
    ("two Hosts", GOOD + b"Host: evil.example\r\n\r\n", {400}),
    ("the same Host twice", GOOD + b"HOST\r\n\r\n", {400}),
    ("an empty Host", b"GET /health/live HTTP/1.1\r\nHost: \r\n\r\n", {400, 421}),
    ("Host with a slash", b"GET /health/live HTTP/1.1\r\nHost: localhost/evil\r\n\r\n", {400}),
    ("Host with a user", b"GET /health/live HTTP/1.1\r\nHost: a@localhost\r\n\r\n", {400}),
    ("Host with a space", b"GET /health/live HTTP/1.1\r\nHost: local host\r\n\r\n", {400}),
    ("Host with a bad port", b"GET /health/live HTTP/1.1\r\nHost: localhost:99999\r\n\r\n", {400}),
    ("Host as a list", b"GET /health/live HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n", {400}),
    ("another Host", b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", {400, 421}),
    ("absolute form of another host", b"GET http://evil.example/health/live HTTP/1.1\r\nHOST\r\n\r\n", {400, 421}),
    # Sizes.
    ("a field of 20 KB", GOOD + b"A: " + b"b" * 20_000 + b"\r\n\r\n", {431}),
    ("a name of 20 KB", GOOD + b"A" * 20_000 + b": b\r\n\r\n", {400, 431}),
    ("a head of 200 KB", GOOD + b"A: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n" * 5000 + b"\r\n", {431}),
    ("1,000 fields", GOOD + b"A: b\r\n" * 1000 + b"\r\n", {431}),
    # Others.
    ("an expectation nobody knows", POST + b"Expect: 200-ok\r\nContent-Length: 5\r\n\r\nabcde", {417}),
    ("TLS on a plain port", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 32, {400}),
    ("zeros", b"\x00" * 64, {400}),
]

assert len(MALFORMED) >= 80
assert len({name for name, _, _ in MALFORMED}) == len(MALFORMED)


def request_of(gateway, raw: bytes) -> bytes:
    return raw.replace(b"HOST\r\n", f"Host: localhost:{gateway.port}\r\n".encode())


@pytest.mark.parametrize("piece", [0, 1], ids=["whole", "byte by byte"])
@pytest.mark.parametrize("name, raw, statuses", MALFORMED, ids=[name for name, _, _ in MALFORMED])
def test_malformed(gateway, name, raw, statuses, piece):
    """Refused with a right status, answered once, and closed: where the next request begins is not known any more."""
    outcome = raw_sockets.send(gateway.port, request_of(gateway, raw), piece)
    assert outcome.status in statuses, outcome.raw[:300]
    assert len(outcome.statuses) == 1, outcome.raw[:600]
    assert outcome.closed, "left open"


def test_the_good_request_that_they_are_made_from(gateway):
    """What is wrong with the others is what they say, not the rest."""
    outcome = raw_sockets.send(gateway.port, request_of(gateway, GOOD + b"Connection: close\r\n\r\n"))
    assert (outcome.statuses, outcome.closed) == ([200], True)
    chunked = POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
    assert raw_sockets.send(gateway.port, request_of(gateway, chunked)).status not in (None, 400, 501)


def test_pipelined_requests_are_answered_in_order(gateway):
    one = request_of(gateway, GOOD + b"\r\n")
    missing = request_of(gateway, b"GET /nothing/here HTTP/1.1\r\nHOST\r\nConnection: close\r\n\r\n")
    for piece in (0, 7):
        outcome = raw_sockets.send(gateway.port, one + one + missing, piece, talks_over=True)
        assert outcome.statuses[:2] == [200, 200] and outcome.statuses[2] in (400, 404)
        assert outcome.closed


def test_slowloris(gateway):
    """The head has an absolute deadline: a byte now and then does not move it."""
    assert raw_sockets.slowloris(gateway.port, seconds=45) is not None


def test_idle_connections_leave_others_unharmed(gateway):
    """2,000 connections from twenty addresses, then a person."""
    with ExitStack() as stack:
        opened = []
        for number in range(20):
            opened += stack.enter_context(raw_sockets.idle_connections(gateway.port, 100, f"127.0.1.{number + 1}"))
        assert sum(not raw_sockets.is_closed(connection) for connection in opened) >= 1900
        for _ in range(20):
            assert raw_sockets.get(gateway.port, within=2).status == 200


def test_a_greedy_address_leaves_others_unharmed(gateway):
    """Past its limit one address is cut off; another is served at once."""
    with raw_sockets.idle_connections(gateway.port, 1500, "127.0.2.1"):
        assert raw_sockets.get(gateway.port, within=2).status == 200


def test_a_burst_of_100_connections(gateway):
    """From one address, all at once: each is answered."""
    count = 100
    gate = threading.Barrier(count)
    statuses = []

    def one():
        gate.wait()
        statuses.append(raw_sockets.get(gateway.port, within=10).status)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * count


def test_after_all_that(gateway):
    """Nothing is left over: the server reads what it is sent, and answers."""
    eventually(lambda: raw_sockets.unread(gateway.port) == 0)
    assert raw_sockets.get(gateway.port).status == 200
